import type { Issue } from '../../api/meta.ts';
import type { Rollout, RolloutStatus } from '../../api/rollout.ts';
import type { Because } from '../because.ts';
import type { Decision, Note, Target, Urgency } from '../plan.ts';
import { stepsAfter } from '../steps/no-return.ts';
import { NO_WANTS } from '../steps/plugin.ts';
import { advanceSteps } from '../steps/statuses.ts';
import { stepWants } from '../steps/wants.ts';
import { earlier, type Instant } from '../time.ts';
import type { World } from '../world.ts';
import { nextShareAt, withShares } from './additional.ts';
import { previewPauseEnd } from './blue-green/pause.ts';
import { remove, set, summarize } from './conditions.ts';
import { newestStamp } from './epoch.ts';
import { claimExperiment, experimentsTarget, refreshExperiment } from './experiments.ts';
import { observe, stageOf } from './facts.ts';
import { isHalted } from './halt.ts';
import { discardable } from './history.ts';
import { type Life, live, pauseEnd, storedLife } from './life.ts';
import { type Act, advance } from './machine.ts';
import { nextPodsAt, relabellings } from './metadata-pods.ts';
import { referenceIssues, specIssues } from './problems.ts';
import { progressDeadline, timedOutText } from './progress.ts';
import { type Release, release } from './release.ts';
import { replicaSetsTarget } from './replicasets.ts';
import { planRestart, RESTART_LOOK_MS, type Restart, restartDue } from './restart.ts';
import { claimRuns, refreshRuns, runsTarget } from './runs.ts';
import { selectorsTarget } from './selectors.ts';
import { revisionPatch, statusOf } from './status.ts';
import { routesTarget } from './traffic.ts';
import { isUrgent } from './urgency.ts';
import { reasonFor } from './waiting.ts';
import { workloadTarget } from './workload-target.ts';

/** Transitions that one pass may make. A life that does not settle within them is a mistake of ours. */
const MOST_TRANSITIONS = 20;

/**
 * What one rollout needs now. Total, synchronous and without side effects: the same world and instant give
 * the same decision. Source of the behaviour: the API's contract in docs/reference/compatibility.md.
 */
export function decide(world: World, now: Instant): Decision {
  const issues = specIssues(world);
  if (issues.length > 0) return invalid(world, issues, now);
  const missing = referenceIssues(world);
  const seen = release(world);
  if (world.nameTakenBy !== null && seen.current === null) return stepAside(seen);
  const settled = settle(world, seen, { now, blocked: missing.length > 0 });
  // Nothing goes on without what the spec refers to. The way back is open: an abort never waits.
  if (missing.length > 0 && settled.life.abort !== true) return invalid(world, missing, now);
  const stamp = newestStamp(world);
  // A stamp from the future: our view is old, or the status was lost. Only a fenced write of the status can
  // tell.
  const behind = stamp > (seen.status.epoch ?? 0);
  const restart = restartOf(world, seen, settled.life, now);
  const life = {
    ...settled.life,
    epoch: behind ? stamp + 1 : settled.life.epoch + turn(seen.rollout),
    ...(restart.isDone ? { restartedAt: seen.rollout.spec.restartAt ?? null } : {}),
  };
  const routes = withShares(routesTarget(world, seen, life), world, seen, life, now);
  const status = statusOf(world, seen, life, { now, acts: settled.acts, routes });
  const notes = [
    ...addedNotes(seen.rollout),
    ...revisionNotes(seen, settled.acts),
    ...weightNotes(seen, status),
    ...settled.notes,
  ];
  const steps = stepWants(world, seen, life, { now, blocked: missing.length > 0 });
  const workload = workloadTarget(world, status, now);
  const target = behind
    ? null
    : { ...targetOf(world, seen, life, { now, routes, evict: restart.evict }), workload, steps: steps.wants };
  return {
    status,
    urgency: notes.length > 0 ? 'first' : urgencyOf(seen, status, target),
    target,
    because: reasonFor(world, seen, life, status, now),
    notes,
    wakeAt: [
      nextPodsAt(target?.relabel ?? [], now),
      workload?.wakeAt ?? null,
      steps.wakeAt,
      nextShareAt(world, seen, life, now),
    ].reduce(earlier, wakeAt(seen, life, status, now)),
  };
}

