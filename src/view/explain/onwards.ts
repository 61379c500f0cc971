import { describeDuration, parsePause } from '../../api/duration.ts';
import type { CanaryStep, RolloutAnalysis } from '../../api/rollout.ts';
import { openingOf } from '../../core/steps/opening.ts';
import { GATE } from '../../core/steps/stored.ts';
import type { Instant } from '../../core/time.ts';
import { sayStep } from '../steps.ts';
import { type BlueGreenMilestone, milestonesLeft } from './blue-green.ts';
import { experimentEnd, experimenting } from './experiments.ts';
import type { Explained } from './explained.ts';
import type { Milestone, When } from './outlook.ts';
import { analysisSpan } from './timing.ts';
import { type ReleaseVersion, sayRevision } from './versions.ts';

/** What happens, and when it is healthy at the earliest; null where that waits for somebody. */
export interface Course {
  readonly next: readonly Milestone[];
  readonly healthyAt: Instant | null;
}

/** A moment on the way: when it begins, and when at the earliest. Null: nobody knows. */
interface Moment {
  readonly when: When;
  readonly earliest: Instant | null;
}

/** The way of a release from what it waits for now to its end. Pods and traffic take no time here. */
export function onwards(explained: Explained): Course {
  const { parts, view, wanted } = explained;
  const { canary, blueGreen } = parts.rollout.spec.strategy ?? {};
  const next: Milestone[] = [];
  let moment = begin(explained);
  for (const milestone of blueGreen === undefined ? [] : milestonesLeft(explained)) {
    const { what, end } = reaching(milestone, explained, moment);
    next.push({ when: moment.when, step: null, what });
    moment = end;
  }
  const steps = parts.rollout.status?.promoteFull === true ? [] : (canary?.steps ?? []);
  for (let index = firstStep(explained); index < steps.length; index++) {
    const step = steps[index] ?? {};
    const { what, end } = passing(step, index, explained, moment);
    next.push({ when: moment.when, step: { index, total: steps.length }, what });
    moment = end;
  }
  const done = `${named(wanted)} becomes stable${view.strategy === 'Canary' ? ', with all pods and all traffic' : ''}`;
  next.push({ when: moment.when, step: null, what: done });
  return { next, healthyAt: moment.earliest };
}

function named(version: ReleaseVersion | null): string {
  return version === null ? 'the new version' : sayRevision(version);
}

/** The end of what is waited for now. */
function begin(explained: Explained): Moment {
  const { view, analyses, now } = explained;
  const { reason } = view;
  switch (reason.kind) {
    case 'pause':
    case 'preview':
      if (reason.until === null) return { when: { kind: 'promoted' }, earliest: null };
      return { when: { kind: 'at', at: reason.until }, earliest: Math.max(reason.until, now) };
    case 'step':
      return stepEnd(explained, reason.name);
    case 'held':
    case 'noReturn':
    case 'inconclusive':
      return { when: { kind: 'promoted' }, earliest: null };
    case 'analysis': {
      const run = analyses.find((one) => one.run === reason.run);
      if (run === undefined || run.endsAt === null) return { when: { kind: 'soon' }, earliest: null };
      return { when: { kind: 'notBefore', at: run.endsAt }, earliest: run.endsAt };
    }
    case 'experiment': {
      const endsAt = experimentEnd(explained, reason.name);
      if (endsAt === null) return { when: { kind: 'soon' }, earliest: null };
      return { when: { kind: 'notBefore', at: endsAt }, earliest: endsAt };
    }
    case 'healthy':
    case 'invalid':
    case 'aborted':
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'router':
    case 'deadline':
    case 'working':
    case 'unseen':
    case 'unpause':
    case 'asked':
      return { when: { kind: 'soon' }, earliest: now };
    default:
      return reason satisfies never;
  }
}

/** The end of a plugin step in work: of a window the time when it opens is known. */
function stepEnd({ parts, view, now }: Explained, name: string): Moment {
  if (name === GATE) return { when: { kind: 'opened' }, earliest: null };
  const step = parts.rollout.spec.strategy?.canary?.steps?.[view.step?.index ?? -1];
  const opensAt = windowAt(step ?? {}, now);
  if (opensAt === null || opensAt <= now) return { when: { kind: 'soon' }, earliest: null };
  return { when: { kind: 'at', at: opensAt }, earliest: opensAt };
}

/** When a window is open next; null where a step is none. */
function windowAt({ plugin }: CanaryStep, from: Instant): Instant | null {
  return plugin?.name === 'sluice/window' ? openingOf(plugin.config, from) : null;
}

