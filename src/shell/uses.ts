import { type Resource, resources } from '../api/resources.ts';
import type { Verb } from './kube/exchange.ts';
import { CONFIG_MAP, SECRET } from './notify/configs.ts';
import { isWatched, type Scope } from './scope.ts';
import type { Stores } from './stores.ts';

/** What the controller does with one kind: the source of the rules in deploy/. */
export interface Use {
  readonly resource: Resource;
  readonly subresource?: 'status' | 'finalizers' | 'eviction';
  readonly verbs: readonly Verb[];
  /** Only objects of these names, where they are known beforehand. */
  readonly names?: readonly string[];
  /** For what, in a few words: it becomes a comment beside the rule. */
  readonly why: string;
  /** Also by a controller that works on analysis runs only. */
  readonly isOfRuns?: true;
}

/** Kinds that are kept in stores. A store without a line here does not compile. */
export const WATCHED: Readonly<Record<keyof Stores, Resource>> = {
  rollouts: resources.rollouts,
  replicaSets: resources.replicaSets,
  services: resources.services,
  ingresses: resources.ingresses,
  httpRoutes: resources.httpRoutes,
  grpcRoutes: resources.grpcRoutes,
  templates: resources.analysisTemplates,
  clusterTemplates: resources.clusterAnalysisTemplates,
  runs: resources.analysisRuns,
  experiments: resources.experiments,
  jobs: resources.jobs,
  metricJobs: resources.jobs,
};

/** Not written out, so that a line of the table stays a line. */
const isOfRuns = true;

/** What is done besides watching, in all namespaces that are watched. */
export const DONE: readonly Use[] = [
  { resource: resources.rollouts, verbs: ['patch'], why: 'revision, and what has been told' },
  {
    resource: resources.rollouts,
    verbs: ['get'],
    why: 'whether a Service belongs to a rollout of another instance',
  },
  { resource: resources.rollouts, subresource: 'status', verbs: ['patch'], why: 'every decision' },
  {
    resource: resources.rollouts,
    subresource: 'finalizers',
    verbs: ['update'],
    why: 'owning objects, where the cluster checks who may (OpenShift does)',
  },
  {
    resource: resources.experiments,
    subresource: 'finalizers',
    verbs: ['update'],
    why: 'the same for experiments',
  },
  {
    resource: resources.analysisRuns,
    subresource: 'finalizers',
    verbs: ['update'],
    why: 'the same for analysis runs, which own Jobs and experiments',
    isOfRuns,
  },
  { resource: resources.replicaSets, verbs: ['create', 'patch'], why: 'releases' },
  { resource: resources.replicaSets, verbs: ['get'], why: 'who holds a name that is taken' },
  { resource: resources.replicaSets, verbs: ['delete'], why: 'revisionHistoryLimit' },
  { resource: resources.deployments, verbs: ['list', 'watch'], why: 'workloadRef: the pod template' },
  { resource: resources.deployments, verbs: ['patch'], why: 'workloadRef.scaleDown' },
  { resource: resources.podTemplates, verbs: ['list', 'watch'], why: 'workloadRef: the pod template' },
  { resource: resources.services, verbs: ['patch'], why: 'which pods a Service selects' },
  { resource: resources.services, verbs: ['create', 'delete'], why: 'Services of experiments' },
  { resource: resources.ingresses, verbs: ['create', 'patch'], why: 'canary Ingresses' },
  { resource: resources.httpRoutes, verbs: ['patch'], why: 'weights' },
  { resource: resources.grpcRoutes, verbs: ['patch'], why: 'weights' },
  { resource: resources.jobs, verbs: ['create', 'delete'], why: 'steps of the plugin sluice/job' },
  { resource: resources.jobs, verbs: ['create', 'get', 'delete'], why: 'job metrics', isOfRuns },
  { resource: resources.cronJobs, verbs: ['get'], why: 'sluice/job: Jobs like those of a CronJob' },
  { resource: resources.analysisRuns, verbs: ['create'], why: 'analyses' },
  { resource: resources.analysisRuns, verbs: ['patch'], why: 'measurements', isOfRuns },
  { resource: resources.analysisRuns, verbs: ['delete'], why: 'run history limits' },
  { resource: resources.analysisRuns, verbs: ['delete'], why: 'ttlStrategy', isOfRuns },
  { resource: resources.experiments, verbs: ['create', 'patch'], why: 'experiments, and their steps' },
  { resource: resources.experiments, verbs: ['delete'], why: 'experiments of versions that are gone' },
  { resource: resources.pods, verbs: ['list'], why: 'restartAt and metadata: which pods are old' },
  { resource: resources.pods, verbs: ['list'], why: 'job metrics: images that cannot be pulled', isOfRuns },
  { resource: resources.pods, verbs: ['patch'], why: 'metadata that follows the part of a version' },
  { resource: resources.pods, subresource: 'eviction', verbs: ['create'], why: 'restartAt' },
  { resource: resources.events, verbs: ['create'], why: 'telling what happens', isOfRuns },
  { resource: resources.events, verbs: ['patch'], why: 'counting what happens again', isOfRuns },
];

