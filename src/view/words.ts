import { describeDuration } from '../api/duration.ts';
import { clockTime, type Instant } from '../core/time.ts';
import type { Reason } from './reason.ts';

/**
 * Why a rollout is where it is, as one sentence for a person: `paused at step 3/8 for 4m 10s more`.
 * Times of day are UTC. `steps` is the number of steps, 0 where there are none or they do not matter.
 */
export function sayBecause(because: Reason, now: Instant, steps = 0): string {
  return sentence(because, { now, steps, isNew: false });
}

/**
 * The same sentence at the moment when it becomes true, for accounts with times of their own: `paused at
 * step 3/8 for 5m`.
 */
export function sayFirst(because: Reason, now: Instant, steps = 0): string {
  return sentence(because, { now, steps, isNew: true });
}

/** How something is told: when, and whether it is true since this very moment. */
interface Telling {
  readonly now: Instant;
  readonly steps: number;
  readonly isNew: boolean;
}

function sentence(because: Reason, telling: Telling): string {
  const { now, steps, isNew } = telling;
  const since = (at: Instant): string => (isNew ? '' : ` (since ${clockTime(at)})`);
  switch (because.kind) {
    case 'healthy':
      return 'healthy: nothing is left to do';
    case 'invalid':
      return `stopped: the spec is invalid: ${issues(because.issues)}`;
    case 'held':
      return 'paused by hand: spec.paused is true';
    case 'pause':
      return sayPause(because, telling);
    case 'preview':
      return sayPreview(because, telling);
    case 'inconclusive':
      return `paused${since(because.since)}: ${unsure(because)} was inconclusive`;
    case 'noReturn':
      return `paused${since(because.since)} behind a point of no return: ${because.cause}`;
    case 'aborted':
      return because.cause === null
        ? `rolled back: somebody aborted the update${isNew ? '' : ` at ${clockTime(because.at)}`}`
        : `rolled back: ${because.cause}`;
    case 'deadline':
      return `stuck: no progress of ${because.replicaSet} before the deadline${since(because.since)}`;
    case 'router':
      return `waiting for the traffic router: ${issues(because.issues)}`;
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'analysis':
    case 'experiment':
    case 'step':
    case 'unseen':
    case 'unpause':
    case 'asked':
    case 'working':
      return `waiting for ${waitingFor(because, now, steps) ?? ''}`;
    default:
      return because satisfies never;
  }
}

/**
 * What a rollout waits for, to be read after "waiting for": `a person to promote`. Null where it waits for
 * nothing.
 */
export function waitingFor(because: Reason, now: Instant, steps = 0): string | null {
  switch (because.kind) {
    case 'healthy':
      return null;
    case 'invalid':
      return `a valid spec: ${issues(because.issues)}`;
    case 'held':
      return 'a person to resume (spec.paused is true)';
    case 'pause':
      return becomesPause(because, now, steps);
    case 'preview':
      return becomesSwitch(because, now);
    case 'inconclusive':
      return `a person to promote or abort: ${unsure(because)} was inconclusive${since(because.since)}`;
    case 'pods':
      return lackingPods(because.want - because.have, because.want, because.replicaSet);
    case 'oldPods':
      return `${pods(because.have, 'old ')} to go away`;
    case 'weight':
      return `traffic to follow: the canary should get ${because.want}%, and gets ${because.have}%`;
    case 'router':
      return `the traffic router: ${issues(because.issues)}`;
    case 'analysis':
      return `${runName(because.run)} to finish${because.phase === '' ? '' : ` (${because.phase})`}`;
    case 'experiment':
      return `experiment ${because.name} to finish`;
    case 'step':
      return stepInWork(because, steps);
    case 'noReturn':
      return `a person to promote or abort: nothing goes back by itself any more, and ${because.cause}`;
    case 'aborted':
      return 'a new version, or a retry';
    case 'deadline':
      return `pods of ${because.replicaSet}, whose deadline has passed, or a new version`;
    case 'unseen':
      return `the controller to see the latest change of ${because.what}`;
    case 'unpause':
      return 'the controller to act on a promotion';
    case 'asked':
      return because.what === 'abort'
        ? 'the controller to act on an abort'
        : 'the controller to act on a retry';
    case 'working':
      return because.what === '' ? 'the controller to go on' : because.what;
    default:
      return because satisfies never;
  }
}

