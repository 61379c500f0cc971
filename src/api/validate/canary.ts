import type { Issue } from '../meta.ts';
import type { CanaryStrategy, ReplicaProgressThreshold } from '../rollout.ts';
import { rolloutAnalysisIssues } from './analysis.ts';
import { antiAffinityIssues } from './anti-affinity.ts';
import { inRange, invalid, notNegative, oneWord, required, when } from './issue.ts';
import { stepsIssues } from './steps.ts';
import { isZero, podsOrPercentIssues } from './surge.ts';
import { maxWeightIssues, needsServices, pingPongIssues, trafficRoutingIssues } from './traffic.ts';

const HERE = 'spec.strategy.canary';

const SAME_SERVICE =
  'This rollout uses the same service for the stable and canary services, but two different services are required.';

const NONE_MOVES = 'MaxSurge and MaxUnavailable both can not be zero';

const SERVICES = 'Canary service and Stable service must to be set to use Traffic Routing';

/**
 * Everything that is wrong with a canary strategy. First what the original refuses, in its order, so that its
 * message is the first of ours; then what it finds only with the world in view, or not at all.
 */
export function canaryIssues(canary: CanaryStrategy): readonly Issue[] {
  const { maxSurge = '25%', maxUnavailable = '25%' } = canary;
  const noneMoves = isZero(maxSurge) && isZero(maxUnavailable);
  return [
    ...when(noneMoves, invalid(`${HERE}.maxSurge`, maxSurge, NONE_MOVES)),
    ...sameServiceIssues(canary),
    ...pingPongIssues(`${HERE}.pingPong`, canary),
    ...missingServiceIssues(canary),
    ...routedOnlyIssues(canary),
    ...maxWeightIssues(`${HERE}.trafficRouting.maxTrafficWeight`, canary.trafficRouting),
    ...stepsIssues(`${HERE}.steps`, canary),
    ...antiAffinityIssues(`${HERE}.antiAffinity`, canary.antiAffinity),
    ...trafficRoutingIssues(`${HERE}.trafficRouting`, canary.trafficRouting),
    ...podsOrPercentIssues(`${HERE}.maxSurge`, canary.maxSurge),
    ...podsOrPercentIssues(`${HERE}.maxUnavailable`, canary.maxUnavailable),
    ...rolloutAnalysisIssues(`${HERE}.analysis`, canary.analysis),
    ...notNegative(`${HERE}.analysis.startingStep`, canary.analysis?.startingStep),
    ...notNegative(`${HERE}.scaleDownDelaySeconds`, canary.scaleDownDelaySeconds),
    ...notNegative(`${HERE}.scaleDownDelayRevisionLimit`, canary.scaleDownDelayRevisionLimit),
    ...notNegative(`${HERE}.abortScaleDownDelaySeconds`, canary.abortScaleDownDelaySeconds),
    ...notNegative(`${HERE}.minPodsPerReplicaSet`, canary.minPodsPerReplicaSet),
    ...thresholdIssues(`${HERE}.replicaProgressThreshold`, canary.replicaProgressThreshold),
  ];
}

function sameServiceIssues({ canaryService = '', stableService = '' }: CanaryStrategy): readonly Issue[] {
  const isSame = canaryService !== '' && canaryService === stableService;
  return when(isSame, invalid(`${HERE}.stableService`, stableService, SAME_SERVICE));
}

function missingServiceIssues(canary: CanaryStrategy): readonly Issue[] {
  if (!needsServices(canary)) return [];
  const { canaryService = '', stableService = '' } = canary;
  return [
    ...when(stableService === '', invalid(`${HERE}.stableService`, stableService, SERVICES)),
    ...when(canaryService === '', invalid(`${HERE}.canaryService`, canaryService, SERVICES)),
  ];
}

/** Fields that mean nothing, or the wrong thing, without a router. */
function routedOnlyIssues(canary: CanaryStrategy): readonly Issue[] {
  const { scaleDownDelaySeconds: delay, dynamicStableScale: dynamic = false } = canary;
  const isRouted = canary.trafficRouting !== undefined;
  return [
    ...when(
      delay !== undefined && !isRouted,
      invalid(
        `${HERE}.scaleDownDelaySeconds`,
        delay,
        'Canary scaleDownDelaySeconds can only be used with traffic routing',
      ),
    ),
    ...when(
      dynamic && !isRouted,
      invalid(
        `${HERE}.dynamicStableScale`,
        true,
        'Canary dynamicStableScale can only be used with traffic routing',
      ),
    ),
    ...when(
      dynamic && isRouted && delay !== undefined,
      invalid(
        `${HERE}.dynamicStableScale`,
        true,
        'Canary dynamicStableScale cannot be used with scaleDownDelaySeconds',
      ),
    ),
  ];
}

function thresholdIssues(path: string, threshold: ReplicaProgressThreshold | undefined): readonly Issue[] {
  if (threshold === undefined) return [];
  const { type, value } = threshold;
  return [
    ...oneWord(`${path}.type`, type, ['Percent', 'Pods']),
    ...(type === 'Percent'
      ? inRange(`${path}.value`, value, 1, 100)
      : when(value < 1, required(`${path}.value`, 'must be greater than 0'))),
  ];
}
