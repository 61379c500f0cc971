import { resources } from '../api/resources.ts';
import { selectorText } from '../api/selector.ts';
import type { Pod, ReplicaSet } from '../api/workload.ts';
import { check } from '../core/laws.ts';
import { isGone, type Next, next } from '../core/next.ts';
import type { Change, Decision, Note } from '../core/plan.ts';
import { isOwned } from '../core/rollout/epoch.ts';
import { awaitsPods } from '../core/rollout/metadata-pods.ts';
import { restartDue } from '../core/rollout/restart.ts';
import { isStoredFirst } from '../core/rollout/urgency.ts';
import { earlier, type Instant } from '../core/time.ts';
import type { World } from '../core/world.ts';
import type { HttpClient } from '../providers/http.ts';
import { apply } from './apply.ts';
import type { Clock } from './clock.ts';
import { commit, newsOf } from './commit.ts';
import type { Following } from './following.ts';
import type { Api } from './kube/api.ts';
import { isFailure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import { slimPod } from './kube/project.ts';
import { isFirstRefusal, lookAgain } from './look-again.ts';
import { StableLooks } from './look-for-stable.ts';
import { observe } from './observe.ts';
import { Patience } from './patience.ts';
import { resolve } from './resolve.ts';
import { StepRequests } from './steps/requests.ts';
import { confirm } from './still-there.ts';
import type { Stores } from './stores.ts';

/** What one pass works with. */
export interface Io {
  readonly stores: Stores;
  readonly following: Following;
  readonly client: Api;
  readonly clock: Clock;
  /** For steps that ask a webhook. */
  readonly fetch: HttpClient;
  /** Tells what happened; never waits, never throws. */
  readonly announce: (world: World, notes: readonly Note[]) => void;
  /** Told of each pass that found something to say: for the log line and the metrics. */
  readonly report: (pass: PassReport) => void;
}

/** One line about a pass. */
export interface PassReport {
  readonly key: string;
  readonly decision: Decision;
  readonly committed: boolean;
  readonly applied: readonly Change[];
}

/**
 * One pass over one rollout. Level-triggered: it never asks what changed, only what is. Returns when to look
 * again. Status first, then changes: a crash in between repeats the changes, and never loses a decision.
 */
export function rolloutPass(io: Io): (key: string, signal: AbortSignal) => Promise<Instant | null> {
  // Names that turned out to be taken by objects which no watch of ours shows.
  const taken = new Map<string, ReplicaSet>();
  const patience = new Patience();
  const requests = new StepRequests(io);
  const stables = new StableLooks(io);
  return async (key, signal) => {
    const found = await look({ ...io, requests, stables }, taken, key, signal);
    if (found === null) {
      patience.forget(key);
      requests.forget(key);
      stables.forget(key);
      return null;
    }
    const { world, decision, todo } = found;
    check(world, decision, todo);
    const { version, dueAt } = await store(io, patience, { key, world, decision, todo }, signal);
    if (version === null) await confirm(io, world.rollout, todo, signal);
    if (world.nameTakenBy !== null) taken.clear();
    if (decision.notes.length > 0) io.announce(world, decision.notes);
    const applied: Change[] = [];
    try {
      for (const change of todo) {
        await apply(io, version === null ? change : afterCommit(change, version), signal);
        applied.push(change);
        if (change.notes.length > 0) io.announce(world, change.notes);
      }
    } catch (failure) {
      await lookAtHolder(io, taken, world, { failure, change: todo[applied.length] });
      throw failure;
    } finally {
      const committed = version !== null;
      if (committed || applied.length > 0) io.report({ key, decision, committed, applied });
    }
    const wanted = decision.target?.steps.requests ?? [];
    const answerAt = requests.carryOut(key, world.rollout, wanted, signal);
    return [dueAt, answerAt].reduce(earlier, decision.wakeAt);
  };
}

/**
 * A change of the rollout itself, fenced by the version that our own status has given it: between that and
 * the version that was seen nobody else wrote.
 */
function afterCommit(change: Change, version: string): Change {
  const isFenced = change.kind === 'Rollout' && change.verb === 'patch' && change.resourceVersion !== null;
  return isFenced ? { ...change, resourceVersion: version } : change;
}

/** What is there, and what to do about it; null where the rollout is gone or going. */
async function look(
  io: Io & { readonly requests: StepRequests; readonly stables: StableLooks },
  taken: ReadonlyMap<string, ReplicaSet>,
  key: string,
  signal: AbortSignal,
): Promise<(Next & { readonly world: World }) | null> {
  const once = async () => {
    const rollout = io.stores.rollouts.get(key);
    if (rollout === null || isGone(rollout)) {
      io.following.forget(key);
      return null;
    }
    const resolved = await resolve(io, rollout, key, signal);
    if (resolved === null) return null;
    const seen = observe(io.stores, taken, resolved);
    const steps = { ...seen.steps, replies: io.requests.replies(key, rollout) };
    const world = { ...seen, steps, pods: await podsIfNeeded(io, seen, signal) };
    return { world, ...next(world, io.clock.now()) };
  };
  const found = await once();
  if (found === null) return null;
  const { world, decision } = found;
  if (isFirstRefusal(world, decision)) return (await lookAgain(io, world, signal)) ? once() : found;
  return (await io.stables.look(key, world, decision, signal)) ? once() : found;
}

/**
 * Stores the status where it says something new, and returns the version of the rollout then; or says when it
 * must be stored, where that can wait.
 */
async function store(
  io: Io,
  patience: Patience,
  pass: {
    readonly key: string;
    readonly world: World;
    readonly decision: Decision;
    readonly todo: readonly Change[];
  },
  signal: AbortSignal,
): Promise<{ readonly version: string | null; readonly dueAt: Instant | null }> {
  const { key, world, decision, todo } = pass;
  const { status } = decision;
  const news = newsOf(world.rollout, status);
  if (news === null) {
    patience.forget(key);
    return { version: null, dueAt: null };
  }
  const dueAt = patience.dueAt(key, isStoredFirst(decision, todo), io.clock.now());
  if (dueAt !== null) return { version: null, dueAt };
  return { version: await commit(io, world.rollout, { news, status }, signal), dueAt };
}

/**
 * A name that is taken although no watch shows the holder: looked up, so that the next decision can step
 * aside. One of our own was made a moment ago, and only the watch is late: it is shown from now on.
 */
async function lookAtHolder(
  io: Io,
  taken: Map<string, ReplicaSet>,
  world: World,
  { failure, change }: { readonly failure: unknown; readonly change: Change | undefined },
): Promise<void> {
  if (!isFailure(failure, 'exists') || change?.kind !== 'ReplicaSet') return;
  const { namespace, name } = change;
  // One that is watched has been found already.
  if (io.stores.replicaSets.get(`${namespace}/${name}`) !== null) return;
  const holder = await io.client.get<ReplicaSet & KubeObject>(resources.replicaSets, { namespace, name });
  if (isOwned(holder, world)) io.stores.replicaSets.observeWrite(holder);
  else taken.set(`${namespace}/${name}`, holder);
}

/**
 * Pods are looked at for a restart, and once where their version's part has changed and they carry metadata
 * for it. Both are rare: a watch of all pods would cost more than all else.
 */
async function podsIfNeeded(io: Io, world: World, signal: AbortSignal): Promise<readonly Pod[] | null> {
  const { rollout } = world;
  const dueAt = restartDue(rollout);
  const restarts = dueAt !== null && io.clock.now() >= dueAt;
  if (!restarts && !awaitsPods(world)) return null;
  const selection = {
    namespace: rollout.metadata.namespace ?? '',
    labelSelector: selectorText(rollout.spec.selector),
  };
  const listed = await io.client.list(resources.pods, selection, slimPod, { signal });
  return listed.items as unknown as readonly Pod[];
}
