import type { AnalysisRun, AnalysisTemplate, ClusterAnalysisTemplate } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import { type Resource, resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Job, ReplicaSet, Service } from '../api/workload.ts';
import type { Clock } from './clock.ts';
import { holderNames, type RouteStore } from './holders.ts';
import { byController, byNamespace, Cache, type OnChange, type Sink } from './kube/cache.ts';
import type { KubeObject } from './kube/object.ts';
import { withoutManagedFields } from './kube/project.ts';
import type { Health } from './kube/reflection.ts';
import { Reflector } from './kube/reflector.ts';
import type { RestClient } from './kube/rest.ts';
import { referencesOf } from './references.ts';
import { isWatched } from './scope.ts';
import type { Settings } from './settings.ts';

/** Everything that is watched, by what it is. */
export interface Stores {
  readonly rollouts: Cache<Rollout & KubeObject, 'reference' | 'namespace'>;
  readonly replicaSets: Cache<ReplicaSet & KubeObject, 'owner' | 'orphan'>;
  readonly services: Cache<Service & KubeObject, 'manager'>;
  readonly ingresses: Cache<Manifest & KubeObject, 'holder'>;
  readonly httpRoutes: Cache<Manifest & KubeObject, 'holder'>;
  readonly grpcRoutes: Cache<Manifest & KubeObject, 'holder'>;
  readonly templates: Cache<AnalysisTemplate & KubeObject>;
  readonly clusterTemplates: Cache<ClusterAnalysisTemplate & KubeObject>;
  readonly runs: Cache<AnalysisRun & KubeObject, 'owner'>;
  readonly experiments: Cache<Experiment & KubeObject, 'owner'>;
  /** Of steps only. */
  readonly jobs: Cache<Job & KubeObject, 'owner'>;
  /** Of job metrics only, by the uid of their run; without their specs. */
  readonly metricJobs: Cache<Job & KubeObject, 'run'>;
}

/** Told of every change in a store. */
export type OnStoreChange = (
  store: keyof Stores,
  key: string,
  before: Manifest | null,
  after: Manifest | null,
) => void;

/** Empty stores that report their changes. */
export function makeStores(onChange: OnStoreChange): Stores {
  const told =
    (store: keyof Stores): OnChange<Manifest & KubeObject> =>
    (key, before, after) =>
      onChange(store, key, before, after);
  const plain = <T extends KubeObject>(store: keyof Stores) => ({
    project: (raw: KubeObject) => withoutManagedFields<T & KubeObject>(raw),
    onChange: told(store) as unknown as OnChange<T & KubeObject>,
  });
  const routed = (store: RouteStore) => ({
    ...plain<Manifest & KubeObject>(store),
    indexers: { holder: holderNames },
  });
  return {
    rollouts: new Cache({
      ...plain<Rollout & KubeObject>('rollouts'),
      indexers: { reference: referencesOf, namespace: byNamespace },
    }),
    replicaSets: new Cache({
      ...plain<ReplicaSet & KubeObject>('replicaSets'),
      indexers: { owner: byController, orphan: orphans },
    }),
    services: new Cache({
      project: slimService,
      indexers: { manager: managers },
      onChange: told('services') as unknown as OnChange<Service & KubeObject>,
    }),
    ingresses: new Cache(routed('ingresses')),
    httpRoutes: new Cache(routed('httpRoutes')),
    grpcRoutes: new Cache(routed('grpcRoutes')),
    templates: new Cache(plain<AnalysisTemplate & KubeObject>('templates')),
    clusterTemplates: new Cache(plain<ClusterAnalysisTemplate & KubeObject>('clusterTemplates')),
    runs: new Cache({ ...plain<AnalysisRun & KubeObject>('runs'), indexers: { owner: byController } }),
    experiments: new Cache({
      ...plain<Experiment & KubeObject>('experiments'),
      indexers: { owner: byController },
    }),
    jobs: new Cache({ ...plain<Job & KubeObject>('jobs'), indexers: { owner: byController } }),
    metricJobs: new Cache({
      ...plain<Job & KubeObject>('metricJobs'),
      project: slimJob,
      indexers: { run: ({ metadata }) => [metadata.labels?.[LABEL.analysisRunUid] ?? ''] },
    }),
  };
}

/** ReplicaSets that nobody controls, by namespace: a Rollout may take them into possession. */
function orphans(object: KubeObject): readonly string[] {
  return byController(object).length === 0 ? byNamespace(object) : [];
}

/** The Rollout that a Service is marked with, as `namespace/name`. */
function managers(object: KubeObject): readonly string[] {
  const manager = object.metadata.annotations?.[ANNOTATION.managedByRollouts];
  return manager === undefined ? [] : [`${object.metadata.namespace ?? ''}/${manager}`];
}

/** A Service without what no decision reads; a cluster has many more of them than rollouts. */
function slimService(raw: KubeObject): Service & KubeObject {
  const { metadata, spec } = raw as Service & KubeObject;
  const { name, namespace, uid, resourceVersion, annotations, ownerReferences } = metadata;
  const selector = spec?.selector;
  // Of those that belong to a rollout it matters to which port of the pods requests go.
  const ports = annotations?.[ANNOTATION.managedByRollouts] === undefined ? undefined : spec?.ports;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
    ...(selector === undefined && ports === undefined
      ? {}
      : { spec: { ...(selector && { selector }), ...(ports && { ports }) } }),
  } as Service & KubeObject;
}

/** A Job without what it runs. */
function slimJob(raw: KubeObject): Job & KubeObject {
  const { spec: _, ...rest } = withoutManagedFields<Job & KubeObject>(raw);
  return rest;
}

/** Keeps one store filled until the signal aborts. */
export interface Watcher {
  run(signal: AbortSignal): Promise<void>;
}

/** One reflector for each store. Custom resources are those of one instance id only. */
export function reflectorsFor(
  stores: Stores,
  client: RestClient,
  want: Pick<Settings, 'namespace' | 'instanceId' | 'controllers'>,
  { clock, rng }: { readonly clock: Clock; readonly rng: () => number },
  onHealth: (store: keyof Stores, health: Health) => void,
): readonly Watcher[] {
  const mine = want.instanceId === '' ? `!${LABEL.instanceId}` : `${LABEL.instanceId}=${want.instanceId}`;
  const make = (store: keyof Stores, resource: Resource, labelSelector?: string): readonly Watcher[] => {
    if (!isWatched(want.controllers, store)) return [];
    const namespace = resource.namespaced ? want.namespace : null;
    const selection = {
      ...(namespace === null ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    // Which type a sink takes is its own business: project and sink come from one store.
    const sink = stores[store] as unknown as Sink<KubeObject>;
    const tell = (health: Health): void => onHealth(store, health);
    return [new Reflector({ client, resource, selection, sink, clock, rng, onHealth: tell })];
  };
  return [
    make('rollouts', resources.rollouts, mine),
    make('replicaSets', resources.replicaSets, LABEL.podTemplateHash),
    make('services', resources.services),
    make('ingresses', resources.ingresses),
    make('httpRoutes', resources.httpRoutes),
    make('grpcRoutes', resources.grpcRoutes),
    make('templates', resources.analysisTemplates, mine),
    make('clusterTemplates', resources.clusterAnalysisTemplates, mine),
    make('runs', resources.analysisRuns, mine),
    make('experiments', resources.experiments, mine),
    make('jobs', resources.jobs, LABEL.step),
    make('metricJobs', resources.jobs, LABEL.analysisRunUid),
  ].flat();
}
