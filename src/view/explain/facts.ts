import { describeDuration } from '../../api/duration.ts';
import { ANNOTATION } from '../../api/keys.ts';
import type { Rollout } from '../../api/rollout.ts';
import { stepOfRun } from '../../core/analysis/culprit.ts';
import { clockTime, type Instant } from '../../core/time.ts';
import { controls } from '../parts.ts';
import { wantedWeight } from '../weight.ts';
import type { Analysis } from './analyses.ts';
import { aboutServices, blueGreenState } from './blue-green.ts';
import { type Explained, isPastSteps, isUnderWay } from './explained.ts';
import { sayPods } from './pods.ts';
import { type ReleaseVersion, sayRevision, sayVersion } from './versions.ts';

/** What more there is to know than the reason, as sentences, the most important first. */
export function factsOf(explained: Explained): readonly string[] {
  const { parts, analyses, pods } = explained;
  const { reason } = explained.view;
  const failing = parts.rollout.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  return [
    ...(reason.kind === 'invalid' && reason.issues.length > 1
      ? reason.issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      : []),
    ...analyses.flatMap((analysis) => analysis.why),
    ...pods.map(sayPods),
    ...(failing?.status === 'True' ? [`pods cannot be made: ${failing.message}`] : []),
    ...analyses.filter(({ why }) => why.length === 0).flatMap((one) => aboutAnalysis(one, explained.now)),
    ...aboutVersions(explained),
    ...aboutServices(explained),
    ...aboutWorkload(parts.rollout),
    ...aboutSkips(explained),
    ...(parts.rollout.spec.replicas === 0
      ? ['spec.replicas is 0: it has no pods, and nothing to wait for']
      : []),
  ];
}

function aboutAnalysis(analysis: Analysis, now: Instant): readonly string[] {
  const { run, role, phase, endsAt, isEndless, metrics, message } = analysis;
  const part = role === null ? '' : ` (${role})`;
  const end =
    endsAt === null || endsAt <= now
      ? ''
      : `, at the earliest until ${clockTime(endsAt)} (${describeDuration(endsAt - now)} more)`;
  const endless = isEndless ? ', until the release is over' : '';
  const said = message === '' ? '' : `: ${message}`;
  return [
    `analysis ${run}${part} is ${phase === '' ? 'about to begin' : phase}${end}${endless}${said}`,
    ...metrics.map(({ summary }) => summary),
  ];
}

function aboutVersions(explained: Explained): readonly string[] {
  const { wanted, stable, view, parts } = explained;
  const { reason } = view;
  if (wanted === null) return [];
  if (stable === null) return [`${sayVersion(wanted, null)} is the first; ${podsOf(wanted)}`];
  if (wanted.replicaSet === stable.replicaSet)
    return [`${sayVersion(stable, null)} is fully released; ${podsOf(stable)}`];
  if (blueGreenState(explained)?.isSwitched === true && isUnderWay(explained))
    return [
      `${sayVersion(wanted, stable)} serves, and is stable once it has proved itself; ${podsOf(wanted)}`,
      `${sayVersion(stable, wanted)} is the way back; ${podsOf(stable)}`,
    ];
  const serves = `${sayVersion(stable, wanted)} serves; ${podsOf(stable)}`;
  if (reason.kind === 'aborted')
    return [`${sayVersion(wanted, stable)} was rejected${rejectedAt(explained)}`, serves];
  const { weight } = view;
  const set = parts.rollout.status?.canary?.weights === undefined ? null : wantedWeight(parts.rollout);
  const towards = set === null || set === weight?.actual ? '' : `, and is to get ${set}%`;
  const share = weight === null ? '' : `; it gets ${weight.actual}% of the ${noun(explained)}${towards}`;
  const released = isUnderWay(explained) ? 'is being released' : 'is wanted';
  return [`${sayVersion(wanted, stable)} ${released}; ${podsOf(wanted)}${share}`, serves];
}

function noun({ parts }: Explained): string {
  return parts.rollout.status?.canary?.weights === undefined ? 'pods' : 'traffic';
}

function rejectedAt({ parts, analyses, view }: Explained): string {
  const run = parts.runs.find(({ metadata }) => metadata.name === analyses[0]?.run);
  const step = stepOfRun(run ?? null);
  return step === null || view.step === null ? '' : ` at step ${step + 1}/${view.step.total}`;
}

function podsOf({ pods }: ReleaseVersion): string {
  if (pods === null) return 'its pods are not known';
  if (pods.want === 0) return 'it has no pods';
  return `${pods.have} of ${pods.want} ${pods.want === 1 ? 'pod is' : 'pods are'} available`;
}

/** Whose pods they are, and what becomes of the workload's own. */
function aboutWorkload({ spec: { workloadRef } }: Rollout): readonly string[] {
  if (workloadRef === undefined) return [];
  const { kind = '', name = '', scaleDown = 'never' } = workloadRef;
  const own = OWN_PODS[scaleDown] ?? OWN_PODS['never'];
  return [
    `the pod template is that of ${kind} ${name}, where images are set; ${own} (scaleDown: ${scaleDown})`,
  ];
}

const OWN_PODS: Readonly<Record<string, string>> = {
  never: 'pods of its own it keeps',
  onsuccess: 'pods of its own it has no more once this is healthy',
  progressively: 'pods of its own go as those of this come',
};

/** Why steps were passed over, or will be. */
function aboutSkips(explained: Explained): readonly string[] {
  const { parts, wanted, stable } = explained;
  const { promoteFull, duration, stableRS, currentPodHash } = parts.rollout.status ?? {};
  if (isUnderWay(explained)) {
    if (promoteFull === true) return ['somebody promoted it fully: steps and analyses are skipped'];
    const revisions = rollbackWindow(explained);
    if (revisions === null || !isPastSteps(explained) || wanted === null || stable === null) return [];
    return [`${sayRevision(wanted)} is within the rollbackWindow of ${revisions}: its steps are skipped`];
  }
  if (stableRS === undefined || stableRS !== currentPodHash) return [];
  if (duration?.completionStatus === 'FastPromoted')
    return ['it was promoted fully: steps and analyses that were left were skipped'];
  return duration?.completionStatus === 'FastRolledBack'
    ? ['it went back to this version, without steps']
    : [];
}

/** The window, where the wanted version lies in it: `src/core/rollout/rollback.ts` says what that means. */
function rollbackWindow({ parts, wanted, stable }: Explained): number | null {
  const revisions = parts.rollout.spec.rollbackWindow?.revisions;
  if (revisions === undefined || wanted === null || stable === null) return null;
  const names = parts.replicaSets
    .filter((set) => controls(parts.rollout, set))
    .toSorted(
      (a, b) =>
        madeAt(a.metadata.creationTimestamp) - madeAt(b.metadata.creationTimestamp) ||
        bornAs(a.metadata.annotations) - bornAs(b.metadata.annotations),
    )
    .map(({ metadata }) => metadata.name);
  const [older, newer] = [names.indexOf(wanted.replicaSet), names.indexOf(stable.replicaSet)];
  return older === -1 || older >= newer || newer - older - 1 >= revisions ? null : revisions;
}

function madeAt(timestamp: string | undefined): number {
  return Date.parse(timestamp ?? '') || 0;
}

function bornAs(annotations: Readonly<Record<string, string>> | undefined): number {
  const text = annotations?.[ANNOTATION.revisionHistory] ?? annotations?.[ANNOTATION.revision] ?? '0';
  return Number.parseInt(text, 10) || 0;
}