function urgencyOf(seen: Release, status: RolloutStatus, target: Target | null): Urgency {
  if (isUrgent(seen.status, status)) return 'first';
  return isAtRest(seen, target) ? 'atRest' : 'none';
}

/**
 * 1 where the spec is another one than that last acted on, else 0: what was planned for another number of
 * pods must not be carried out any more.
 */
function turn({ metadata, status }: Rollout): number {
  const known = status?.observedGeneration;
  return known === undefined || known === String(metadata.generation ?? 0) ? 0 : 1;
}

/** True where all pods are there and stay as they are: then the counts are final. */
function isAtRest(seen: Release, target: Target | null): boolean {
  const resized = target?.replicaSets.some((want) => (want.replicaSet.spec.replicas ?? 1) !== want.replicas);
  if (target === null || resized === true || target.create !== null) return false;
  return seen.all.every((r) => r.replicas === r.spec && r.available === r.spec);
}

function addedNotes(rollout: Rollout): readonly Note[] {
  if (rollout.status !== undefined) return [];
  const { namespace, name } = rollout.metadata;
  const message = `Rollout resource added to informer: ${namespace ?? ''}/${name}`;
  return [{ type: 'Normal', reason: 'RolloutAddedToInformer', message }];
}

/** Once, with the beginning: the number itself is written later, and that may have to be tried again. */
function revisionNotes(seen: Release, acts: readonly Act[]): readonly Note[] {
  const revision = revisionPatch(seen);
  if (revision === null || !acts.some((act) => act.type === 'startOver')) return [];
  return [{ type: 'Normal', reason: 'RolloutUpdated', message: `Rollout updated to revision ${revision}` }];
}

function weightNotes(seen: Release, next: RolloutStatus): readonly Note[] {
  const before = seen.status.canary?.weights?.canary.weight;
  const after = next.canary?.weights?.canary.weight;
  if (after === undefined || after === before) return [];
  const from = before === undefined ? '' : `from ${before} `;
  return [
    { type: 'Normal', reason: 'TrafficWeightUpdated', message: `Traffic weight updated ${from}to ${after}` },
  ];
}

/**
 * The name of the next ReplicaSet is somebody else's: another collision count gives another hash, and so
 * another name.
 */
function stepAside(seen: Release): Decision {
  const collisionCount = (seen.status.collisionCount ?? 0) + 1;
  return {
    status: {
      ...seen.status,
      blueGreen: seen.status.blueGreen ?? {},
      canary: seen.status.canary ?? {},
      collisionCount,
    },
    urgency: 'first',
    target: null,
    because: { kind: 'working' },
    notes: [],
    wakeAt: null,
  };
}

/** Lets the state machine run until nothing more follows from what is observed. */
function settle(world: World, seen: Release, pass: { readonly now: Instant; readonly blocked: boolean }) {
  const { now } = pass;
  const refreshed = refreshRuns(world, storedLife(seen.status));
  let life = refreshExperiment(world, refreshed.life);
  let stage = stageOf(seen, life);
  const notes: Note[] = [...refreshed.notes];
  const acts: Act[] = [];
  const deadlineMissed = missedDeadline(seen, life, now);
  for (let i = 0; i < MOST_TRANSITIONS; i++) {
    const facts = observe(world, seen, life, { ...pass, deadlineMissed });
    const step = advance(stage, facts);
    if (step.acts.length === 0 && step.stage === stage) {
      const moved = advanceSteps(world, seen, life, pass);
      if (moved === null) break;
      life = moved.life;
      notes.push(...moved.notes);
    }
    stage = step.stage;
    for (const act of step.acts) {
      const lived = live(life, act, seen, now);
      const after = stepsAfter(life, lived.life, act, { release: seen, cause: facts.stopped });
      life = after.life;
      notes.push(...lived.notes, ...after.notes);
      acts.push(act);
    }
  }
  return { life: claimExperiment(world, seen, claimRuns(world, seen, life)), notes, acts };
}