type PauseReason = Extract<Reason, { readonly kind: 'pause' }>;

function sayPause(pause: PauseReason, { now, steps, isNew }: Telling): string {
  const begun = `paused${place(pause, steps)}`;
  if (!isNew) return `${begun}${howLong(pause, now)} (since ${clockTime(pause.since)})`;
  if (pause.until === null) return `${begun} until somebody promotes`;
  return `${begun} for ${describeDuration(pause.until - pause.since)}`;
}

type PreviewReason = Extract<Reason, { readonly kind: 'preview' }>;

function sayPreview({ since, until }: PreviewReason, { now, isNew }: Telling): string {
  const begun = 'paused before the switch';
  if (!isNew) return `${begun}${howLong({ until }, now)} (since ${clockTime(since)})`;
  return until === null
    ? `${begun} until somebody promotes`
    : `${begun} for ${describeDuration(until - since)}`;
}

function becomesSwitch({ since, until }: PreviewReason, now: Instant): string {
  if (until === null) return `a person to promote: paused before the switch since ${clockTime(since)}`;
  const left = until - now;
  if (left <= 0) return 'the controller to switch the active Service: the pause before it is over';
  return `the switch of the active Service in ${describeDuration(left)} (since ${clockTime(since)})`;
}

/** `step 2/4 (gate qa): 1 of 2 approvals: anna`. Of steps that ship with Sluice the folder is no news. */
function stepInWork({ step, name, message }: Extract<Reason, { kind: 'step' }>, steps: number): string {
  const [, gate = '', said = ''] = /^(gate [^:]+): (.*)$/s.exec(message) ?? [];
  const what = name.replace(/^sluice\//, '');
  const place = ordinal(step, steps);
  return gate === '' ? `${place} (${what}): ${message}` : `${place} (${gate}): ${said}`;
}

function becomesPause(pause: PauseReason, now: Instant, steps: number): string {
  const from = `since ${clockTime(pause.since)}`;
  if (pause.until === null) return `a person to promote: paused${place(pause, steps)} ${from}`;
  const left = pause.until - now;
  if (left <= 0) return `the controller to end the pause${place(pause, steps)}, which is over`;
  return `the pause${place(pause, steps)} to end in ${describeDuration(left)} (${from})`;
}

function howLong(pause: { readonly until: Instant | null }, now: Instant): string {
  if (pause.until === null) return ' until somebody promotes';
  const left = pause.until - now;
  return left <= 0 ? ', which is over' : ` for ${describeDuration(left)} more`;
}

/** Steps are counted from 1, as in events. */
function place(pause: PauseReason, steps: number): string {
  return steps === 0 ? '' : ` at ${ordinal(pause.step, steps)}`;
}

function ordinal(step: number, steps: number): string {
  return steps === 0 ? `step ${step + 1}` : `step ${step + 1}/${steps}`;
}

function lackingPods(lack: number, want: number, replicaSet: string): string {
  return `${lack} of ${pods(want)} of ${replicaSet} to become available`;
}

function unsure({ run, of }: Extract<Reason, { kind: 'inconclusive' }>): string {
  if (of === undefined) return runName(run);
  return run === '' ? 'an experiment' : `experiment ${run}`;
}

function runName(name: string): string {
  return name === '' ? 'an analysis' : `analysis ${name}`;
}

function pods(count: number, which = ''): string {
  return count === 1 ? `1 ${which}pod` : `${count} ${which}pods`;
}

function issues(list: readonly { readonly path: string; readonly message: string }[]): string {
  return list.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}

function since(at: Instant): string {
  return ` (since ${clockTime(at)})`;
}
