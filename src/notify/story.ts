import type { AnalysisRun } from '../api/analysis.ts';
import { ANNOTATION, LABEL } from '../api/keys.ts';
import { isObject } from '../api/path.ts';
import type { ReplicaSet } from '../api/workload.ts';
import { culpritOf, stepOfRun } from '../core/analysis/culprit.ts';
import { type Commit, commitOf } from '../core/commit.ts';
import { type Reach, reachAtEnd, reachOf } from './blue-green.ts';
import { type Progress, weightBefore, weightOf } from './progress.ts';
import type { Snapshot } from './transitions.ts';

/** What a message tells about a release. */
export interface Story {
  readonly namespace: string;
  readonly name: string;
  /** The version that is, or was to be, released. */
  readonly to: Version;
  /** The version before; null for a first deployment, and where it is not known any more. */
  readonly from: Version | null;
  /** Index of the step that it reached; null where there are no steps, or nobody knows. */
  readonly step: number | null;
  readonly steps: number;
  /** Share of the traffic that it reached, in percent; null where nobody knows. */
  readonly weight: number | null;
  /** How far a blue-green release has come; null with other strategies, and where nobody knows. */
  readonly reach: Reach | null;
  /** True where it is over, however it ended. */
  readonly isOver: boolean;
  /** Why it was given up; null where a person asked for it. */
  readonly cause: string | null;
  /** The run that brought it down, where one did. */
  readonly culprit: AnalysisRun | null;
}

/** One revision. */
export interface Version {
  readonly revision: string;
  readonly hash: string;
  /** Images by container name, in order. */
  readonly images: readonly { readonly container: string; readonly image: string }[];
  /** The commit that made it; null where nobody knows. */
  readonly commit: Commit | null;
}

/** Reads the story out of what is stored, and out of what is remembered where that says more. */
export function storyOf(snapshot: Snapshot, progress: Progress | null): Story {
  const { rollout } = snapshot;
  const status = rollout.status ?? {};
  const steps = rollout.spec.strategy?.canary?.steps ?? [];
  const hash = status.currentPodHash ?? '';
  const known = progress?.hash === hash ? progress : null;
  const ended = status.abortedAt !== undefined || hash === status.stableRS;
  const cause = causeOf(snapshot);
  const culprit = cause === null ? null : culpritOf(snapshot.runs, status.currentPodHash, cause);
  const step = ended ? (known?.step ?? stepOfRun(culprit)) : (status.currentStepIndex ?? null);
  const weight = ended
    ? (known?.weight ?? (step === null ? null : weightBefore(steps, step)))
    : weightOf(status, steps, step);
  return {
    namespace: rollout.metadata.namespace ?? '',
    name: rollout.metadata.name,
    to: versionOf(snapshot, hash) ?? wanted(snapshot, hash),
    from: previous(snapshot, hash, known),
    step,
    steps: steps.length,
    weight,
    reach: ended ? (known?.reach ?? reachAtEnd(cause)) : reachOf(status),
    isOver: ended,
    cause,
    culprit,
  };
}

function wanted({ rollout }: Snapshot, hash: string): Version {
  const revision = rollout.metadata.annotations?.[ANNOTATION.revision] ?? '';
  return { revision, hash, images: imagesOf(rollout.spec.template), commit: null };
}

function versionOf({ replicaSets }: Snapshot, hash: string): Version | null {
  const found = replicaSets.find((one) => one.metadata.labels?.[LABEL.podTemplateHash] === hash);
  return found === undefined ? null : version(found, hash);
}

function version(replicaSet: ReplicaSet, hash: string): Version {
  const revision = replicaSet.metadata.annotations?.[ANNOTATION.revision] ?? '';
  const commit = commitOf(replicaSet.metadata.annotations);
  return { revision, hash, images: imagesOf(replicaSet.spec.template), commit };
}

/**
 * Stable while the release is under way; afterwards what was stable, or else what still has pods, or the
 * newest.
 */
function previous(snapshot: Snapshot, hash: string, known: Progress | null): Version | null {
  const stable = snapshot.rollout.status?.stableRS;
  const before = stable !== undefined && stable !== hash ? stable : known?.stable;
  if (before !== undefined && before !== null && before !== hash) return versionOf(snapshot, before);
  const others = snapshot.replicaSets
    .filter((one) => one.metadata.labels?.[LABEL.podTemplateHash] !== hash)
    .sort((a, b) => Number(hasPods(b)) - Number(hasPods(a)) || revisionNumber(b) - revisionNumber(a));
  const [newest] = others;
  return newest === undefined ? null : version(newest, newest.metadata.labels?.[LABEL.podTemplateHash] ?? '');
}

function hasPods(replicaSet: ReplicaSet): boolean {
  return (replicaSet.status?.replicas ?? 0) > 0;
}

function revisionNumber(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[ANNOTATION.revision] ?? 0) || 0;
}

function imagesOf(
  template: { readonly spec?: Readonly<Record<string, unknown>> } | undefined,
): Version['images'] {
  const containers = template?.spec?.['containers'];
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown) => {
    const { name, image } = isObject(container) ? container : {};
    return typeof image === 'string' ? [{ container: typeof name === 'string' ? name : '', image }] : [];
  });
}

/** What follows the first colon of the condition's message, as the abort wrote it. */
function causeOf({ rollout }: Snapshot): string | null {
  const { status } = rollout;
  if (status?.abortedAt === undefined) return null;
  const condition = status.conditions?.find((one) => one.reason === 'RolloutAborted');
  const message = condition?.message ?? status.message ?? '';
  const at = message.indexOf(': ');
  return at === -1 ? null : message.slice(at + 2);
}
