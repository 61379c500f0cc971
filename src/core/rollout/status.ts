import { ANNOTATION } from '../../api/keys.ts';
import type { CanaryStatus, RolloutStatus, TrafficWeights } from '../../api/rollout.ts';
import type { WorkloadCondition } from '../../api/workload.ts';
import type { Routes } from '../routes.ts';
import { formatInstant, type Instant } from '../time.ts';
import type { World } from '../world.ts';
import { additionalWeights, shareOf } from './additional.ts';
import { seenByAutoscaler } from './autoscaling.ts';
import { activeRevision, activeSelectorText, blueGreenStatus, isServed } from './blue-green/status.ts';
import { isActive } from './blue-green/track.ts';
import { type Conditions, find, flag, remove, replace, set, summarize } from './conditions.ts';
import { durationOf } from './elapsed.ts';
import { isComplete, isPastSteps } from './goals.ts';
import { isHalted } from './halt.ts';
import type { Life } from './life.ts';
import type { Act } from './machine.ts';
import { abortText } from './notes.ts';
import { phaseOf } from './phase.ts';
import { currentName, hasProgressed, progressDeadline, timedOutText } from './progress.ts';
import { nextNumber, type Release, type Revision } from './release.ts';
import { behindCanary, turnOf } from './sides.ts';
import { isLeftOver, routedWeight } from './traffic.ts';

/**
 * The whole status that follows from the world and a life: what cannot be observed, and what clients read.
 */
export function statusOf(
  world: World,
  release: Release,
  life: Life,
  pass: { readonly now: Instant; readonly acts: readonly Act[]; readonly routes: Routes | null },
): RolloutStatus {
  const canary = canaryStatus(world, release, life, pass.routes);
  const counts = { ...lifeStatus(life), ...countsOf(release), canary };
  const stored = release.status;
  const duration = durationOf(release, life, stored, pass.now);
  const base: RolloutStatus = {
    ...observedWorkload(release),
    ...(stored.collisionCount === undefined ? {} : { collisionCount: stored.collisionCount }),
    ...counts,
    blueGreen: release.strategy === 'blueGreen' ? blueGreenStatus(release, life) : {},
    selector: activeSelectorText(release),
    ...(release.strategy === 'canary' ? seenByAutoscaler(world, release, life) : {}),
    observedGeneration: String(release.rollout.metadata.generation ?? 0),
    ...(duration === undefined ? {} : { duration }),
  };
  const conditions = conditionsOf(release, life, base, pass);
  const { phase, message } = phaseOf(release, life, base, conditions.list);
  return {
    ...base,
    conditions: summarize(conditions, phase, message).list,
    phase,
    ...(message === '' ? {} : { message }),
  };
}

function lifeStatus(life: Life): RolloutStatus {
  return {
    ...(life.hash === null ? {} : { currentPodHash: life.hash }),
    ...(life.stepHash === '' ? {} : { currentStepHash: life.stepHash }),
    ...(life.step === null ? {} : { currentStepIndex: life.step }),
    ...(life.stable === null ? {} : { stableRS: life.stable }),
    ...(life.abort === undefined ? {} : { abort: life.abort }),
    ...(life.abortedAt === null ? {} : { abortedAt: formatInstant(life.abortedAt) }),
    ...(life.full ? { promoteFull: true } : {}),
    ...(life.pauses.length === 0 ? {} : { pauseConditions: life.pauses }),
    ...(life.controllerPause ? { controllerPause: true } : {}),
    ...(life.restartedAt === null ? {} : { restartedAt: life.restartedAt }),
    epoch: life.epoch,
  };
}

/** The generation of the workload that the spec refers to, which the rollout's annotation shows. */
function observedWorkload({ rollout }: Release): RolloutStatus {
  const generation = rollout.metadata.annotations?.[ANNOTATION.workloadGeneration];
  if (rollout.spec.workloadRef === undefined || generation === undefined) return {};
  return { workloadObservedGeneration: generation };
}

/**
 * Pod counts; zeros are left out, as clients expect. With blue-green those that matter to an autoscaler and
 * to users are of the version that users see.
 */