/** Nothing to do until a restart is due, and until the pods have been looked at. */
function restartOf(world: World, seen: Release, life: Life, now: Instant): Restart {
  const dueAt = restartDue(seen.rollout);
  const waits =
    dueAt === null || now < dueAt || world.pods === null || life.restartedAt === seen.rollout.spec.restartAt;
  return waits ? { evict: [], isDone: false } : planRestart(seen, world.pods, dueAt);
}

/** The text of a progress deadline that ends the release; null where there is none or it has not passed. */
function missedDeadline(seen: Release, life: Life, now: Instant): string | null {
  if (seen.rollout.spec.progressDeadlineAbort !== true) return null;
  // What the status says of progress is about another release: this one begins now.
  if (life.hash !== seen.hash) return null;
  const progressing = seen.status.conditions?.find((c) => c.type === 'Progressing');
  const deadline = progressDeadline(seen, life, progressing);
  return deadline !== null && now >= deadline ? timedOutText(seen) : null;
}

function targetOf(
  world: World,
  seen: Release,
  life: Life,
  pass: { readonly now: Instant; readonly routes: Target['routes']; readonly evict: Target['evict'] },
): Target {
  const replicaSets = replicaSetsTarget(world, seen, life, pass);
  const halted = isHalted(seen, life);
  const revision = revisionPatch(seen);
  return {
    epoch: life.epoch,
    create: replicaSets.create,
    replicaSets: replicaSets.existing,
    // Blue-green Services know what a halt means for them: not everything, for an abort moves them still.
    services: halted && seen.strategy === 'canary' ? {} : selectorsTarget(world, seen, life),
    routes: halted ? null : pass.routes,
    runs: runsTarget(world, seen, life),
    experiments: experimentsTarget(world, seen, life),
    steps: NO_WANTS,
    relabel: relabellings(world, seen, life),
    evict: halted ? [] : pass.evict,
    discard: discardable(seen),
    revision,
    defaultReplicas: seen.rollout.spec.replicas === undefined,
    workload: null,
  };
}

function wakeAt(seen: Release, life: Life, status: RolloutStatus, now: Instant): Instant | null {
  const progressing = status.conditions?.find((c) => c.type === 'Progressing');
  const timedOut = progressing?.reason === 'ProgressDeadlineExceeded';
  let at = timedOut ? null : progressDeadline(seen, life, progressing);
  at = earlier(at, pauseEnd(life, seen.steps));
  at = earlier(at, previewPauseEnd(seen, life));
  const restart = restartDue(seen.rollout);
  if (restart !== null && life.restartedAt !== seen.rollout.spec.restartAt)
    at = earlier(at, Math.max(restart, now + RESTART_LOOK_MS * (restart > now ? 0 : 1)));
  for (const revision of seen.all) if (revision.spec > 0) at = earlier(at, revision.deadline);
  // A moment already past has been acted on, or waits for something that will wake us.
  return at === null || at > now ? at : null;
}

/**
 * A spec that cannot be followed: everything stays as it is, and the status says what is wrong, all of it.
 */
function invalid(world: World, issues: readonly Issue[], now: Instant): Decision {
  const { rollout } = world;
  const stored = rollout.status ?? {};
  const text = issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`));
  const claim = `The Rollout "${rollout.metadata.name}" is invalid: ${text.join('; ')}`;
  const message = `InvalidSpec: ${claim}`;
  const before = { list: stored.conditions ?? [], now };
  const told = before.list.find((c) => c.type === 'InvalidSpec')?.message === claim;
  const marked = set(told ? before : remove(before, 'InvalidSpec'), 'InvalidSpec', {
    status: 'True',
    reason: 'InvalidSpec',
    message: claim,
  });
  const because: Because = { kind: 'invalid', issues };
  return {
    status: {
      ...stored,
      conditions: summarize(marked, 'Degraded', message).list,
      message,
      observedGeneration: String(rollout.metadata.generation ?? 0),
      ...(stored.epoch === undefined ? {} : { epoch: stored.epoch + turn(rollout) }),
      phase: 'Degraded',
    },
    urgency: 'first',
    target: null,
    because,
    notes: addedNotes(rollout),
    wakeAt: null,
  };
}