/** What is read of Secrets in the watched namespaces: arguments and credentials of metrics. */
export const SECRETS: readonly Use[] = [
  { resource: resources.secrets, verbs: ['get'], why: 'arguments and credentials of analyses', isOfRuns },
  { resource: resources.secrets, verbs: ['get'], why: 'headers of gates' },
];

/**
 * For rollouts whose configuration is part of a release. To read and write all ConfigMaps and Secrets is
 * much, so these rights are given only where somebody asks for them.
 */
export const CONFIGURATION: readonly Use[] = [resources.configMaps, resources.secrets].flatMap(
  (resource): readonly Use[] => [
    { resource, verbs: ['list', 'watch'], why: 'following what pods are configured by' },
    { resource, verbs: ['get', 'create'], why: 'copying it for each version' },
    { resource, verbs: ['patch', 'delete'], why: 'keeping copies while they are used' },
  ],
);

/**
 * What is done in the controller's own namespace. The Lease's name ends in the instance id, so it is not
 * named.
 */
export const HOME: readonly Use[] = [
  { resource: resources.leases, verbs: ['get', 'create', 'update'], why: 'leader election', isOfRuns },
  { resource: resources.secrets, verbs: ['get'], why: 'credentials for metric services', isOfRuns },
  ...notificationUses(),
];

/** With `--self-service-notification-enabled`, in all watched namespaces. */
export const SELF_SERVICE: readonly Use[] = notificationUses();

/** A list or watch of one name counts as one of that name, so no other Secret can be seen by it. */
function notificationUses(): readonly Use[] {
  const verbs: readonly Verb[] = ['list', 'watch'];
  const why = 'notification configuration';
  return [
    { resource: resources.configMaps, verbs, names: [CONFIG_MAP], why },
    { resource: resources.secrets, verbs, names: [SECRET], why },
  ];
}

/**
 * Everything in the watched namespaces that a controller of that scope does, watching included and Secrets
 * aside.
 */
export function usesOfWatched(scope: Scope = 'all'): readonly Use[] {
  const stores = (Object.keys(WATCHED) as (keyof Stores)[]).filter((store) => isWatched(scope, store));
  const watched = [...new Set<Resource>(stores.map((store) => WATCHED[store]))].map(
    (resource): Use => ({ resource, verbs: ['list', 'watch'], why: 'following what is there' }),
  );
  return [...watched, ...ofScope(scope, DONE)];
}

/** Those of the uses that a controller of that scope has. */
export function ofScope(scope: Scope, uses: readonly Use[]): readonly Use[] {
  return scope === 'all' ? uses : uses.filter((use) => use.isOfRuns === true);
}
