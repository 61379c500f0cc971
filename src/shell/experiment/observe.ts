import type { Experiment } from '../../api/experiment.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Service } from '../../api/workload.ts';
import { isOwn } from '../../core/experiment/owner.ts';
import { partsOf } from '../../core/experiment/parts.ts';
import { type ExperimentWorld, type ObjectName, objectKey } from '../../core/experiment/world.ts';
import { routersIn, templatesOf } from '../observe.ts';
import type { Stores } from '../stores.ts';

/** What the shell knows besides the stores. */
export interface Known {
  /** Objects of others that no watch of ours shows, by kind and name. */
  readonly hidden: ReadonlySet<string>;
  readonly refusals: ReadonlyMap<string, string>;
}

/** One frozen view of everything that a decision about one experiment may look at. */
export function observe(stores: Stores, experiment: Experiment, known: Known): ExperimentWorld {
  const { uid = '', namespace = '' } = experiment.metadata;
  const refs = (experiment.spec?.analyses ?? []).map(({ templateName, clusterScope = false }) => ({
    templateName,
    clusterScope,
  }));
  const world = {
    experiment,
    replicaSets: stores.replicaSets
      .by('owner', uid)
      .filter((one) => one.metadata.deletionTimestamp === undefined),
    isTaken: takenIn(stores, experiment, known.hidden),
    services: {},
    runs: stores.runs.by('owner', uid),
    templates: templatesOf(stores, namespace, refs),
    refusals: known.refusals,
    routed: routedTo(stores, rolloutOf(stores, experiment)),
  };
  return { ...world, services: servicesOf(stores, world) };
}

/** The rollout that controls an object, such as the experiment of a step; null where there is none. */
export function ownerOf(
  stores: Pick<Stores, 'rollouts'>,
  { metadata }: Pick<Manifest, 'metadata'>,
): Rollout | null {
  const owner = metadata.ownerReferences?.find((one) => one.controller === true && one.kind === 'Rollout');
  if (owner === undefined) return null;
  const rollout = stores.rollouts.get(`${metadata.namespace ?? ''}/${owner.name}`);
  return rollout?.metadata.uid === owner.uid ? rollout : null;
}

/** The rollout of whose release an experiment is a part: by a step, or by a run. */
function rolloutOf(stores: Pick<Stores, 'rollouts' | 'runs'>, experiment: Experiment): Rollout | null {
  const { namespace = '', ownerReferences = [] } = experiment.metadata;
  const owner = ownerReferences.find((one) => one.controller === true && one.kind === 'AnalysisRun');
  const run = owner === undefined ? null : stores.runs.get(`${namespace}/${owner.name}`);
  return ownerOf(stores, run ?? experiment);
}

/** Where its rollout sends traffic, as the status tells it and as the routes are. */
function routedTo(stores: Stores, rollout: Rollout | null): ReadonlySet<string> {
  if (rollout === null) return new Set();
  const told = rollout.status?.canary?.weights?.additional ?? [];
  const { routers } = routersIn(stores, rollout);
  return new Set([
    ...told.flatMap(({ serviceName }) => serviceName ?? []),
    ...routers.flatMap(({ routes }) => (routes?.additional ?? []).map(({ service }) => service)),
  ]);
}

function servicesOf(stores: Stores, world: ExperimentWorld): Readonly<Record<string, Service | null>> {
  const { metadata, spec } = world.experiment;
  if (!Array.isArray(spec?.templates)) return {};
  const names = partsOf(world).flatMap(({ serviceName }) => serviceName ?? []);
  const get = (name: string) => stores.services.get(`${metadata.namespace ?? ''}/${name}`);
  return Object.fromEntries(names.map((name) => [name, get(name)]));
}

/** Whether somebody else has a name that the experiment wants. */
function takenIn(stores: Stores, experiment: Experiment, hidden: ReadonlySet<string>) {
  const { namespace = '' } = experiment.metadata;
  return (object: ObjectName): boolean => {
    const key = `${namespace}/${object.name}`;
    const holder = object.kind === 'ReplicaSet' ? stores.replicaSets.get(key) : stores.runs.get(key);
    return holder === null ? hidden.has(objectKey(object)) : !isOwn(holder, experiment);
  };
}
