import type { AnalysisRun, AnalysisTemplateSpec } from '../../src/api/analysis.ts';
import { ANNOTATION, LABEL } from '../../src/api/keys.ts';
import type { Json, JsonObject, Manifest } from '../../src/api/meta.ts';
import type { Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import type { Job, ReplicaSet, Service } from '../../src/api/workload.ts';
import { podTemplateHash } from '../../src/core/hash/template.ts';
import { mergePatch } from '../../src/core/merge-patch.ts';
import type { Change } from '../../src/core/plan.ts';
import { serviceNames } from '../../src/core/release-service.ts';
import { sidesOf } from '../../src/core/rollout/sides.ts';
import type { RouteTarget } from '../../src/core/routes.ts';
import type { Replies } from '../../src/core/steps/plugin.ts';
import type { RouterView, World } from '../../src/core/world.ts';
import { routersOf } from '../../src/routers/index.ts';
import type { BoundRouter } from '../../src/routers/router.ts';

/**
 * Objects of one rollout as an API server holds them, as a value. Writes give another cluster, or null where the
 * server would answer with a conflict: the object has moved on, is there already, or is gone.
 */
export interface Cluster {
  readonly rollout: Rollout;
  readonly replicaSets: readonly ReplicaSet[];
  readonly services: readonly Service[];
  readonly ingresses: readonly Manifest[];
  /** True where the data plane still goes by older routes, and says so. */
  readonly lags?: boolean;
  readonly runs: readonly AnalysisRun[];
  /** Of steps. */
  readonly jobs?: readonly Job[];
  /** What has come in for requests of steps. */
  readonly replies?: Replies;
  readonly templates: Readonly<Record<string, AnalysisTemplateSpec | null>>;
  /** A ReplicaSet of somebody else. */
  readonly foreign: ReplicaSet | null;
  /** Names of other rollouts. */
  readonly neighbours: readonly string[];
  /** The last resourceVersion given out. */
  readonly version: number;
}

/** What a decision sees of a cluster: frozen, with routes read through the real lens. */
export function seen(cluster: Cluster): World {
  const { rollout, foreign } = cluster;
  const names = serviceNames(rollout);
  const wanted = `${rollout.metadata.name}-${podTemplateHash(rollout.spec.template, rollout.status?.collisionCount)}`;
  const routers = routersIn(cluster);
  return frozen({
    rollout,
    workload: null,
    configuration: null,
    replicaSets: cluster.replicaSets,
    nameTakenBy: foreign?.metadata.name === wanted ? foreign : null,
    left: cluster.services.filter(
      ({ metadata }) =>
        metadata.annotations?.[ANNOTATION.managedByRollouts] === rollout.metadata.name &&
        !names.includes(metadata.name),
    ),
    services: Object.fromEntries(
      names.map((name) => [name, cluster.services.find((s) => s.metadata.name === name) ?? null]),
    ),
    routers: routers.map(({ view }) => view),
    routerIssues: routers.flatMap(({ issues }) => issues),
    templates: cluster.templates,
    runs: cluster.runs,
    experiments: [],
    steps: { jobs: cluster.jobs ?? [], replies: cluster.replies ?? {} },
    pods: [],
    rolloutNames: new Set([rollout.metadata.name, ...cluster.neighbours]),
  });
}

function routersIn(cluster: Cluster) {
  const routing = cluster.rollout.spec.strategy?.canary?.trafficRouting;
  if (routing === undefined) return [];
  const found = routersOf(routing);
  return found.kind === 'issues' ? [] : found.routers.map((router) => viewOf(cluster, router));
}

function viewOf(cluster: Cluster, router: BoundRouter) {
  const target = routeTarget(cluster.rollout);
  const refs = router.refs(target).map(({ apiVersion, kind, namespace, name, written }) => {
    const observed = cluster.ingresses.find((object) => object.metadata.name === name) ?? null;
    return { apiVersion, kind, namespace, name, written, observed };
  });
  const observed = refs.map((ref) => ref.observed);
  const issues = router.issues(observed, target);
  const reading = issues.length === 0 ? router.read(observed, target) : null;
  const view: RouterView = {
    name: router.name,
    refs,
    routes: reading?.routes ?? null,
    settled: reading?.settled ?? false,
    lags: cluster.lags === true,
    can: router.can,
    put: (routes) => router.put(observed, routes, target),
    tell: (i, routes) => router.tell(refs[i]?.name ?? '', observed[i] === null, routes),
  };
  return { view, issues };
}

function routeTarget(rollout: Rollout): RouteTarget {
  const canary = rollout.spec.strategy?.canary;
  const sides = sidesOf(rollout);
  const { name, namespace, uid } = rollout.metadata;
  return {
    rollout: { name, namespace: namespace ?? '', uid: uid ?? '' },
    stableService: sides.stable ?? '',
    canaryService: sides.canary ?? '',
    maxWeight: canary?.trafficRouting?.maxTrafficWeight ?? 100,
    managedRoutes: (canary?.trafficRouting?.managedRoutes ?? []).map(({ name }) => name),
  };
}

/** Stores a status computed from a world; the same cluster where it says nothing new, null on a conflict. */
export function commit(cluster: Cluster, world: World, status: RolloutStatus): Cluster | null {
  const change = mergePatch(json(world.rollout.status ?? {}), json(status));
  if (change === null) return cluster;
  const stored = cluster.rollout;
  if (stored.metadata.resourceVersion !== world.rollout.metadata.resourceVersion) return null;
  const rollout = { ...stored, status: merged(json(stored.status ?? {}), change) as RolloutStatus };
  const version = cluster.version + 1;
  return { ...cluster, version, rollout: withVersion(rollout, version) };
}

/** Makes one change as the API server would; null on a conflict. */
export function apply(cluster: Cluster, change: Change): Cluster | null {
  const version = cluster.version + 1;
  switch (change.kind) {
    case 'Rollout': {
      const rollout = patched(cluster.rollout, change, version);
      return rollout === null ? null : { ...cluster, version, rollout };
    }
    case 'ReplicaSet': {
      if (change.verb === 'create' && cluster.foreign?.metadata.name === change.name) return null;
      const replicaSets = written(cluster.replicaSets, change, version);
      return replicaSets === null ? null : { ...cluster, version, replicaSets };
    }
    case 'Service': {
      const services = written(cluster.services, change, version);
      return services === null ? null : { ...cluster, version, services };
    }
    case 'Ingress':
    case 'HTTPRoute': {
      const ingresses = written(cluster.ingresses, change, version);
      return ingresses === null ? null : { ...cluster, version, ingresses };
    }
    case 'AnalysisRun': {
      const runs = written(cluster.runs, change, version);
      return runs === null ? null : { ...cluster, version, runs };
    }
    case 'Job': {
      const jobs = written(cluster.jobs ?? [], change, version);
      return jobs === null ? null : { ...cluster, version, jobs };
    }
    default:
      throw new Error(`nobody writes a ${change.kind}`);
  }
}

/** The cluster with some of its ReplicaSets changed by what Kubernetes does: their status moves, their version too. */
export function withPods(cluster: Cluster, play: (replicaSet: ReplicaSet) => ReplicaSet['status']): Cluster {
  let { version } = cluster;
  const replicaSets = cluster.replicaSets.map((before) => {
    const status = play(before);
    if (status === undefined || mergePatch(json(before.status ?? {}), json(status)) === null) return before;
    version += 1;
    return withVersion({ ...before, status }, version);
  });
  return { ...cluster, version, replicaSets };
}

/** The cluster with a change of the Rollout that a user makes: a merge patch. */
export function edited(cluster: Cluster, patch: JsonObject): Cluster {
  const { metadata } = cluster.rollout;
  const changed = merged(json(cluster.rollout), patch) as unknown as Rollout;
  const touched = mergePatch(json(cluster.rollout.spec), json(changed.spec)) !== null;
  const generation = (metadata.generation ?? 0) + (touched ? 1 : 0);
  const rollout = { ...changed, metadata: { ...changed.metadata, generation } };
  return { ...cluster, version: cluster.version + 1, rollout: withVersion(rollout, cluster.version + 1) };
}

/** The pod-template hash that an object's label says. */
export function hashOf(object: Manifest): string {
  return object.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

/** The canary's weight as the Ingresses have it now. */
export function weightIn(cluster: Cluster): number {
  return Math.max(0, ...routersIn(cluster).map(({ view }) => view.routes?.canaryWeight ?? 0));
}

function written<Kind extends Manifest>(
  objects: readonly Kind[],
  change: Change,
  version: number,
): readonly Kind[] | null {
  const before = objects.find((object) => object.metadata.name === change.name);
  if (change.verb === 'create') {
    if (before !== undefined) return null;
    return [...objects, born(change.manifest as Kind, version)];
  }
  if (before === undefined) return change.verb === 'delete' ? objects : null;
  if (change.verb === 'delete') {
    if (change.uid !== before.metadata.uid || change.resourceVersion !== before.metadata.resourceVersion)
      return null;
    return objects.filter((object) => object !== before);
  }
  const after = patched(before, change, version);
  return after === null ? null : objects.map((object) => (object === before ? after : object));
}

function patched<Kind extends Manifest>(before: Kind, change: Change, version: number): Kind | null {
  if (change.verb !== 'patch') return null;
  const expected = change.resourceVersion;
  if (expected !== null && expected !== before.metadata.resourceVersion) return null;
  const after = merged(json(before), change.patch) as unknown as Kind;
  const touched = mergePatch(json(before['spec'] ?? {}), json(after['spec'] ?? {})) !== null;
  const generation = (before.metadata.generation ?? 0) + (touched ? 1 : 0);
  return withVersion({ ...after, metadata: { ...after.metadata, generation } }, version);
}

function born<Kind extends Manifest>(manifest: Kind, version: number): Kind {
  const { metadata } = manifest;
  const creationTimestamp = metadata.creationTimestamp ?? new Date(BIRTH + version * 1000).toISOString();
  const uid = `uid-${metadata.name}-${version}`;
  return withVersion(
    { ...manifest, metadata: { ...metadata, uid, generation: 1, creationTimestamp } },
    version,
  );
}

/** Objects are born in the order in which they are made, whatever time it is. */
const BIRTH = Date.parse('2026-01-01T00:00:00Z');

function withVersion<Kind extends Manifest>(object: Kind, version: number): Kind {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

/** RFC 7386. */
export function merged(before: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merged(isObject(result[key]) ? result[key] : {}, value) : value;
  }
  return result;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects here are JSON by construction. */
export function json(value: object): JsonObject {
  return value as unknown as JsonObject;
}

/** Freezes a value and all that it holds, so that whoever changes it fails. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

/** When a ReplicaSet may be emptied, as its annotation says. */
export function deadlineOf(replicaSet: ReplicaSet): string | null {
  return replicaSet.metadata.annotations?.[ANNOTATION.scaleDownDeadline] ?? null;
}
