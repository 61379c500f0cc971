import assert from 'node:assert/strict';
import { valueAt } from '../bed/api.ts';
import type { KubeObject } from '../bed/client.ts';
import type { Application } from './application.ts';
import type { Chronicle, Sighting } from './chronicle.ts';
import { availableOf, hashOf, selectedHash, sizeOf, turns } from './sizes.ts';

/** What a blue-green update has two of. */
export type Side = 'active' | 'preview';

/** Applies the Services `NAME-active` and `NAME-preview`, and the Rollout with them. `more` is merged into its spec. */
export async function putBlueGreen(app: Application, blueGreen: object, more: object = {}): Promise<void> {
  await putSides(app);
  await app.putRollout({}, { strategy: blueGreenOf(app, blueGreen), ...more });
}

/** Applies the two Services as users write them. */
export async function putSides(app: Application): Promise<void> {
  for (const side of ['active', 'preview'])
    await app.put('v1', 'Service', `${app.name}-${side}`, {
      spec: { selector: { app: app.name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
}

/** A strategy with the two Services; old pods stay for two seconds. */
export function blueGreenOf({ name }: Application, more: object): object {
  const services = { activeService: `${name}-active`, previewService: `${name}-preview` };
  return { blueGreen: { ...services, scaleDownDelaySeconds: 2, abortScaleDownDelaySeconds: 2, ...more } };
}

/** The image tag of the version that a Service leads to now; null where it selects no version. */
export function versionBehind(chronicle: Chronicle, app: Application, side: Side): string | null {
  return tagOf(chronicle, selectedHash(chronicle.latest('Service', `${app.name}-${side}`)));
}

/** The versions that a Service has led to, in order. */
export function versionsBehind(chronicle: Chronicle, app: Application, side: Side): readonly string[] {
  const services = chronicle.of('Service', `${app.name}-${side}`);
  return turns(services.flatMap(({ object }) => tagOf(chronicle, selectedHash(object)) ?? []));
}

/**
 * Asserts of everything that was seen: when the active Service was switched, all pods of its new version were
 * available; and no version lost a pod while the Service led to it, unless the user wanted fewer. Each at the
 * very resourceVersion of the write.
 */
export function assertActiveServes(chronicle: Chronicle, app: Application): void {
  const services = chronicle.of('Service', `${app.name}-active`);
  const rollouts = chronicle.of('Rollout', app.name);
  const wantedAt = (version: number) =>
    Number(valueAt(before(rollouts, version), 'spec.replicas') ?? Number.NaN);
  services.forEach(({ object, version }, i) => {
    const hash = selectedHash(object);
    if (hash === null || hash === selectedHash(services[i - 1]?.object)) return;
    const set = before(setsOf(chronicle, hash), version);
    const available = set === null ? 0 : availableOf(set);
    const wanted = wantedAt(version);
    const what = `${app.name}: switched to ${tagOf(chronicle, hash) ?? hash}`;
    assert.ok(available >= wanted, `${what} with ${available} of ${wanted} pods`);
  });
  for (const hash of new Set(services.flatMap(({ object }) => selectedHash(object) ?? []))) {
    const sets = setsOf(chronicle, hash);
    sets.forEach(({ object, version }, i) => {
      const last = sets[i - 1]?.object;
      if (last === undefined || sizeOf(object) >= sizeOf(last)) return;
      if (selectedHash(before(services, version)) !== hash) return;
      const what = `${app.name}: ${tagOf(chronicle, hash) ?? hash} lost pods while it was active`;
      assert.ok(sizeOf(object) >= wantedAt(version), `${what}: ${sizeOf(object)} of ${wantedAt(version)}`);
    });
  }
}

function before(sightings: readonly Sighting[], version: number): KubeObject | null {
  return sightings.findLast((one) => one.version < version)?.object ?? null;
}

function setsOf(chronicle: Chronicle, hash: string): readonly Sighting[] {
  return chronicle.sightings().filter(({ kind, object }) => kind === 'ReplicaSet' && hashOf(object) === hash);
}

function tagOf(chronicle: Chronicle, hash: string | null): string | null {
  const set = hash === null ? undefined : setsOf(chronicle, hash).at(-1)?.object;
  const image = valueAt(set, 'spec.template.spec.containers.0.image');
  return typeof image === 'string' ? (image.split(':')[1] ?? null) : null;
}
