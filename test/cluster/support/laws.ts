import assert from 'node:assert/strict';
import { valueAt } from '../bed/api.ts';
import type { KubeObject } from '../bed/client.ts';
import { type Application, isObserved } from './application.ts';
import type { Chronicle, Sighting } from './chronicle.ts';
import { canaryIngress, ingressWeight, routeWeights } from './routing.ts';
import { availableOf, hashOf, historyOf, selectedHash, sizeOf, sizesOf } from './sizes.ts';

/**
 * Asserts that whenever more traffic was sent to a new version, enough of its pods were available to carry it:
 * at the very resourceVersion of the write.
 */
export function assertCapacity(chronicle: Chronicle, app: Application, tag: string, replicas: number): void {
  const pods = historyOf(chronicle, app.name, tag);
  // What was sent before belonged to another version.
  const history = weightHistory(chronicle, app).filter(({ version }) => version > (pods[0]?.version ?? 0));
  assert.ok(
    history.some(({ weight }) => weight > 0),
    `${app.name}: no traffic was ever sent to ${tag}`,
  );
  history.forEach(({ version, weight }, i) => {
    if (weight <= (history[i - 1]?.weight ?? 0)) return;
    const then = pods.findLast((sighting) => sighting.version < version);
    const available = then === undefined ? 0 : availableOf(then.object);
    const needed = Math.ceil((weight * replicas) / 100);
    assert.ok(
      available >= needed,
      `${app.name}: weight ${weight} needs ${needed} pods, ${available} are there`,
    );
  });
}

/**
 * Asserts that no pods of a version were taken away while traffic went to them: as the Services and the weight
 * were at the very resourceVersion of the write.
 */
export function assertPodsOutliveTraffic(chronicle: Chronicle, app: Application, tag: string): void {
  const weights = weightHistory(chronicle, app);
  const selects = (role: string, before: number, hash: string) =>
    selectedHash(
      chronicle.of('Service', `${app.name}-${role}`).findLast(({ version }) => version < before)?.object,
    ) === hash;
  historyOf(chronicle, app.name, tag).forEach(({ version, object }, i, all) => {
    const before = all[i - 1];
    if (before === undefined || sizeOf(object) >= sizeOf(before.object)) return;
    const hash = hashOf(object);
    const weight = weights.findLast((one) => one.version < version)?.weight ?? 0;
    const what = `${app.name}: pods of ${tag} were taken away`;
    assert.ok(weight === 0 || !selects('canary', version, hash), `${what} at canary weight ${weight}`);
    assert.ok(weight === 100 || !selects('stable', version, hash), `${what} while they were stable`);
  });
}

function weightHistory(chronicle: Chronicle, app: Application) {
  const ingresses = chronicle.of('Ingress', canaryIngress(app));
  const routes = chronicle.of('HTTPRoute', app.name);
  const weightOf = ({ kind, object }: Sighting) =>
    kind === 'Ingress' ? (ingressWeight(object) ?? 0) : (routeWeights(object)[1] ?? 0);
  // A route as its user wrote it says 1 and 1, which no controller asked for.
  const ours = routes.slice(1);
  return [...ingresses, ...ours].map((one) => ({ version: one.version, weight: weightOf(one) }));
}

/** What must be the same whatever happened on the way: no names, no times, no counters. */
export function outcome(chronicle: Chronicle, app: Application) {
  const rollout = chronicle.latest('Rollout', app.name);
  const conditions = (valueAt(rollout, 'status.conditions') ?? []) as readonly Condition[];
  const hashes = ['stable', 'canary'].map((role) =>
    valueAt(chronicle.latest('Service', `${app.name}-${role}`), 'spec.selector.rollouts-pod-template-hash'),
  );
  const runs = chronicle.present('AnalysisRun').filter((run) => run.metadata.labels?.['app'] === app.name);
  return {
    phase: valueAt(rollout, 'status.phase'),
    step: valueAt(rollout, 'status.currentStepIndex'),
    weight: valueAt(rollout, 'status.canary.weights.canary.weight'),
    conditions: conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort(),
    isObserved: rollout !== null && isObserved(rollout),
    isStable: hashes.map((hash) => hash === valueAt(rollout, 'status.stableRS')),
    sizes: sizesOf(chronicle, app.name),
    routed: [
      ingressWeight(chronicle.latest('Ingress', canaryIngress(app))),
      routeWeights(chronicle.latest('HTTPRoute', app.name))[1],
    ],
    runs: runs.map((run) => valueAt(run, 'status.phase')),
    revision: rollout?.metadata.annotations?.['rollout.argoproj.io/revision'],
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/** What of an object only a controller of rollouts writes, as text. */
export function controlled(kind: string, object: KubeObject): string {
  const { annotations } = object.metadata;
  switch (kind) {
    case 'Rollout':
      return JSON.stringify([annotations, object['status']]);
    case 'ReplicaSet':
      return JSON.stringify([annotations, valueAt(object, 'spec.replicas')]);
    case 'Service':
      return JSON.stringify(valueAt(object, 'spec.selector'));
    default:
      return JSON.stringify([annotations, object['spec'], kind === 'AnalysisRun' ? object['status'] : null]);
  }
}
