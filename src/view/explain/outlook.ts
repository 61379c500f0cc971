import type { GateConfig } from '../../api/step-plugins.ts';
import { GATE, memoIn, runOf } from '../../core/steps/stored.ts';
import type { Instant } from '../../core/time.ts';
import { parseInstant } from '../../core/time.ts';
import { type Explained, isUnderWay } from './explained.ts';
import { type Course, onwards } from './onwards.ts';
import { sayRevision } from './versions.ts';

/** Something that will happen. */
export interface Milestone {
  readonly when: When;
  /** The step, counted from 0, and their number; null where it is none. */
  readonly step: { readonly index: number; readonly total: number } | null;
  readonly what: string;
}

/** When something happens. */
export type When =
  | { readonly kind: 'at'; readonly at: Instant }
  | { readonly kind: 'notBefore'; readonly at: Instant }
  /** At the end of what is before it. */
  | { readonly kind: 'then' }
  /** As soon as what is waited for has come. */
  | { readonly kind: 'soon' }
  /** When somebody promotes. */
  | { readonly kind: 'promoted' }
  /** When a gate opens. */
  | { readonly kind: 'opened' }
  /** There is no time: what is said holds as long as nobody does anything. */
  | { readonly kind: 'always' };

/** What happens next, in order, and when it is healthy at the earliest. */
export function outlook(explained: Explained): Course {
  const { view, parts } = explained;
  const { reason } = view;
  switch (reason.kind) {
    case 'invalid':
      return rest('nothing until the spec is corrected: pods and traffic stay as they are');
    case 'aborted':
      return {
        next: [...farewells(explained), ...rest('nothing until a new version or a retry').next],
        healthyAt: null,
      };
    case 'healthy':
      return {
        next: [...farewells(explained), ...rest('nothing until the pod template changes').next],
        healthyAt: explained.now,
      };
    case 'unseen':
    case 'unpause':
    case 'asked':
      return rest('the controller acts within seconds; if it does not, see whether it is running');
    case 'pause':
    case 'preview':
    case 'inconclusive':
    case 'held':
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'router':
    case 'analysis':
    case 'experiment':
    case 'step':
    case 'noReturn':
    case 'deadline':
    case 'working': {
      const course = isUnderWay(explained) ? onwards(explained) : promoted(explained);
      const deadline = deadlineOf(explained);
      const at: When = { kind: 'at', at: deadline ?? 0 };
      const aborts = parts.rollout.spec.progressDeadlineAbort === true;
      const stuck = `without progress until then ${aborts ? 'the release is aborted' : 'it counts as stuck'} (progressDeadlineSeconds)`;
      const next = [...course.next, ...patience(explained), ...farewells(explained)];
      return { ...course, next: deadline === null ? next : [...next, { when: at, step: null, what: stuck }] };
    }
    default:
      return reason satisfies never;
  }
}

function rest(what: string): Course {
  return { next: [{ when: { kind: 'always' }, step: null, what }], healthyAt: null };
}

/** What is left to do once the wanted version is the stable one, or the first. */
function promoted({ view, now, wanted }: Explained): Course {
  const who = wanted === null ? 'it' : sayRevision(wanted);
  if (view.reason.kind === 'held') return rest('nothing until somebody resumes it');
  return { next: [{ when: { kind: 'soon' }, step: null, what: `${who} is healthy` }], healthyAt: now };
}

/** ReplicaSets that keep their pods for a while only. */
function farewells({ view, now }: Explained): readonly Milestone[] {
  return view.revisions.flatMap(({ number, replicaSets }) =>
    replicaSets.flatMap(({ scaleDownAt }): readonly Milestone[] => {
      if (scaleDownAt === null || scaleDownAt <= now) return [];
      const what = `the pods of revision ${number} go, which are kept for a while`;
      return [{ when: { kind: 'at', at: scaleDownAt }, step: null, what }];
    }),
  );
}

/** What becomes of a gate that is not opened in time. */
function patience({ parts, view, now }: Explained): readonly Milestone[] {
  const { spec, status = {} } = parts.rollout;
  const run = runOf({ plugins: status.canary?.stepPluginStatuses ?? [] }, view.step?.index ?? -1);
  const { timeoutAt } = memoIn(run);
  const at = typeof timeoutAt === 'string' ? parseInstant(timeoutAt) : null;
  if (view.reason.kind !== 'step' || run?.name !== GATE || at === null || at <= now) return [];
  const config = spec.strategy?.canary?.steps?.[run.index]?.plugin?.config as Partial<GateConfig> | undefined;
  const what = OVERDUE[config?.onTimeout ?? 'abort'];
  return [{ when: { kind: 'at', at }, step: null, what: `if the gate is still shut, ${what} (onTimeout)` }];
}

const OVERDUE: Readonly<Record<NonNullable<GateConfig['onTimeout']>, string>> = {
  abort: 'the release is aborted',
  proceed: 'the release goes on all the same',
  pause: 'people alone can open it',
};

/** While the clock of the progress deadline runs. Source: `progressDeadline` of the decisions. */
function deadlineOf({ parts, view, now }: Explained): Instant | null {
  const { spec, status = {} } = parts.rollout;
  if (!['pods', 'weight', 'working'].includes(view.reason.kind)) return null;
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  const at = parseInstant(progressing?.lastUpdateTime);
  const step = spec.strategy?.canary?.steps?.[view.step?.index ?? -1];
  const isStep = step?.pause !== undefined || step?.analysis !== undefined || step?.experiment !== undefined;
  const isStill = ['RolloutAborted', 'RolloutPaused', 'NewReplicaSetAvailable'].includes(
    progressing?.reason ?? '',
  );
  if (at === null || isStep || isStill) return null;
  const deadline = at + (spec.progressDeadlineSeconds ?? 600) * 1000;
  return deadline <= now ? null : deadline;
}
