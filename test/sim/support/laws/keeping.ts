import { isDeepStrictEqual } from 'node:util';
import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout } from '../../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/**
 * Pods are made from the very template that was asked for (`asked`), and no version is thrown away that has
 * pods or may be needed (`history`).
 */
export function keeping(scene: Scene): Observer {
  const templates = new Map<string, Map<string, unknown>>();
  return ({ kind, before, after }, app) => {
    if ((kind.kind === 'Rollout' || kind.kind === 'Deployment') && after !== null) {
      const { spec } = (after as unknown as Rollout).spec.template ?? {};
      const known = templates.get(app.name) ?? new Map<string, unknown>();
      templates.set(app.name, known.set(JSON.stringify(spec), spec));
    }
    if (kind.kind !== 'ReplicaSet' || scene.isUser()) return;
    if (before === null && after !== null) {
      const { spec } = after as unknown as ReplicaSet;
      const isAsked = [...(templates.get(app.name)?.values() ?? [])].some((one) =>
        covers(asWritten(spec.template?.spec), one),
      );
      const twin = twinOf(scene, app, after);
      if (twin !== null)
        scene.tell('asked', `${after.metadata.name} is made beside ${twin}, which is the same`);
      if (!isAsked) scene.tell('asked', `nobody asked for the template of ${after.metadata.name}`);
    }
    if (before !== null && after === null) seeDeletion(scene, app, before);
  };
}

/** With the name that the user gave its configuration, in place of that of the copy. */
function asWritten(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec ?? null).replaceAll(/(app-[ab]-settings)-[a-z0-9]+/g, '$1'));
}

/** The name of another ReplicaSet of the rollout with the same template; null: there is none. */
function twinOf(scene: Scene, { name }: App, set: Manifest): string | null {
  const [owner] = set.metadata.ownerReferences ?? [];
  const { spec } = set as unknown as ReplicaSet;
  const twin = scene.api
    .list(kinds.replicaSets, { namespace: NAMESPACE, labels: { app: name } })
    .filter(({ metadata }) => metadata.name !== set.metadata.name && metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner?.uid)
    .find((one) =>
      isDeepStrictEqual((one as unknown as ReplicaSet).spec.template?.spec, spec.template?.spec),
    );
  return twin?.metadata.name ?? null;
}

/** With their rollout all of them go. */
function seeDeletion(scene: Scene, { name }: App, set: Manifest): void {
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name });
  const owners = set.metadata.ownerReferences ?? [];
  if (rollout === null || !owners.some(({ uid }) => uid === rollout.metadata.uid)) return;
  const { status = {} } = rollout as unknown as Rollout;
  const { spec, status: { replicas = 0 } = {} } = set as unknown as ReplicaSet;
  const hash = set.metadata.labels?.[LABEL.podTemplateHash];
  if ((spec.replicas ?? 1) > 0 || replicas > 0)
    scene.tell('history', `${set.metadata.name} is thrown away with ${spec.replicas} pods`);
  if (hash === status.stableRS) scene.tell('history', `${set.metadata.name} is thrown away and stable`);
}

/** Whether everything that `asked` says is in `made`, which may say more. */
function covers(made: unknown, asked: unknown): boolean {
  if (Array.isArray(asked))
    return (
      Array.isArray(made) && made.length === asked.length && asked.every((item, i) => covers(made[i], item))
    );
  if (typeof asked !== 'object' || asked === null) return made === asked;
  if (typeof made !== 'object' || made === null) return false;
  const fields = made as Readonly<Record<string, unknown>>;
  return Object.entries(asked).every(([key, value]) => covers(fields[key], value));
}
