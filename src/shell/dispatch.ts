import { ANNOTATION } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { matches } from '../api/selector.ts';
import { ROUTE_STORES, routeKey } from './holders.ts';
import type { Priority } from './lanes.ts';
import { experimentsOfRuns } from './observe.ts';
import type { Stores } from './stores.ts';

/** Whom a change concerns: the keys of rollouts, analysis runs and experiments that want a look. */
export interface Concerned {
  rollout(key: string, priority: Priority): void;
  run(key: string, priority: Priority): void;
  experiment(key: string, priority: Priority): void;
  service(key: string, priority: Priority): void;
  /** An object that routers write, by `routeKey`. */
  route(key: string, priority: Priority): void;
}

/**
 * Asks for a look at everything that a change of one object concerns. Level-triggered: what changed is not
 * passed on.
 */
export function dispatch(
  stores: Stores,
  concerned: Concerned,
  change: {
    readonly store: keyof Stores;
    readonly key: string;
    readonly before: Manifest | null;
    readonly after: Manifest | null;
  },
): void {
  const object = change.after ?? change.before;
  if (object === null) return;
  switch (change.store) {
    case 'rollouts':
      concerned.rollout(change.key, urgency(change.before as Rollout | null, change.after as Rollout | null));
      // Pods of an experiment wait until no traffic goes to them.
      for (const { metadata } of [
        ...stores.experiments.by('owner', object.metadata.uid ?? ''),
        ...experimentsOfRuns(stores, object),
      ])
        concerned.experiment(`${metadata.namespace ?? ''}/${metadata.name}`, 'event');
      if (change.before?.metadata.generation === change.after?.metadata.generation) return;
      for (const { metadata } of stores.services.by('manager', change.key))
        concerned.service(`${metadata.namespace ?? ''}/${metadata.name}`, 'event');
      held(stores, concerned, object.metadata.name);
      return;
    case 'replicaSets':
      for (const key of ownersOf(stores, object)) concerned.rollout(key, 'event');
      for (const key of controllers(object, 'Experiment')) concerned.experiment(key, 'event');
      // Pods that can carry more may be what a route waits for to be handed back.
      for (const key of controllers(object, 'Rollout')) held(stores, concerned, nameIn(key));
      return;
    case 'jobs':
      for (const key of controllers(object, 'Rollout')) concerned.rollout(key, 'event');
      return;
    case 'metricJobs': {
      const { [ANNOTATION.analysisRunNamespace]: namespace, [ANNOTATION.analysisRunName]: name } =
        object.metadata.annotations ?? {};
      if (namespace !== undefined && name !== undefined) concerned.run(`${namespace}/${name}`, 'event');
      return;
    }
    case 'runs':
      concerned.run(change.key, 'event');
      for (const key of controllers(object, 'Experiment')) concerned.experiment(key, 'event');
      for (const key of controllers(object, 'Rollout')) concerned.rollout(key, 'event');
      return;
    case 'experiments':
      concerned.experiment(change.key, 'event');
      for (const key of controllers(object, 'Rollout')) concerned.rollout(key, 'event');
      for (const key of controllers(object, 'AnalysisRun')) {
        concerned.run(key, 'event');
        // It may have a share of the traffic.
        const run = stores.runs.get(key);
        for (const owner of run === null ? [] : controllers(run, 'Rollout'))
          concerned.rollout(owner, 'event');
      }
      return;
    case 'services':
      concerned.service(change.key, 'event');
      for (const key of controllers(object, 'Experiment')) concerned.experiment(key, 'event');
      referrers(stores, concerned, `${object.kind}/${change.key}`);
      for (const name of new Set([managerOf(change.before), managerOf(change.after)]))
        if (name !== undefined) held(stores, concerned, name);
      handedBack(concerned, change);
      return;
    case 'ingresses':
    case 'httpRoutes':
    case 'grpcRoutes':
      concerned.route(routeKey(change.store, object), 'event');
      referrers(stores, concerned, `${object.kind}/${change.key}`);
      return;
    case 'templates':
      referrers(stores, concerned, `AnalysisTemplate/${object.metadata.namespace ?? ''}`);
      return;
    case 'clusterTemplates':
      referrers(stores, concerned, 'ClusterAnalysisTemplate');
      return;
    default:
      change.store satisfies never;
  }
}

/** What a person asked for goes before what pods do. */
function urgency(before: Rollout | null, after: Rollout | null): Priority {
  if (before === null || after === null) return 'event';
  const aborted = after.status?.abort === true && before.status?.abort !== true;
  return aborted || before.metadata.generation !== after.metadata.generation ? 'user' : 'event';
}

function referrers(stores: Stores, concerned: Concerned, reference: string): void {
  for (const rollout of stores.rollouts.by('reference', reference))
    concerned.rollout(`${rollout.metadata.namespace ?? ''}/${rollout.metadata.name}`, 'event');
}

/** Objects on which a Rollout of that name may have something that it asks for no more. */
function held(stores: Stores, concerned: Concerned, name: string): void {
  for (const store of ROUTE_STORES) {
    for (const route of stores[store].by('holder', name)) {
      const { namespace = '' } = route.metadata;
      const referrers = stores.rollouts.by('reference', `${route.kind}/${namespace}/${route.metadata.name}`);
      const isAsked = referrers.some(
        ({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined,
      );
      if (!isAsked) concerned.route(routeKey(store, route), 'event');
    }
  }
}

/** A Service that a Rollout has no more: pods that it selected may go now. */
function handedBack(
  concerned: Concerned,
  { before, after }: { readonly before: Manifest | null; readonly after: Manifest | null },
): void {
  const name = managerOf(before);
  if (name === undefined || managerOf(after) === name) return;
  concerned.rollout(`${before?.metadata.namespace ?? ''}/${name}`, 'event');
}

function managerOf(service: Manifest | null): string | undefined {
  return service?.metadata.annotations?.[ANNOTATION.managedByRollouts];
}

function nameIn(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function ownersOf(stores: Stores, replicaSet: Manifest): readonly string[] {
  const owners = controllers(replicaSet, 'Rollout');
  if (owners.length > 0 || (replicaSet.metadata.ownerReferences ?? []).length > 0) return owners;
  const namespace = replicaSet.metadata.namespace ?? '';
  const labels = replicaSet.metadata.labels ?? {};
  return stores.rollouts
    .by('namespace', namespace)
    .filter((rollout) => matches(rollout.spec?.selector, labels))
    .map((rollout) => `${namespace}/${rollout.metadata.name}`);
}

function controllers(object: Manifest, kind: string): readonly string[] {
  return (object.metadata.ownerReferences ?? [])
    .filter((owner) => owner.controller === true && owner.kind === kind)
    .map((owner) => `${object.metadata.namespace ?? ''}/${owner.name}`);
}