/** What comes of a milestone of blue-green, and when it is over. */
function reaching(
  milestone: BlueGreenMilestone,
  explained: Explained,
  moment: Moment,
): { readonly what: string; readonly end: Moment } {
  const { parts, wanted, view } = explained;
  const { prePromotionAnalysis = {}, postPromotionAnalysis = {} } =
    parts.rollout.spec.strategy?.blueGreen ?? {};
  switch (milestone.kind) {
    case 'analysis': {
      const analysis = milestone.role === 'pre-promotion' ? prePromotionAnalysis : postPromotionAnalysis;
      const { what, end } = analysing(analysis, explained, moment);
      return { what: `${milestone.role} ${what}`, end };
    }
    case 'pause':
      return pausing(milestone.seconds, moment);
    case 'grow':
      return { what: `${named(wanted)} gets all of its ${view.replicas.desired} pods`, end: after(moment) };
    case 'switch':
      return { what: `the active Service is switched to ${named(wanted)}`, end: after(moment) };
    default:
      return milestone satisfies never;
  }
}

/** A pause; null: until somebody promotes. */
function pausing(seconds: number | null, moment: Moment) {
  if (seconds === null)
    return {
      what: 'it pauses until somebody promotes',
      end: { when: { kind: 'promoted' }, earliest: null } as const,
    };
  const ms = seconds * 1000;
  return { what: `it pauses for ${describeDuration(ms)}`, end: later(moment, ms) };
}

/** The step in work is one that is yet to come where its weight waits for its pods. */
function firstStep({ view, parts }: Explained): number {
  const index = view.step?.index ?? 0;
  const { reason, weight } = view;
  const step = parts.rollout.spec.strategy?.canary?.steps?.[index];
  const isRouted = parts.rollout.status?.canary?.weights !== undefined;
  const waits = ['pods', 'deadline', 'held'].includes(reason.kind) && isRouted;
  return step?.setWeight !== undefined && waits && weight?.set !== weight?.actual ? index : index + 1;
}

/** A moment later, when exactly nobody knows. */
function after({ when, earliest }: Moment): Moment {
  return { when: when.kind === 'always' ? when : { kind: 'then' }, earliest };
}

function later(moment: Moment, ms: number): Moment {
  const earliest = moment.earliest === null ? null : moment.earliest + ms;
  if (earliest === null) return { when: { kind: 'then' }, earliest };
  return { when: { kind: 'notBefore', at: earliest }, earliest };
}

/** What a step is in words, and when it is over. */
function passing(
  step: CanaryStep,
  index: number,
  explained: Explained,
  moment: Moment,
): { readonly what: string; readonly end: Moment } {
  if (step.setWeight !== undefined) {
    const isRouted = explained.parts.rollout.spec.strategy?.canary?.trafficRouting !== undefined;
    const what = isRouted
      ? `the weight goes to ${step.setWeight}%`
      : `the new version gets ${step.setWeight}% of the pods`;
    return { what, end: after(moment) };
  }
  if (step.pause !== undefined) {
    const pause = parsePause(step.pause.duration);
    return pausing(pause.kind === 'timed' ? pause.seconds : null, moment);
  }
  if (step.analysis !== undefined) return analysing(step.analysis, explained, moment);
  if (step.experiment !== undefined) {
    const { what, milliseconds } = experimenting(step.experiment);
    const unknown: Moment = { when: { kind: 'then' }, earliest: null };
    return { what, end: milliseconds === null ? unknown : later(moment, milliseconds) };
  }
  const what = sayStep(step, index);
  return { what, end: step.plugin === undefined ? after(moment) : pluginEnd(step, moment) };
}

/** Nobody knows how long people and Jobs take. */
function pluginEnd(step: CanaryStep, moment: Moment): Moment {
  if (step.plugin?.name === GATE) return { when: { kind: 'opened' }, earliest: null };
  const opensAt = moment.earliest === null ? null : windowAt(step, moment.earliest);
  if (opensAt === null) return { when: { kind: 'then' }, earliest: null };
  return opensAt === moment.earliest
    ? after(moment)
    : { when: { kind: 'notBefore', at: opensAt }, earliest: opensAt };
}

function analysing(analysis: RolloutAnalysis, { templates }: Explained, moment: Moment) {
  const names = (analysis.templates ?? []).map(({ templateName }) => templateName ?? '').join(', ');
  const span = analysisSpan(analysis, templates);
  switch (span.kind) {
    case 'known': {
      const time = span.ms === 0 ? '' : ` for about ${describeDuration(span.ms)}`;
      return { what: `analysis ${names}${time}`, end: later(moment, span.ms) };
    }
    case 'endless':
      return {
        what: `analysis ${names}, which has no end of its own`,
        end: { when: { kind: 'then' }, earliest: null } as const,
      };
    case 'unknown':
      return { what: `analysis ${names}`, end: { when: { kind: 'then' }, earliest: null } as const };
    default:
      return span satisfies never;
  }
}
