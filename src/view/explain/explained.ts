import type { AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Instant } from '../../core/time.ts';
import type { RolloutParts } from '../parts.ts';
import type { RolloutView } from '../rollout-view.ts';
import { isPromoted } from '../weight.ts';
import type { Analysis } from './analyses.ts';
import type { PodTrouble } from './pods.ts';
import type { ReleaseVersion } from './versions.ts';

/** What all parts of an explanation are made from. */
export interface Explained {
  readonly parts: RolloutParts;
  readonly templates: Readonly<Record<string, AnalysisTemplateSpec | null>>;
  readonly view: RolloutView;
  readonly wanted: ReleaseVersion | null;
  readonly stable: ReleaseVersion | null;
  readonly analyses: readonly Analysis[];
  readonly pods: readonly PodTrouble[];
  readonly now: Instant;
}

/** True while a version is on its way to take the place of another one. */
export function isUnderWay({ parts, view }: Explained): boolean {
  const { stableRS = '', abort } = parts.rollout.status ?? {};
  if (view.reason.kind === 'invalid' || view.reason.kind === 'aborted' || abort === true) return false;
  return stableRS !== '' && !isPromoted(parts.rollout.status ?? {});
}

/** True once all steps are behind, or skipped. */
export function isPastSteps({ view }: Explained): boolean {
  return view.step !== null && view.step.index >= view.step.total;
}
