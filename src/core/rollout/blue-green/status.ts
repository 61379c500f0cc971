import { LABEL } from '../../../api/keys.ts';
import type { BlueGreenStatus, RolloutStatus } from '../../../api/rollout.ts';
import { selectorText } from '../../../api/selector.ts';
import { isComplete } from '../goals.ts';
import type { Life } from '../life.ts';
import type { Release, Revision } from '../release.ts';
import { isActive } from './track.ts';

/** `status.blueGreen`: what the Services select, how the analyses are, and whether the preview may grow. */
export function blueGreenStatus({ activeHash, previewHash }: Release, life: Life): BlueGreenStatus {
  return {
    ...(previewHash === null ? {} : { previewSelector: previewHash }),
    ...(activeHash === null ? {} : { activeSelector: activeHash }),
    ...(life.checkpoint ? { scaleUpPreviewCheckPoint: true } : {}),
    ...(life.preRun === null ? {} : { prePromotionAnalysisRunStatus: life.preRun }),
    ...(life.postRun === null ? {} : { postPromotionAnalysisRunStatus: life.postRun }),
  };
}

/** The version that users see: the one that an autoscaler scales; null where it is not known. */
export function activeRevision({ activeHash, all }: Release): Revision | null {
  return all.find(({ hash }) => hash === activeHash) ?? null;
}

/** `status.selector`: the pods that users see, or all of them where the active Service selects by no hash. */
export function activeSelectorText(release: Release): string {
  const text = selectorText(release.rollout.spec.selector);
  const active = activeRevision(release);
  return active === null ? text : `${text},${LABEL.podTemplateHash}=${active.hash}`;
}

/** True where users see a version with all of its pods. */
export function isServed(release: Release): boolean {
  const active = activeRevision(release);
  return active !== null && active.available >= release.replicas;
}

/** What is left to be done once all pods are there, in the words that clients know; empty: nothing. */
export function pendingSwitch(release: Release, life: Life, status: RolloutStatus): string {
  if (!isActive(release)) return 'active service cutover pending';
  if (isComplete(release, life)) return '';
  const verdict = status.blueGreen?.postPromotionAnalysisRunStatus?.status;
  const isAnalysed = release.blueGreenSpec?.postPromotionAnalysis === undefined || verdict === 'Successful';
  return isAnalysed
    ? 'waiting for post-promotion verification to complete'
    : 'waiting for analysis to complete';
}
