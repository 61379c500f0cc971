import type { Experiment } from '../../api/experiment.ts';
import type { Manifest } from '../../api/meta.ts';
import { type Resource, resources } from '../../api/resources.ts';
import { decide, type ExperimentDecision } from '../../core/experiment/decide.ts';
import { isOwn } from '../../core/experiment/owner.ts';
import { type ExperimentWorld, objectKey } from '../../core/experiment/world.ts';
import type { Change, Note } from '../../core/plan.ts';
import type { Instant } from '../../core/time.ts';
import { apply } from '../apply.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../kube/api.ts';
import { type Failure, isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import { findAbsent } from '../look-again.ts';
import { record } from '../record.ts';
import type { Stores } from '../stores.ts';
import { observe, ownerOf } from './observe.ts';

/** What a pass over an experiment works with. */
export interface ExperimentIo {
  readonly stores: Stores;
  readonly client: Api;
  readonly clock: Clock;
  /** Tells what happened; never waits, never throws. */
  readonly announce: (about: Manifest, notes: readonly Note[]) => void;
}

/**
 * One pass over one experiment. Level-triggered: it never asks what changed, only what is. Status first, then
 * changes: a crash in between repeats the changes. What the API server does not take ends the experiment,
 * with what it said. Returns when to look again.
 */
export function experimentPass(
  io: ExperimentIo,
): (key: string, signal: AbortSignal) => Promise<Instant | null> {
  // Names that turned out to be taken by objects which no watch of ours shows, by experiment.
  const hidden = new Map<string, Set<string>>();
  const round = async (key: string, refusals: ReadonlyMap<string, string>, signal: AbortSignal) => {
    const experiment = io.stores.experiments.get(key);
    if (experiment === null || experiment.metadata.deletionTimestamp !== undefined) {
      hidden.delete(key);
      return { wakeAt: null, obstacle: null };
    }
    const known = { hidden: hidden.get(key) ?? new Set<string>(), refusals };
    const { world, decision } = await look(io, experiment, known, signal);
    await record(io, experiment, decision.status, signal);
    tell(io, experiment, decision);
    const obstacle = await carryOut(io, world, decision, signal);
    if (obstacle?.kind === 'hidden') hidden.set(key, new Set([...known.hidden, obstacle.key]));
    return { wakeAt: decision.wakeAt, obstacle };
  };
  return async (key, signal) => {
    const { wakeAt, obstacle } = await round(key, new Map(), signal);
    if (obstacle === null) return wakeAt;
    if (obstacle.kind === 'hidden') return io.clock.now();
    const last = await round(key, new Map([[obstacle.key, obstacle.message]]), signal);
    return last.obstacle === null ? last.wakeAt : io.clock.now();
  };
}

type Obstacle =
  /** The API server does not take the object. */
  | { readonly kind: 'refused'; readonly key: string; readonly message: string }
  /** The name is somebody else's. */
  | { readonly kind: 'hidden'; readonly key: string };

/** What is there, and what to do about it. */
async function look(
  io: ExperimentIo,
  experiment: Experiment,
  known: Parameters<typeof observe>[2],
  signal: AbortSignal,
): Promise<{ readonly world: ExperimentWorld; readonly decision: ExperimentDecision }> {
  const once = () => {
    const world = observe(io.stores, experiment, known);
    return { world, decision: decide(world, io.clock.now()) };
  };
  const found = once();
  if (!isFirstRefusal(experiment, found.decision)) return found;
  // Each kind has a watch of its own: that of experiments may be ahead of that of their templates.
  const absent = Object.keys(found.world.templates).filter((name) => found.world.templates[name] === null);
  const looks = absent.map((template) => {
    const [kind = '', name = ''] = template.split('/');
    const namespace = experiment.metadata.namespace ?? '';
    return findAbsent(io, experiment, { kind, namespace, name }, signal);
  });
  return (await Promise.all(looks)).includes(true) ? once() : found;
}

/** True where an analysis ends now before it has begun. */
function isFirstRefusal({ status }: Experiment, decision: ExperimentDecision): boolean {
  const before = new Set(
    status?.analysisRuns?.filter((one) => one.phase === 'Error').map(({ name }) => name),
  );
  return (decision.status.analysisRuns ?? []).some(
    ({ name, phase, analysisRun }) => phase === 'Error' && analysisRun === '' && !before.has(name),
  );
}

function tell(io: ExperimentIo, experiment: Experiment, { notes, ownerNotes }: ExperimentDecision): void {
  if (notes.length > 0) io.announce(experiment, notes);
  const owner = ownerNotes.length === 0 ? null : ownerOf(io.stores, experiment);
  if (owner !== null) io.announce(owner, ownerNotes);
}

/** Makes the changes in order. An obstacle is something to decide about; other failures are thrown. */
async function carryOut(
  io: ExperimentIo,
  { experiment }: ExperimentWorld,
  { todo }: ExperimentDecision,
  signal: AbortSignal,
): Promise<Obstacle | null> {
  for (const change of todo) {
    try {
      await apply(io, change, signal);
    } catch (failure) {
      const obstacle = await obstacleIn(io, experiment, { change, failure }, signal);
      if (obstacle === null) throw failure;
      return obstacle;
    }
    if (change.notes.length > 0) io.announce(experiment, change.notes);
  }
  return null;
}

/** Kinds whose name is given by the experiment, so that another one can be taken. */
const RENAMED: Readonly<Record<string, Resource>> = {
  ReplicaSet: resources.replicaSets,
  AnalysisRun: resources.analysisRuns,
};

async function obstacleIn(
  io: ExperimentIo,
  experiment: Experiment,
  { change, failure }: { readonly change: Change; readonly failure: unknown },
  signal: AbortSignal,
): Promise<Obstacle | null> {
  if (change.verb !== 'create' || !isFailure(failure)) return null;
  const { namespace, name, kind } = change;
  const key = objectKey(change);
  if (isFailure(failure, 'invalid', 'forbidden')) return { kind: 'refused', key, message: saidIn(failure) };
  const resource = RENAMED[kind];
  if (!isFailure(failure, 'exists') || resource === undefined) return null;
  const store = kind === 'ReplicaSet' ? io.stores.replicaSets : io.stores.runs;
  if (store.get(`${namespace}/${name}`) !== null) return null;
  // A list of one name needs no other rights than the watch has.
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  const { items } = await io.client.list(resource, selection, (raw: KubeObject) => raw, { signal });
  return items.some((holder) => !isOwn(holder, experiment)) ? { kind: 'hidden', key } : null;
}

/** The API server's own words. */
function saidIn({ message }: Failure): string {
  return message.replace(/^kube: [^:]*: /, '').replace(/ \(HTTP \d+\)$/, '');
}