function countsOf(release: Release): RolloutStatus {
  const active = activeRevision(release);
  const sum = (count: (r: Revision) => number, of = active === null ? release.all : [active]) =>
    of.reduce((n, r) => n + count(r), 0);
  const replicas = sum((r) => r.replicas, release.all);
  const scaled = sum((r) => r.replicas);
  const updated = release.current?.replicas ?? 0;
  const ready = sum((r) => r.ready);
  const available = sum((r) => r.available);
  return {
    ...(replicas === 0 ? {} : { replicas }),
    ...(scaled === 0 || release.strategy === 'canary' ? {} : { HPAReplicas: scaled }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
  };
}

function canaryStatus(world: World, release: Release, life: Life, routes: Routes | null): CanaryStatus {
  const weights = weightsOf(world, release, life, routes);
  const turn = turnOf(world, release, life);
  return {
    ...(life.stepRun === null ? {} : { currentStepAnalysisRunStatus: life.stepRun }),
    ...(life.backgroundRun === null ? {} : { currentBackgroundAnalysisRunStatus: life.backgroundRun }),
    ...(life.experiment === null ? {} : { currentExperiment: life.experiment.name }),
    ...(weights === undefined ? {} : { weights }),
    ...(life.plugins.length === 0 ? {} : { stepPluginStatuses: life.plugins }),
    ...(life.noReturn === null ? {} : { pointOfNoReturn: life.noReturn }),
    ...(turn === undefined ? {} : { stablePingPong: turn }),
  };
}

function weightsOf(
  world: World,
  release: Release,
  life: Life,
  routes: Routes | null,
): TrafficWeights | undefined {
  if (!release.routed || world.routers.some((router) => router.routes === null)) return undefined;
  const ready = world.routers.every((router) => router.refs.every((ref) => ref.observed !== null));
  if (!ready && release.status.canary?.weights === undefined) return undefined;
  const stored = release.status.canary?.weights?.canary.weight;
  // A route that somebody else changed is put right, which is no change of weight.
  const settled = release.status.stableRS === (life.stable ?? undefined);
  const repaired = settled && stored === routes?.canaryWeight;
  const canary = repaired && stored !== undefined ? stored : routedWeight(world);
  const { canaryService, stableService } = release.canarySpec;
  const additional = additionalWeights(world);
  return {
    canary: destination(canary, canaryService, hashBehind(world, release, canary)),
    stable: destination(
      release.maxWeight - canary - shareOf(additional),
      stableService,
      life.stable ?? undefined,
    ),
    ...(additional.length === 0 ? {} : { additional }),
  };
}

/** The version that the canary's weight goes to: an older one while it has not gone back yet. */
function hashBehind(world: World, release: Release, weight: number): string {
  const behind = weight > 0 ? behindCanary(world, release) : null;
  return isLeftOver(release, behind) ? behind.hash : release.hash;
}

function destination(weight: number, serviceName: string | undefined, podTemplateHash: string | undefined) {
  return {
    weight,
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(podTemplateHash === undefined ? {} : { podTemplateHash }),
  };
}

function conditionsOf(
  release: Release,
  life: Life,
  next: RolloutStatus,
  pass: { readonly now: Instant; readonly acts: readonly Act[] },
): Conditions {
  const stored: Conditions = { list: release.status.conditions ?? [], now: pass.now };
  const isBlueGreen = release.strategy === 'blueGreen';
  const complete = isComplete(release, life);
  const healthy = complete && isHealthy(release, life, next);
  let c = remove(stored, 'InvalidSpec');
  c = flag(c, 'Available', {
    is: isBlueGreen ? isServed(release) : (next.availableReplicas ?? 0) >= release.replicas,
    reason: 'AvailableReason',
    yes: 'Rollout has minimum availability',
    no: 'Rollout does not have minimum availability',
  });
  c = progressing(c, release, life, next, { ...pass, healthy });
  c = replicaFailure(c, release);
  c = paused(c, release, life);
  c = flag(c, 'Completed', {
    is: complete,
    reason: 'RolloutCompleted',
    yes: 'RolloutCompleted',
    no: 'RolloutCompleted',
  });
  if (healthy || find(c, 'Healthy') !== undefined)
    c = flag(c, 'Healthy', {
      is: healthy,
      reason: 'RolloutHealthy',
      yes: 'Rollout is healthy',
      no: 'Rollout is not healthy',
    });
  return c;
}

function isHealthy(release: Release, life: Life, next: RolloutStatus): boolean {
  const { replicas, strategy } = release;
  // Old versions of a blue-green release are kept for a while, and users do not see them.
  const others = strategy === 'blueGreen' ? next.updatedReplicas : next.replicas;
  const isReached = strategy === 'blueGreen' ? isActive(release) : isPastSteps(release, life);
  const counts = [next.updatedReplicas, next.availableReplicas, others];
  return counts.every((n) => (n ?? 0) === replicas) && isReached && !isHalted(release, life);
}

function paused(c: Conditions, release: Release, life: Life): Conditions {
  const is = life.pauses.length > 0 || release.rollout.spec.paused === true;
  if (!is && find(c, 'Paused') === undefined) return c;
  const claim = { is, reason: 'RolloutPaused', yes: 'Rollout is paused', no: 'Rollout is paused' };
  return flag(c, 'Paused', claim);
}

function progressing(
  c: Conditions,
  release: Release,
  life: Life,
  next: RolloutStatus,
  pass: { readonly now: Instant; readonly acts: readonly Act[]; readonly healthy: boolean },
): Conditions {
  const name = currentName(release);
  const present = find(c, 'Progressing');
  const yes = (reason: string, message: string) => ({ status: 'True', reason, message }) as const;
  const unsure = (reason: string, message: string) => ({ status: 'Unknown', reason, message }) as const;
  const no = (reason: string, message: string) => ({ status: 'False', reason, message }) as const;
  if (life.abort === true && !isComplete(release, life)) {
    return set(c, 'Progressing', no('RolloutAborted', abortText(release, life.cause)));
  }
  if (life.pauses.length > 0 || release.rollout.spec.paused === true)
    return set(c, 'Progressing', unsure('RolloutPaused', 'Rollout is paused'));
  if (pass.acts.some((act) => act.type === 'retry'))
    return set(c, 'Progressing', unsure('RolloutRetry', 'Retrying Rollout after abort'));
  if (pass.healthy)
    return set(
      c,
      'Progressing',
      yes('NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`),
    );
  if (present === undefined || hasProgressed(release.status, next) || present.reason === 'RolloutPaused')
    return replace(c, 'Progressing', yes('ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`));
  if (present.reason === 'NewReplicaSetAvailable')
    return set(c, 'Progressing', yes('ReplicaSetNotAvailable', 'Rollout does not have minimum availability'));
  const deadline = progressDeadline(release, life, present);
  if (deadline !== null && pass.now >= deadline)
    return set(c, 'Progressing', no('ProgressDeadlineExceeded', timedOutText(release)));
  return c;
}

/** Why pods of a ReplicaSet cannot be made, such as an exceeded quota: told first of the wanted one. */
function replicaFailure(c: Conditions, release: Release): Conditions {
  const ordered = release.current === null ? release.all : [release.current, ...release.all];
  for (const { replicaSet } of ordered) {
    const failure = replicaSet.status?.conditions?.find(isReplicaFailure);
    if (failure !== undefined)
      return set(c, 'ReplicaFailure', {
        status: failure.status,
        reason: failure.reason ?? '',
        message: failure.message ?? '',
      });
  }
  return remove(c, 'ReplicaFailure');
}

function isReplicaFailure(condition: WorkloadCondition): boolean {
  return condition.type === 'ReplicaFailure' && condition.status === 'True';
}

/** The revision number that the Rollout's annotation should show; null where it does already. */
export function revisionPatch(release: Release): string | null {
  const wanted = String(nextNumber(release));
  return release.rollout.metadata.annotations?.[ANNOTATION.revision] === wanted ? null : wanted;
}
