import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import { LABEL } from '../../api/keys.ts';
import { resources } from '../../api/resources.ts';
import { sidesOf } from '../../core/analysis/compare/sides.ts';
import {
  experimentManifest,
  isOfRun,
  isOpen,
  reasonsOf,
  type SpareExperiments,
} from '../../core/analysis/experiments.ts';
import { versionPods } from '../../core/experiment/copies.ts';
import { at, patch, remove } from '../../core/writes.ts';
import type { Experiments, Versions } from '../../providers/provider.ts';
import { type ApplyIo, apply } from '../apply.ts';
import type { Clock } from '../clock.ts';
import { ownerOf } from '../experiment/observe.ts';
import { Failure, isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Stores } from '../stores.ts';
import { persistently } from './persistently.ts';

/** What Experiments of metrics are made and ended with. */
export interface ExperimentsIo extends ApplyIo {
  readonly clock: Clock;
}

/**
 * The Experiments that metrics of a run may have, as the watch shows them. An API server that does not answer
 * is no matter of the metric: it is asked again until `deadline` aborts.
 */
export function experimentsOf(io: ExperimentsIo, run: AnalysisRun, deadline: AbortSignal): Experiments {
  const tell = <T>(work: () => Promise<T>) => persistently(io.clock, deadline, work);
  return {
    create: (draft) => tell(() => made(io, run, experimentManifest(run, draft), deadline)),
    get: (name) => tell(() => seen(io, run, name, deadline)),
    reasons: (experiment) => reasonsOf(experiment, io.stores.runs.by('owner', experiment.metadata.uid ?? '')),
    end: (name) =>
      tell(async () => {
        const found = await seen(io, run, name, deadline);
        return found === null ? null : endExperiment(io, found, deadline);
      }),
  };
}

/** Ends and deletes what a run needs no more. Throws a Failure. */
export async function tidyExperiments(
  io: ApplyIo,
  { end, discard }: SpareExperiments,
  signal: AbortSignal,
): Promise<void> {
  for (const experiment of end) await endExperiment(io, experiment, signal);
  for (const experiment of discard) await apply(io, remove(experiment), signal);
}

/**
 * The pods of the two versions of the release that a run is about; null where no Rollout that is there has
 * made the run.
 */
export function versionsOf(
  stores: Pick<Stores, 'rollouts' | 'replicaSets'>,
  run: Pick<AnalysisRun, 'metadata'>,
): Versions | null {
  const rollout = ownerOf(stores, run);
  if (rollout === null) return null;
  return (version) => {
    const { hash } = sidesOf(rollout, run)[version];
    const found = stores.replicaSets
      .by('owner', rollout.metadata.uid ?? '')
      .find(({ metadata }) => hash !== '' && metadata.labels?.[LABEL.podTemplateHash] === hash);
    return found === undefined ? null : versionPods(found, rollout);
  };
}

async function made(
  io: ApplyIo,
  run: AnalysisRun,
  experiment: Experiment,
  signal: AbortSignal,
): Promise<Experiment> {
  const { name } = experiment.metadata;
  try {
    await apply(
      io,
      { ...at(experiment), verb: 'create', phase: 'grow', manifest: experiment, notes: [] },
      signal,
    );
  } catch (failure) {
    // Made by a controller that could not store it, or by ourselves, unheard.
    if (!isFailure(failure, 'exists')) throw failure;
  }
  const found = await seen(io, run, name, signal);
  if (found !== null) return found;
  throw new Failure('exists', `Experiment ${name} is there already, and is not of this run`);
}

/** Null where there is none, or one of somebody else. */
async function seen(
  { stores, client }: ApplyIo,
  { metadata: { namespace = '', uid = '' } }: AnalysisRun,
  name: string,
  signal: AbortSignal,
): Promise<Experiment | null> {
  const known = stores.experiments.get(`${namespace}/${name}`);
  if (known !== null) return isOfRun(known, { uid }) ? known : null;
  // The watch of runs may be ahead. A list of one name needs no other rights than the watch has.
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  const { items } = await client.list(resources.experiments, selection, (raw: KubeObject) => raw, { signal });
  const found = items[0] as (Experiment & KubeObject) | undefined;
  return found !== undefined && isOfRun(found, { uid }) ? found : null;
}

async function endExperiment(io: ApplyIo, experiment: Experiment, signal: AbortSignal): Promise<null> {
  if (!isOpen(experiment)) return null;
  try {
    await apply(io, patch(experiment, 'runs', { spec: { terminate: true } }, []), signal);
  } catch (failure) {
    if (!isFailure(failure, 'missing')) throw failure;
  }
  return null;
}
