import { asList, asObject, asText, isObject, type Json, type JsonObject, parseJson } from './json.ts';
import type { Change } from './paths.ts';

/** Who wrote a version: the scenario's own actions, Kubernetes, or the controller under test. */
export type Writer = 'user' | 'kube' | 'controller';

interface Moment {
  /** Seconds since the start of the scenario. */
  readonly t: number;
  /** Number of the last action begun. */
  readonly step: number;
}

/** An action begins. */
export interface ActionLine extends Moment {
  readonly kind: 'action';
  readonly action: JsonObject;
  readonly result: Json;
}

/** An object appears, in full. */
export interface AddedLine extends Moment {
  readonly kind: 'added';
  readonly object: string;
  readonly by: Writer;
  readonly full: JsonObject;
}

/** An object changes; `flips` says that it went to and fro that many more times, until a time. */
export interface ModifiedLine extends Moment {
  readonly kind: 'modified';
  readonly object: string;
  readonly by: Writer;
  readonly changes: readonly Change[];
  readonly flips: { readonly count: number; readonly until: number } | null;
}

/** An object is gone. */
export interface DeletedLine extends Moment {
  readonly kind: 'deleted';
  readonly object: string;
}

/** An Event about an object is written or counted up. `object` is the object that it is about. */
export interface EventLine extends Moment {
  readonly kind: 'event';
  readonly object: string;
  readonly again: boolean;
  readonly event: JsonObject;
}

/** One line of a recording between its header and its summary. */
export type Line = ActionLine | AddedLine | ModifiedLine | DeletedLine | EventLine;

/** An event as the controller emitted it. */
export interface Emission {
  /** Whole seconds since the start of the scenario. */
  readonly second: number;
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** What was seen while a scenario was played. Source: the recordings' README, "Recording format". */
export interface Recording {
  readonly scenario: string;
  readonly about: string;
  /** False if a wait timed out. */
  readonly reached: boolean;
  /** Real hash to what is known of it; its symbol at least. */
  readonly hashes: Readonly<Record<string, JsonObject>>;
  /** Each scripted answer that was fetched: time, server, question, answer. */
  readonly served: readonly Json[];
  readonly lines: readonly Line[];
  readonly finals: ReadonlyMap<string, JsonObject>;
  readonly emitted: readonly Emission[];
  /** What the recorder itself called milestones; ours are computed from the lines. */
  readonly milestones: JsonObject;
}

/** Parses a recording (JSON lines). Throws with the name of the recording and the number of the line. */
export function parseRecording(text: string, name: string): Recording {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => asObject(parseJson(line, `${name}:${index + 1}`)));
  const header = rows[0] ?? {};
  const finals = rows.filter((row) => 'final' in row);
  return {
    scenario: asText(header['scenario']),
    about: asText(header['about']),
    reached: header['reached'] === true,
    hashes: objectsOf(asObject(header['hashes'])),
    served: asList(header['served']),
    lines: rows.flatMap((row) => parseLine(row)),
    finals: new Map(finals.map((row) => [asText(row['final']), asObject(row['object'])])),
    emitted: rows.flatMap((row) => asList(row['emitted']).map(parseEmission)),
    milestones: asObject(rows.find((row) => 'milestones' in row)?.['milestones']),
  };
}

function objectsOf(value: JsonObject): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, asObject(v)]));
}

function parseLine(row: JsonObject): readonly Line[] {
  if (typeof row['t'] !== 'number' || typeof row['step'] !== 'number') return [];
  const moment = { t: row['t'], step: row['step'] };
  if (isObject(row['action'])) {
    return [{ kind: 'action', ...moment, action: row['action'], result: row['result'] ?? null }];
  }
  const object = asText(row['object']);
  const by = writerOf(row['by']);
  if (isObject(row['event'])) {
    const about = object.replace(/^Event\//, '');
    return [
      { kind: 'event', ...moment, object: about, again: row['type'] === 'MODIFIED', event: row['event'] },
    ];
  }
  if (row['type'] === 'ADDED') return [{ kind: 'added', ...moment, object, by, full: asObject(row['full']) }];
  if (row['type'] === 'DELETED') return [{ kind: 'deleted', ...moment, object }];
  const flips =
    typeof row['flips'] === 'number' ? { count: row['flips'], until: Number(row['until']) } : null;
  return [
    { kind: 'modified', ...moment, object, by, changes: asList(row['changes']).map(parseChange), flips },
  ];
}

function writerOf(by: Json | undefined): Writer {
  return by === 'user' || by === 'kube' ? by : 'controller';
}

function parseChange(row: Json): Change {
  const [path, from, to] = asList(row);
  return [asText(path), from ?? null, to ?? null];
}

function parseEmission(row: Json): Emission {
  const [second, object, type, reason, message] = asList(row);
  return {
    second: Number(second),
    object: asText(object),
    type: asText(type),
    reason: asText(reason),
    message: asText(message).replace(/ \(and \d+ more times\)$/, ''),
  };
}

/** The recording as JSON lines, in the format that `parseRecording` reads. */
export function formatRecording(recording: Recording): string {
  const { scenario, about, reached, hashes, served } = recording;
  const rows: readonly JsonObject[] = [
    { scenario, about, reached, hashes, ...(served.length > 0 ? { served } : {}) },
    ...recording.lines.map(formatLine),
    ...[...recording.finals].map(([final, object]) => ({ final, object })),
    { emitted: recording.emitted.map((e) => [e.second, e.object, e.type, e.reason, e.message]) },
    { milestones: recording.milestones },
  ];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function formatLine(line: Line): JsonObject {
  const { t, step } = line;
  switch (line.kind) {
    case 'action':
      return { t, step, action: line.action, result: line.result };
    case 'added':
      return { t, step, object: line.object, type: 'ADDED', by: line.by, full: line.full };
    case 'deleted':
      return { t, step, object: line.object, type: 'DELETED' };
    case 'event':
      return {
        t,
        step,
        object: `Event/${line.object}`,
        type: line.again ? 'MODIFIED' : 'ADDED',
        event: line.event,
      };
    case 'modified': {
      const flips = line.flips === null ? {} : { flips: line.flips.count, until: line.flips.until };
      return { t, step, object: line.object, type: 'MODIFIED', by: line.by, changes: line.changes, ...flips };
    }
    default:
      return line satisfies never;
  }
}
