import type { Difference } from './difference.ts';
import { dig, isList, isObject, type Json, type JsonObject, same, show } from './json.ts';
import { evenOut } from './measurements.ts';
import { valueAt } from './paths.ts';
import type { Seen } from './seen.ts';
import { kindOf } from './timeline.ts';

/** A path that is not compared in final objects, and why. */
interface Ignored {
  readonly kinds: RegExp;
  readonly path: RegExp;
  readonly why: string;
}

/** What is left out of the comparison of final objects: all of it, with reasons. */
export const ignored: readonly Ignored[] = [
  {
    kinds: /^Rollout$/,
    path: /^status\.conditions\[(Ready|Reconciling|Stalled)\]/,
    why: 'conditions of ours for kstatus; the original has none',
  },
  { kinds: /./, path: /^status\.epoch/, why: 'ours: the counter that fences writes' },
  { kinds: /./, path: /^metadata\.annotations\[sluice\.dev\//, why: 'ours: the stamp of the epoch' },
  {
    kinds: /./,
    path: /^metadata\.generation$/,
    why: 'raised where the original rewrites the stored spec; compared as observedGeneration',
  },
  {
    kinds: /./,
    path: /^status\.observedGeneration$/,
    why: 'counts writes, and ours are fewer; of a Rollout it is compared as "equals generation"',
  },
  {
    kinds: /./,
    path: /\.(lastUpdateTime|lastProbeTime)$/,
    why: 'moves with nearly every write of the original; lastTransitionTime is compared',
  },
  { kinds: /./, path: /\.uid$/, why: 'a run has its own; ownership is compared by kind and name' },
  { kinds: /^(Service|Ingress)$/, path: /^status\./, why: 'written by nobody here' },
  {
    kinds: /^Deployment$/,
    path: /^metadata\.annotations\[deployment\.kubernetes\.io\/revision\]$|^status\./,
    why: 'written by the Deployment controller',
  },
];

/** Fields in which 0 is not the same as absence: a step index of 0 means that there are steps. */
const zeroMatters = /(^|\.)(currentStepIndex|replicas|weight|setWeight|count|value)$/;

/** Compares the objects that are there at the end, field by field. */
export function compareFinals(mine: Seen, theirs: Seen): readonly Difference[] {
  const names = [...theirs.recording.finals.keys()].filter((object) => kindOf(object) !== 'Pod');
  const differences = names.flatMap((object) => {
    const original = theirs.recording.finals.get(object);
    const ours = mine.recording.finals.get(object);
    if (original === undefined) return [];
    if (ours !== undefined) return compareObject(object, { mine, ours }, { theirs, original });
    return mine.holds.has(object) ? [row(object, 'existence', 'there at the end', 'gone')] : [];
  });
  const left = [...mine.recording.finals.keys()].filter(
    (object) => kindOf(object) !== 'Pod' && !theirs.recording.finals.has(object) && theirs.holds.has(object),
  );
  return [...differences, ...left.map((object) => row(object, 'existence', 'gone', 'there at the end'))];
}

function row(object: string, field: string, original: string, ours: string): Difference {
  return { rule: 'final', object, field, original, ours, at: { original: null, ours: null } };
}

function compareObject(
  object: string,
  own: { readonly mine: Seen; readonly ours: JsonObject },
  other: { readonly theirs: Seen; readonly original: JsonObject },
): readonly Difference[] {
  const runs = { ours: own.ours, original: other.original };
  const even = kindOf(object) === 'AnalysisRun' ? evenOut(runs) : runs;
  const ours = leavesOf(object, even.ours);
  const original = leavesOf(object, even.original);
  const paths = [...new Set([...original.keys(), ...ours.keys()])];
  const differences = paths.flatMap((path): readonly Difference[] => {
    const [a, b] = [original.get(path), ours.get(path)];
    if (same(a, b) || isUnsettled(other.theirs, object, path)) return [];
    if (path.endsWith('DurationSeconds')) {
      const longer = Number(b ?? 0) - Number(a ?? 0);
      if (isExplained(longer, pausesOf(own.mine, object), pausesOf(other.theirs, object))) return [];
    }
    // A condition that is another is told once: since when goes with it.
    const status = path.replace(/(conditions\[\w+\])\.lastTransitionTime$/, '$1.status');
    if (status !== path && !same(original.get(status), ours.get(status))) return [];
    if (isTime(a) && isTime(b)) {
      const why = compareTimes(moment(other.theirs, object, path, a), moment(own.mine, object, path, b));
      return why === null ? [] : [row(object, path, `${a} ${why.original}`, `${b} ${why.ours}`)];
    }
    return [row(object, path, show(a), show(b))];
  });
  return [...differences, ...compareObserved(object, own.ours, other.original)];
}

/** Did this still go to and fro at the end, so that where it stopped was chance? */
function isUnsettled(seen: Seen, object: string, path: string): boolean {
  const last = seen.versions.findLast((version) => version.object === object);
  if (last?.wobble?.until !== Number.POSITIVE_INFINITY) return false;
  return !same(valueAt(last.wobble.from, path), valueAt(last.wobble.to, path));
}

interface Pauses {
  readonly count: number;
  readonly seconds: number;
}

function pausesOf(seen: Seen, object: string): Pauses {
  const phases = seen.holds.get(object)?.get('phase') ?? [];
  const pauses = phases.filter((hold) => hold.values.includes('Paused'));
  return {
    count: pauses.length,
    seconds: pauses.reduce((total, { from, until }) => total + until - from, 0),
  };
}

/**
 * Each pause may be told a second longer or shorter, and one that a person ends takes as long as the scenario
 * does to end it.
 */
function isExplained(longer: number, ours: Pauses, original: Pauses): boolean {
  const most = Math.max(2, original.count);
  return Math.abs(longer) <= most || Math.abs(longer - (ours.seconds - original.seconds)) <= most;
}

function compareObserved(object: string, ours: JsonObject, original: JsonObject): readonly Difference[] {
  if (kindOf(object) !== 'Rollout') return [];
  const observed = (state: JsonObject): string => {
    const value = dig(state, 'status', 'observedGeneration');
    if (value === undefined) return 'absent';
    return value === show(dig(state, 'metadata', 'generation'))
      ? 'equals generation'
      : 'lags behind generation';
  };
  if (observed(ours) === observed(original)) return [];
  return [row(object, 'status.observedGeneration', observed(original), observed(ours))];
}

/** The values at the ends of all paths that are compared. What Go leaves out when empty counts as absent. */
function leavesOf(object: string, state: JsonObject): ReadonlyMap<string, Json> {
  const kind = kindOf(object);
  const leaves = new Map<string, Json>();
  const visit = (value: Json, path: string): void => {
    if (ignored.some((rule) => rule.kinds.test(kind) && rule.path.test(path))) return;
    if (isList(value)) {
      const keys = keysOf(value);
      for (const [index, member] of value.entries()) visit(member, `${path}[${keys[index] ?? index}]`);
      return;
    }
    if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) visit(member, joinPath(path, key));
      return;
    }
    const empty =
      value === null || value === false || value === '' || (value === 0 && !zeroMatters.test(path));
    if (!empty) leaves.set(path, value);
  };
  visit(state, '');
  return leaves;
}

