import { asList, asText, dig, type Json, type JsonObject } from './json.ts';
import { valueAt } from './paths.ts';
import type { Test, Wait } from './scenario.ts';

/** An Event as the cluster has it now. */
export interface SeenEvent {
  /** `Kind/name` of what it is about. */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/** What a wait looks at. */
export interface Scene {
  /** `Kind/name` to object, with real names. */
  readonly objects: ReadonlyMap<string, JsonObject>;
  readonly events: readonly SeenEvent[];
  /** Replaces symbols by what they stand for; null while one is unknown. */
  readonly reveal: (text: string) => string | null;
  /** Seconds since the wait began. */
  readonly waited: number;
}

/**
 * Is everything that a wait waits for true now? Returns what is not, for people; empty when it is over.
 * Source: the recordings' README, "Key of `wait`".
 */
export function unmet(wait: Wait, scene: Scene): readonly string[] {
  const late =
    wait.seconds !== null && scene.waited < wait.seconds ? [`${wait.seconds} s have not passed`] : [];
  const pattern = scene.reveal(wait.object);
  if (pattern === null) return [...late, `${wait.object} is not known yet`];
  const asksObject =
    wait.phase !== null ||
    wait.step !== null ||
    wait.message !== null ||
    wait.condition !== null ||
    wait.until.length > 0;
  const found = [...scene.objects].filter(([object]) => fits(pattern, object));
  const about = wait.event === null ? [] : unmetEvent(wait, pattern, scene);
  if (wait.gone) return [...late, ...about, ...(found.length > 0 ? [`${wait.object} is still there`] : [])];
  if (!asksObject) return [...late, ...about];
  if (found.length === 0) return [...late, ...about, `${wait.object} does not exist`];
  return [...late, ...about, ...found.flatMap(([object, state]) => unmetOf(wait, object, state, scene))];
}

function fits(pattern: string, object: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(object);
}

function unmetOf(wait: Wait, object: string, state: JsonObject, scene: Scene): readonly string[] {
  const status = dig(state, 'status');
  const not: string[] = [];
  const asksStatus = wait.phase !== null || wait.step !== null || wait.message !== null;
  if (asksStatus && object.startsWith('Rollout/') && !(isObserved(state) && isWorkloadObserved(state, scene)))
    not.push(`${object}: spec not observed yet`);
  if (wait.phase !== null && dig(status, 'phase') !== wait.phase) {
    not.push(`${object}: phase is ${asText(dig(status, 'phase'))}, not ${wait.phase}`);
  }
  if (wait.step !== null && dig(status, 'currentStepIndex') !== wait.step) {
    not.push(`${object}: step is ${JSON.stringify(dig(status, 'currentStepIndex'))}, not ${wait.step}`);
  }
  if (wait.message !== null && !asText(dig(status, 'message')).includes(wait.message)) {
    not.push(`${object}: message is ${asText(dig(status, 'message'))}`);
  }
  if (wait.condition !== null && !hasCondition(status, wait.condition)) {
    not.push(`${object}: condition ${wait.condition.type} is not so`);
  }
  const failed = wait.until.filter((test) => !passes(test, state, scene.reveal));
  return [...not, ...failed.map((test) => `${object}: not ${test.path} ${test.operator} ${test.value}`)];
}

function isObserved(rollout: JsonObject): boolean {
  const observed = asText(dig(rollout, 'status', 'observedGeneration'));
  return observed === String(dig(rollout, 'metadata', 'generation') as number);
}

/** Whether the status speaks of the workload that the rollout refers to as it is now. */
function isWorkloadObserved(rollout: JsonObject, { objects }: Scene): boolean {
  const ref = dig(rollout, 'spec', 'workloadRef');
  const workload = objects.get(`${asText(dig(ref, 'kind'))}/${asText(dig(ref, 'name'))}`);
  const observed = dig(rollout, 'status', 'workloadObservedGeneration');
  if (workload === undefined || observed === undefined) return true;
  return asText(observed) === String(dig(workload, 'metadata', 'generation') as number);
}

function hasCondition(status: Json | undefined, wanted: NonNullable<Wait['condition']>): boolean {
  return asList(dig(status, 'conditions')).some(
    (condition) =>
      dig(condition, 'type') === wanted.type &&
      dig(condition, 'status') === wanted.status &&
      (wanted.reason === null || dig(condition, 'reason') === wanted.reason),
  );
}

/** Is a test true of an object? An absent number equals 0. */
export function passes(test: Test, state: JsonObject, reveal: (text: string) => string | null): boolean {
  const value = valueAt(state, test.path);
  const wanted = reveal(test.value);
  if (wanted === null) return false;
  const number = /^-?\d+(\.\d+)?$/.test(wanted) ? Number(wanted) : null;
  const text = value === undefined || value === null ? (number === null ? '' : '0') : textOf(value);
  switch (test.operator) {
    case 'present':
      return value !== undefined && value !== null;
    case 'absent':
      return value === undefined || value === null;
    case '=':
      return number === null ? text === wanted : Number(text) === number;
    case '!=':
      return number === null ? text !== wanted : Number(text) !== number;
    case '>=':
      return Number(text) >= Number(wanted);
    case '<=':
      return Number(text) <= Number(wanted);
    case '~=':
      return text.includes(wanted);
    default:
      return test.operator satisfies never;
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unmetEvent(wait: Wait, pattern: string, scene: Scene): readonly string[] {
  const wanted = wait.event;
  if (wanted === null) return [];
  const seen = scene.events.some(
    (event) =>
      fits(pattern, event.object) &&
      event.reason === wanted.reason &&
      (wanted.message === null || event.message.includes(wanted.message)) &&
      (wanted.count === null || event.count >= wanted.count),
  );
  return seen ? [] : [`no event ${wanted.reason} about ${wait.object}`];
}
