import type { Issue } from '../meta.ts';
import type { CanaryStrategy, ReplicaProgressThreshold } from '../rollout.ts';
import { rolloutAnalysisIssues } from './analysis.ts';
import { antiAffinityIssues } from './anti-affinity.ts';
import { inRange, invalid, notNegative, required, when } from './issue.ts';
import { stepIssues } from './steps.ts';
import { isZero, podsOrPercentIssues } from './surge.ts';
import { needsServices, pingPongIssues, trafficRoutingIssues } from './traffic.ts';

const HERE = 'spec.strategy.canary';

const SAME_SERVICE =
  'This rollout uses the same service for the stable and canary services, but two different services are required.';

const SERVICES = 'Canary service and Stable service must to be set to use Traffic Routing';

/** Everything that is wrong with a canary strategy. */
export function canaryIssues(canary: CanaryStrategy): readonly Issue[] {
  return [
    ...serviceIssues(canary),
    ...pingPongIssues(`${HERE}.pingPong`, canary),
    ...trafficRoutingIssues(`${HERE}.trafficRouting`, canary.trafficRouting),
    ...routedOnlyIssues(canary),
    ...surgeIssues(canary),
    ...(canary.steps ?? []).flatMap((step, index) => stepIssues(`${HERE}.steps[${index}]`, step, canary)),
    ...rolloutAnalysisIssues(`${HERE}.analysis`, canary.analysis),
    ...notNegative(`${HERE}.analysis.startingStep`, canary.analysis?.startingStep),
    ...antiAffinityIssues(`${HERE}.antiAffinity`, canary.antiAffinity),
    ...notNegative(`${HERE}.scaleDownDelaySeconds`, canary.scaleDownDelaySeconds),
    ...notNegative(`${HERE}.scaleDownDelayRevisionLimit`, canary.scaleDownDelayRevisionLimit),
    ...notNegative(`${HERE}.abortScaleDownDelaySeconds`, canary.abortScaleDownDelaySeconds),
    ...notNegative(`${HERE}.minPodsPerReplicaSet`, canary.minPodsPerReplicaSet),
    ...thresholdIssues(`${HERE}.replicaProgressThreshold`, canary.replicaProgressThreshold),
  ];
}

function serviceIssues(canary: CanaryStrategy): readonly Issue[] {
  const { canaryService = '', stableService = '' } = canary;
  if (canaryService !== '' && canaryService === stableService) {
    return [invalid(`${HERE}.stableService`, stableService, SAME_SERVICE)];
  }
  if (!needsServices(canary)) return [];
  return [
    ...when(stableService === '', invalid(`${HERE}.stableService`, stableService, SERVICES)),
    ...when(canaryService === '', invalid(`${HERE}.canaryService`, canaryService, SERVICES)),
  ];
}

function surgeIssues(canary: CanaryStrategy): readonly Issue[] {
  const { maxSurge = '25%', maxUnavailable = '25%' } = canary;
  return [
    ...podsOrPercentIssues(`${HERE}.maxSurge`, canary.maxSurge),
    ...podsOrPercentIssues(`${HERE}.maxUnavailable`, canary.maxUnavailable),
    ...when(
      isZero(maxSurge) && isZero(maxUnavailable),
      invalid(`${HERE}.maxSurge`, maxSurge, 'MaxSurge and MaxUnavailable both can not be zero'),
    ),
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
  if (type === 'Percent') return inRange(`${path}.value`, value, 1, 100);
  return when(value < 1, required(`${path}.value`, 'must be greater than 0'));
}
