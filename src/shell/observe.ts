import type { AnalysisTemplateRef, AnalysisTemplateSpec } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import { ANNOTATION } from '../api/keys.ts';
import type { Issue, Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { matches } from '../api/selector.ts';
import type { ReplicaSet, Service } from '../api/workload.ts';
import { isBaseline } from '../core/analysis/compare/baseline.ts';
import { podTemplateHash } from '../core/hash/template.ts';
import { serviceNames } from '../core/release-service.ts';
import type { Routes } from '../core/routes.ts';
import { type RouterObject, type RouterView, templateKey, type World } from '../core/world.ts';
import { routersOf } from '../routers/index.ts';
import type { BoundRouter } from '../routers/router.ts';
import type { KubeObject } from './kube/object.ts';
import { routeTarget, templateRefs } from './references.ts';
import type { Resolved } from './resolve.ts';
import { rivalIssues, rivalOn } from './rivals.ts';
import type { Stores } from './stores.ts';

/** One frozen view of everything that a decision about one rollout may look at. */
export function observe(
  stores: Stores,
  taken: ReadonlyMap<string, ReplicaSet>,
  { rollout, workload, configuration }: Resolved,
): World {
  const namespace = rollout.metadata.namespace ?? '';
  const replicaSets = replicaSetsOf(stores, rollout);
  const services = servicesOf(stores, rollout);
  const managers = Object.values(services).map(
    (service) => service?.metadata.annotations?.[ANNOTATION.managedByRollouts],
  );
  const others = managers.filter(
    (name) => name !== undefined && stores.rollouts.get(`${namespace}/${name}`) !== null,
  );
  const { routers, issues } = routersIn(stores, rollout);
  return {
    rollout,
    workload,
    configuration,
    replicaSets,
    nameTakenBy: holderOfName(stores, taken, rollout, replicaSets),
    services,
    left: stores.services
      .by('manager', `${namespace}/${rollout.metadata.name}`)
      .filter(({ metadata }) => !(metadata.name in services)),
    routers,
    routerIssues: issues,
    templates: templatesOf(stores, namespace, templateRefs(rollout)),
    steps: { jobs: stores.jobs.by('owner', rollout.metadata.uid ?? ''), replies: {} },
    pods: null,
    runs: stores.runs.by('owner', rollout.metadata.uid ?? ''),
    experiments: stores.experiments.by('owner', rollout.metadata.uid ?? ''),
    baselines: experimentsOfRuns(stores, rollout).filter(isBaseline),
    rolloutNames: new Set(others.filter((name) => name !== undefined)),
  };
}

/** Experiments that runs of this rollout have made. */
export function experimentsOfRuns(
  stores: Pick<Stores, 'runs' | 'experiments'>,
  { metadata }: Pick<Rollout, 'metadata'>,
): readonly Experiment[] {
  return stores.runs
    .by('owner', metadata.uid ?? '')
    .flatMap((run) => stores.experiments.by('owner', run.metadata.uid ?? ''));
}

function replicaSetsOf(stores: Stores, rollout: Rollout): readonly ReplicaSet[] {
  const { uid, namespace } = rollout.metadata;
  const owned = stores.replicaSets.by('owner', uid ?? '');
  const orphans = stores.replicaSets.by('orphan', namespace ?? '');
  // What is left of an experiment is no version of the rollout, whatever its labels.
  const adoptable = orphans.filter(
    ({ metadata }) =>
      matches(rollout.spec?.selector, metadata.labels ?? {}) &&
      metadata.annotations?.[ANNOTATION.experimentName] === undefined,
  );
  return [...owned, ...adoptable].filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined);
}

function holderOfName(
  stores: Stores,
  taken: ReadonlyMap<string, ReplicaSet>,
  rollout: Rollout,
  mine: readonly ReplicaSet[],
): ReplicaSet | null {
  const { name, namespace } = rollout.metadata;
  const hash = podTemplateHash(rollout.spec?.template, rollout.status?.collisionCount);
  const key = `${namespace ?? ''}/${name}-${hash}`;
  const holder = stores.replicaSets.get(key) ?? taken.get(key) ?? null;
  return holder === null || mine.some((own) => own.metadata.uid === holder.metadata.uid) ? null : holder;
}

function servicesOf(stores: Stores, rollout: Rollout): Readonly<Record<string, Service | null>> {
  const found: Record<string, Service | null> = {};
  for (const name of serviceNames(rollout))
    found[name] = stores.services.get(`${rollout.metadata.namespace ?? ''}/${name}`);
  return found;
}

/** The templates that `refs` lead to, by `templateKey`; null: not there. */
export function templatesOf(
  stores: Stores,
  namespace: string,
  refs: readonly AnalysisTemplateRef[],
): Readonly<Record<string, AnalysisTemplateSpec | null>> {
  const found: Record<string, AnalysisTemplateSpec | null> = {};
  const visit = (ref: AnalysisTemplateRef): void => {
    const key = templateKey(ref);
    if (key in found) return;
    const name = ref.templateName ?? '';
    const object =
      ref.clusterScope === true
        ? stores.clusterTemplates.get(name)
        : stores.templates.get(`${namespace}/${name}`);
    found[key] = object?.spec ?? null;
    object?.spec.templates?.forEach(visit);
  };
  refs.forEach(visit);
  return found;
}

/** The routers of a rollout, read through their lenses, and what is wrong with them. */
export function routersIn(
  stores: Stores,
  rollout: Rollout,
): { readonly routers: readonly RouterView[]; readonly issues: readonly Issue[] } {
  const routing = rollout.spec?.strategy?.canary?.trafficRouting;
  if (routing === undefined) return { routers: [], issues: [] };
  const found = routersOf(routing);
  if (found.kind === 'issues') return { routers: [], issues: found.issues };
  const views = found.routers.map((router) => viewOf(stores, rollout, router));
  return { routers: views.map((v) => v.view), issues: views.flatMap((v) => v.issues) };
}

function viewOf(stores: Stores, rollout: Rollout, router: BoundRouter) {
  const target = routeTarget(rollout);
  const refs: RouterObject[] = router.refs(target).map((ref) => ({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    observed: routeObject(stores, ref.kind, `${ref.namespace}/${ref.name}`),
    written: ref.written,
  }));
  const observed = refs.map((ref) => ref.observed);
  const rivals = observed.map((object) => rivalOn(stores, object, target));
  const issues = [
    ...router.issues(observed, target),
    ...observed.flatMap((object, i) => rivalIssues(object, router, rivals[i] ?? null)),
  ];
  const reading = issues.length === 0 ? router.read(observed, target) : null;
  const view: RouterView = {
    name: router.name,
    refs: refs.map((ref, i) => (rivals[i] === null ? ref : { ...ref, written: false })),
    routes: reading?.routes ?? null,
    settled: reading?.settled ?? false,
    lags: router.lags(observed),
    can: router.can,
    put: (routes: Routes) =>
      router.put(observed, routes, target).map((after, i) => (rivals[i] === null ? after : null)),
    tell: (index, routes) => {
      const ref = refs[index];
      return ref === undefined ? [] : router.tell(ref.name, ref.observed === null, routes);
    },
  };
  return { view, issues };
}

function routeObject(stores: Stores, kind: string, key: string): (Manifest & KubeObject) | null {
  if (kind === 'Ingress') return stores.ingresses.get(key);
  if (kind === 'HTTPRoute') return stores.httpRoutes.get(key);
  if (kind === 'GRPCRoute') return stores.grpcRoutes.get(key);
  return null;
}
