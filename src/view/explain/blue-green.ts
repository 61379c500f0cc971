import { describeDuration } from '../../api/duration.ts';
import type { BlueGreenStrategy, RolloutAnalysis } from '../../api/rollout.ts';
import { clockTime } from '../../core/time.ts';
import { type Explained, isUnderWay } from './explained.ts';
import { type ReleaseVersion, sayRevision } from './versions.ts';

/** Where a blue-green release is, and which version users see. */
export interface BlueGreenState {
  /** The active Service selects the wanted version. */
  readonly isSwitched: boolean;
  /** The version that users see is not known. */
  readonly active: string | null;
  readonly preview: string | null;
}

/** What the Services of a blue-green rollout select; null for other strategies. */
export function blueGreenState({ parts }: Explained): BlueGreenState | null {
  const { spec, status = {} } = parts.rollout;
  if (spec.strategy?.blueGreen === undefined) return null;
  const { activeSelector = null, previewSelector = null } = status.blueGreen ?? {};
  const isSwitched = activeSelector !== null && activeSelector === status.currentPodHash;
  return { isSwitched, active: activeSelector, preview: previewSelector };
}

/** What is still to come of a blue-green release, in order. */
export type BlueGreenMilestone =
  | { readonly kind: 'analysis'; readonly role: 'pre-promotion' | 'post-promotion' }
  | { readonly kind: 'pause'; readonly seconds: number | null }
  | { readonly kind: 'grow' }
  | { readonly kind: 'switch' };

/** The milestones that are left until the wanted version is stable, after what is waited for now. */
export function milestonesLeft(explained: Explained): readonly BlueGreenMilestone[] {
  const { parts, view } = explained;
  const blueGreen: Partial<BlueGreenStrategy> = parts.rollout.spec.strategy?.blueGreen ?? {};
  const { promoteFull = false, blueGreen: state } = parts.rollout.status ?? {};
  const isSwitched = blueGreenState(explained)?.isSwitched === true;
  const post = pending(blueGreen.postPromotionAnalysis, state?.postPromotionAnalysisRunStatus);
  const after: readonly BlueGreenMilestone[] =
    post && !promoteFull ? [{ kind: 'analysis', role: 'post-promotion' }] : [];
  if (isSwitched) return after;
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0, previewReplicaCount } = blueGreen;
  const pre = pending(blueGreen.prePromotionAnalysis, state?.prePromotionAnalysisRunStatus);
  const isPast = promoteFull || state?.scaleUpPreviewCheckPoint === true;
  const isPausing = !autoPromotionEnabled || autoPromotionSeconds > 0;
  const isPaused = view.reason.kind === 'preview';
  const isGrowing = previewReplicaCount !== undefined && previewReplicaCount < view.replicas.desired;
  return [
    ...(pre && !isPast ? [{ kind: 'analysis', role: 'pre-promotion' } as const] : []),
    ...(isPausing && !isPast && !isPaused
      ? [{ kind: 'pause', seconds: autoPromotionEnabled ? autoPromotionSeconds : null } as const]
      : []),
    ...(isGrowing && !isPast ? [{ kind: 'grow' } as const] : []),
    { kind: 'switch' },
    ...after,
  ];
}

/** True where an analysis has not begun: one that has is what is waited for now, or is over. */
function pending(
  analysis: RolloutAnalysis | undefined,
  run: { readonly status: string } | undefined,
): boolean {
  return analysis !== undefined && run === undefined;
}

/** What an abort does, and what a full promotion does, in the place where a blue-green release is now. */
export function blueGreenEffects(explained: Explained): {
  readonly abort: string;
  readonly full: string;
  readonly promote: string;
} | null {
  const state = blueGreenState(explained);
  if (state === null) return null;
  const { wanted, stable, view } = explained;
  const [to, back] = [named(wanted), named(stable)];
  const isUnclear = view.reason.kind === 'inconclusive';
  if (state.isSwitched)
    return {
      abort: `switches the active Service back to ${back}; then the pods of ${to} go`,
      full: `${to} becomes stable now, whatever the analysis says`,
      promote: 'lets the analysis run once more',
    };
  return {
    abort: `gives ${to} up: users stay with ${back}, and its pods go`,
    full: `skips pause and analyses: the active Service is switched to ${to} as soon as all of its pods are available`,
    promote: isUnclear ? 'lets the analysis run once more' : `switches the active Service to ${to} now`,
  };
}

/** What users see, as facts. */
export function aboutServices(explained: Explained): readonly string[] {
  const state = blueGreenState(explained);
  const { activeService, previewService } = explained.parts.rollout.spec.strategy?.blueGreen ?? {};
  if (state === null) return [];
  const lead = (service: string | undefined, hash: string | null, role: string): readonly string[] => {
    if (service === undefined) return [];
    const to = hash === null ? 'every version: it selects by no hash yet' : revisionOf(explained, hash);
    return [`${role} Service ${service} leads to ${to}`];
  };
  return [...lead(activeService, state.active, 'active'), ...lead(previewService, state.preview, 'preview')];
}

/** What one who goes back now finds: pods that are still there make it a matter of seconds. */
export function quickWayBack(explained: Explained, hash: string): string {
  if (blueGreenState(explained) === null || isUnderWay(explained)) return '';
  const set = explained.view.revisions
    .flatMap(({ replicaSets }) => replicaSets)
    .find((one) => one.hash === hash);
  if (set === undefined || set.available === 0 || set.scaleDownAt === null) return '';
  const left = describeDuration(Math.max(0, set.scaleDownAt - explained.now));
  return `, and it is switched to at once: its pods are there until ${clockTime(set.scaleDownAt)} (${left} more)`;
}

function revisionOf({ view }: Explained, hash: string): string {
  const found = view.revisions.find(({ replicaSets }) => replicaSets.some((set) => set.hash === hash));
  return found === undefined || found.number === 0 ? `${view.name}-${hash}` : `revision ${found.number}`;
}

function named(version: ReleaseVersion | null): string {
  return version === null ? 'the version' : sayRevision(version);
}
