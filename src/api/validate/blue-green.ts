import type { Issue } from '../meta.ts';
import type { BlueGreenStrategy } from '../rollout.ts';
import { rolloutAnalysisIssues } from './analysis.ts';
import { antiAffinityIssues } from './anti-affinity.ts';
import { invalid, notNegative, required, when } from './issue.ts';
import { podsOrPercentIssues } from './surge.ts';

const HERE = 'spec.strategy.blueGreen';

const SAME_SERVICE =
  'This rollout uses the same service for the active and preview services, but two different services are required.';

const HISTORY =
  "This rollout's revision history limit can not be smaller than the rollout's scale down limit";

/** Everything that is wrong with a blue-green strategy. */
export function blueGreenIssues(strategy: BlueGreenStrategy, revisionHistoryLimit: number): readonly Issue[] {
  const { activeService, previewService, scaleDownDelayRevisionLimit: limit } = strategy;
  return [
    ...when(activeService === '', required(`${HERE}.activeService`)),
    ...when(
      activeService !== '' && activeService === previewService,
      invalid(`${HERE}.activeService`, activeService, SAME_SERVICE),
    ),
    ...when(
      limit !== undefined && limit > revisionHistoryLimit,
      invalid(`${HERE}.scaleDownDelayRevisionLimit`, limit, HISTORY),
    ),
    ...antiAffinityIssues(`${HERE}.antiAffinity`, strategy.antiAffinity),
    ...podsOrPercentIssues(`${HERE}.maxUnavailable`, strategy.maxUnavailable),
    ...notNegative(`${HERE}.previewReplicaCount`, strategy.previewReplicaCount),
    ...notNegative(`${HERE}.autoPromotionSeconds`, strategy.autoPromotionSeconds),
    ...notNegative(`${HERE}.scaleDownDelaySeconds`, strategy.scaleDownDelaySeconds),
    ...notNegative(`${HERE}.scaleDownDelayRevisionLimit`, limit),
    ...notNegative(`${HERE}.abortScaleDownDelaySeconds`, strategy.abortScaleDownDelaySeconds),
    ...rolloutAnalysisIssues(`${HERE}.prePromotionAnalysis`, strategy.prePromotionAnalysis),
    ...rolloutAnalysisIssues(`${HERE}.postPromotionAnalysis`, strategy.postPromotionAnalysis),
  ];
}
