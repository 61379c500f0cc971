import { asText, dig, type Json, type JsonObject } from './json.ts';
import { applyChanges, valueAt } from './paths.ts';
import type { ModifiedLine, Recording, Writer } from './recording.ts';

/** One version of one object, or its end (`state` is null). */
export interface Version {
  /** Seconds since the start of the scenario. */
  readonly t: number;
  readonly step: number;
  readonly object: string;
  readonly by: Writer;
  readonly state: JsonObject | null;
  /** Until then the object went to and fro between two states (infinite: to the end); null for nearly all. */
  readonly wobble: { readonly until: number; readonly from: JsonObject; readonly to: JsonObject } | null;
}

/** What still went to and fro so shortly before the end had not settled; seconds. */
const settledSeconds = 0.3;

/** Every version of every object, in the order in which the API server committed them. */
export function versionsOf(recording: Recording): readonly Version[] {
  const states = new Map<string, JsonObject>();
  const versions: Version[] = [];
  const end = endOf(recording);
  for (const [index, line] of recording.lines.entries()) {
    if (line.kind === 'action' || line.kind === 'event') continue;
    const { t, step, object } = line;
    if (line.kind === 'deleted') {
      states.delete(object);
      versions.push({ t, step, object, by: 'kube', state: null, wobble: null });
      continue;
    }
    const before = states.get(object) ?? {};
    const after = line.kind === 'added' ? line.full : applyChanges(before, line.changes);
    if (line.kind === 'added' || line.flips === null) {
      states.set(object, after);
      versions.push({ t, step, object, by: line.by, state: after, wobble: null });
      continue;
    }
    const settled = afterFlips(recording, line, index, before);
    states.set(object, settled);
    const until = line.flips.until > end - settledSeconds ? Number.POSITIVE_INFINITY : line.flips.until;
    const wobble = { until, from: before, to: after };
    versions.push({ t, step, object, by: line.by, state: settled, wobble });
  }
  return versions;
}

/**
 * Where an object stays after going to and fro. The recording counts the turns but merges other writers'
 * turns into them, so the count does not tell; the next change's `from` does, or the final object.
 */
function afterFlips(recording: Recording, line: ModifiedLine, index: number, before: JsonObject): JsonObject {
  const later = recording.lines.slice(index + 1);
  const end = (path: string): Json => {
    for (const next of later) {
      if (next.kind !== 'modified' || next.object !== line.object) continue;
      const change = next.changes.find((c) => c[0] === path);
      if (change !== undefined) return change[1];
    }
    return valueAt(recording.finals.get(line.object), path) ?? null;
  };
  return applyChanges(
    before,
    line.changes.map(([path, from]) => [path, from, end(path)]),
  );
}

/** The time at which each action began; the index is its number. */
export function actionStarts(recording: Recording): readonly number[] {
  const starts: number[] = [];
  for (const line of recording.lines) if (line.kind === 'action') starts[line.step] ??= line.t;
  return starts;
}

/** The time of the last thing seen. */
export function endOf(recording: Recording): number {
  return recording.lines.reduce((latest, line) => {
    const until = line.kind === 'modified' && line.flips !== null ? line.flips.until : line.t;
    return Math.max(latest, until);
  }, 0);
}

/** The kind in `Kind/name`. */
export function kindOf(object: string): string {
  return object.slice(0, object.indexOf('/'));
}

/** `Kind/name` of the controller that owns an object; null if none does. */
export function ownerOf(state: JsonObject): string | null {
  const refs = dig(state, 'metadata', 'ownerReferences');
  for (const ref of Array.isArray(refs) ? refs : []) {
    if (dig(ref, 'controller') === true) return `${asText(dig(ref, 'kind'))}/${asText(dig(ref, 'name'))}`;
  }
  return null;
}
