import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valueAt } from '../bed/api.ts';
import type { Bed } from '../bed/bed.ts';
import type { KubeObject, Manifest, Ref } from '../bed/client.ts';

/**
 * Objects exactly as the original controller had left them at some moment of a recorded scenario. Hashes are
 * the real ones; `<t+N>` stands for a time and `<uid:Rollout/app>` for a uid.
 */
export type Heritage = readonly Manifest[];

/** Reads `original/NAME.json`. `hashes` replaces hashes, as another version of the Kubernetes libraries would. */
export function heritage(name: string, hashes: Readonly<Record<string, string>> = {}): Heritage {
  let text = readFileSync(join(import.meta.dirname, 'original', `${name}.json`), 'utf8');
  for (const [theirs, other] of Object.entries(hashes)) text = text.replaceAll(theirs, other);
  return JSON.parse(text) as Heritage;
}

/** Creates the objects in a namespace, with real uids and times, and waits for their pods. */
export async function leave(bed: Bed, namespace: string, objects: Heritage): Promise<void> {
  const startMs = Date.now() - 60_000;
  const { uid = '' } = (await leaveRollout(bed, namespace, objects, startMs)).metadata;
  for (const object of objects.filter(({ kind }) => kind !== 'Rollout'))
    await bed.api.create(placed(object, namespace, { uid, startMs }));
  const sets = objects.filter(({ kind }) => kind === 'ReplicaSet');
  for (const { apiVersion, kind, metadata, ...rest } of sets) {
    const wanted = valueAt(rest, 'spec.replicas');
    await bed.api.until(
      { apiVersion, kind, namespace, name: metadata.name },
      (set) => (valueAt(set, 'status.availableReplicas') ?? 0) === wanted,
    );
  }
}

// Its generation is 2, as the status says: it was created with one image and has got another one since.
async function leaveRollout(
  bed: Bed,
  namespace: string,
  objects: Heritage,
  startMs: number,
): Promise<KubeObject> {
  const rollout = objects.find(({ kind }) => kind === 'Rollout');
  if (rollout === undefined) throw new Error('takeover: no Rollout was left');
  const { status, ...bare } = placed(rollout, namespace, { uid: '', startMs });
  const ref: Ref = { apiVersion: bare.apiVersion, kind: bare.kind, namespace, name: bare.metadata.name };
  const { replicas } = bare['spec'] as { readonly replicas: number };
  await bed.api.create({ ...bare, spec: { ...(bare['spec'] as object), replicas: replicas + 1 } });
  await bed.api.patch(ref, 'merge', { spec: { replicas } });
  return bed.api.patch(ref, 'merge', { status }, 'status');
}

function placed(
  object: Manifest,
  namespace: string,
  { uid, startMs }: { readonly uid: string; readonly startMs: number },
): Manifest & { readonly status?: unknown } {
  const text = JSON.stringify(object)
    .replaceAll('<uid:Rollout/app>', uid)
    .replaceAll('<ns>', namespace)
    .replace(/<t\+(\d+)>/g, (_, seconds: string) =>
      new Date(startMs + Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    );
  const manifest = JSON.parse(text) as Manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}