function joinPath(path: string, key: string): string {
  if (/[./]/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function keysOf(list: readonly Json[]): readonly string[] {
  const keys = list.map((member) => dig(member, 'type') ?? dig(member, 'name'));
  const unique = new Set(keys).size === list.length && keys.every((key) => typeof key === 'string');
  return unique ? keys.map(String) : list.map((_, index) => String(index));
}

function isTime(value: Json | undefined): value is string {
  return typeof value === 'string' && /^<t[+-]\d+>$/.test(value);
}

/** When a time was written and how far it lay from the moment of writing, both in seconds. */
interface Stamp {
  readonly age: number;
  /** The first and last write of the scenario that it may follow, counted from 0. */
  readonly actions: readonly [first: number, last: number];
}

/** When the scenario's writes began; a wait is over when it is over, and says little about the time. */
function writeStarts({ recording }: Seen): readonly number[] {
  return recording.lines.flatMap((line) =>
    line.kind === 'action' && !('wait' in line.action) ? [line.t] : [],
  );
}

function moment(seen: Seen, object: string, path: string, time: string): Stamp {
  const value = Number(time.slice(2, -1));
  let writtenAt = 0;
  let before: Json | undefined;
  for (const version of seen.versions) {
    if (version.object !== object) continue;
    const now = valueAt(version.state ?? undefined, path);
    if (now === time && before !== time) writtenAt = version.t;
    before = now;
  }
  const age = value - Math.floor(writtenAt);
  // The same second may have been written again without a trace: it stands for all of that second.
  const until = age === 0 ? Math.max(writtenAt, value + 1) : writtenAt;
  const starts = writeStarts(seen);
  const actionAt = (t: number): number =>
    Math.max(
      starts.findLastIndex((start) => start <= t),
      0,
    );
  return { age, actions: [actionAt(writtenAt - 0.3), actionAt(until + 0.3)] };
}

/**
 * Times agree if they were as far from the moment of writing (2 s, they are whole seconds), and written in
 * the same action; an action's edge is blurred by a third of a second.
 */
function compareTimes(
  original: Stamp,
  ours: Stamp,
): { readonly original: string; readonly ours: string } | null {
  const far = Math.abs(original.age - ours.age) > 2;
  const apart = original.actions[0] > ours.actions[1] || ours.actions[0] > original.actions[1];
  if (!far && !apart) return null;
  const tell = ({ age, actions }: Stamp): string =>
    `(written after write ${actions[0]}, ${age >= 0 ? `${age} s ahead` : `${-age} s back`})`;
  return { original: tell(original), ours: tell(ours) };
}
