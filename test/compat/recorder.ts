import type { Sighting } from './hub.ts';
import { asList, asObject, asText, dig, type Json, type JsonObject } from './json.ts';
import { changesBetween } from './paths.ts';
import type { Emission, Line, Recording, Writer } from './recording.ts';
import type { Served } from './scripted.ts';
import type { Symbols } from './symbols.ts';

/** An action as it was done. */
export interface Done {
  /** Milliseconds since the epoch, when it began. */
  readonly at: number;
  readonly step: number;
  readonly action: JsonObject;
  readonly result: Json;
}

/** Everything that was seen while a scenario was played. */
export interface Taken {
  readonly scenario: string;
  readonly about: string;
  readonly startMs: number;
  readonly done: readonly Done[];
  readonly sightings: readonly Sighting[];
  readonly served: readonly Served[];
  /** Kinds to record; others are watched for the waits only. */
  readonly kinds: ReadonlySet<string>;
}

/** Makes the recording, in the format of the original's: lines in the order of resource versions. */
export function toRecording(taken: Taken, symbols: Symbols): Recording {
  const time = (at: number): number => Math.round((at - taken.startMs) / 10) / 100;
  const seen = taken.sightings
    .filter(({ kind }) => taken.kinds.has(kind))
    .toSorted((a, b) => a.version - b.version);
  const { lines, finals } = linesOf(seen, taken.done, { symbols, time });
  const actions = taken.done.map(
    ({ at, step, action, result }): Line => ({
      kind: 'action',
      t: time(at),
      step,
      action: asObject(symbols.hideIn(action)),
      result: symbols.hideIn(result),
    }),
  );
  return {
    scenario: taken.scenario,
    about: taken.about,
    reached: !taken.done.some(({ result }) => dig(result, 'waited') === 'TIMEOUT'),
    hashes: Object.fromEntries([...symbols.hashes].map(([hash, known]) => [hash, { ...known }])),
    served: taken.served.map(({ at, server, asked, answer }) => [
      time(at),
      server,
      symbols.hide(asked),
      answer,
    ]),
    // The sort is stable: lines that arrived in the order of versions stay in it.
    lines: mergeByStep(actions, lines),
    finals,
    emitted: emissionsOf(lines),
    milestones: {},
  };
}

/** Puts each action before the lines that belong to it or to a later one. */
function mergeByStep(actions: readonly Line[], lines: readonly Line[]): readonly Line[] {
  const merged: Line[] = [];
  let next = 0;
  for (const line of lines) {
    for (; next < actions.length && (actions[next]?.step ?? 0) <= line.step; next++)
      merged.push(...actions.slice(next, next + 1));
    merged.push(line);
  }
  return [...merged, ...actions.slice(next)];
}

/** Kinds whose Events are recorded; those of Deployments and pods are Kubernetes' own. */
const ourEvents = /^(Rollout|AnalysisRun|Experiment)$/;

interface Context {
  readonly symbols: Symbols;
  readonly time: (at: number) => number;
}

function linesOf(
  seen: readonly Sighting[],
  done: readonly Done[],
  { symbols, time }: Context,
): { readonly lines: readonly Line[]; readonly finals: ReadonlyMap<string, JsonObject> } {
  const lines: Line[] = [];
  const states = new Map<string, { readonly raw: JsonObject; readonly shown: JsonObject }>();
  let latestStep = 0;
  for (const sighting of seen) {
    // A late arrival of another kind's watch must not pull its line behind the next action and back.
    latestStep = Math.max(latestStep, stepAt(done, sighting.at));
    const moment = { t: time(sighting.at), step: latestStep };
    if (sighting.kind === 'Event') {
      if (!ourEvents.test(asText(dig(sighting.object, 'involvedObject', 'kind')))) continue;
      lines.push({ kind: 'event', ...moment, ...eventOf(sighting, symbols) });
      continue;
    }
    const name = `${sighting.kind}/${symbols.hide(asText(dig(sighting.object, 'metadata', 'name')))}`;
    const before = states.get(name);
    if (sighting.type === 'DELETED') {
      states.delete(name);
      lines.push({ kind: 'deleted', ...moment, object: name });
      continue;
    }
    const shown = asObject(symbols.hideIn(shape(sighting.kind, sighting.object)));
    states.set(name, { raw: sighting.object, shown });
    const by = writerOf(sighting.kind, before?.raw, sighting.object);
    if (before === undefined) lines.push({ kind: 'added', ...moment, object: name, by, full: shown });
    else pushChanges(lines, { ...moment, object: name, by, before: before.shown, after: shown });
  }
  const order = [...states].toSorted(([a], [b]) => a.localeCompare(b));
  return { lines, finals: new Map(order.map(([name, { shown }]) => [name, shown])) };
}

interface Step {
  readonly t: number;
  readonly step: number;
  readonly object: string;
  readonly by: Writer;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

function pushChanges(lines: Line[], { before, after, ...rest }: Step): void {
  const changes = changesBetween(before, after);
  if (changes.length > 0) lines.push({ kind: 'modified', ...rest, changes, flips: null });
}

function stepAt(done: readonly Done[], at: number): number {
  return done.findLast((one) => one.at <= at)?.step ?? 0;
}

function eventOf(
  { type, object }: Sighting,
  symbols: Symbols,
): { readonly object: string; readonly again: boolean; readonly event: JsonObject } {
  const about = asObject(object['involvedObject']);
  const text = (value: Json | undefined): string => symbols.hide(asText(value));
  return {
    object: `${asText(about['kind'])}/${text(about['name'])}`,
    again: type === 'MODIFIED',
    event: {
      type: asText(object['type']),
      reason: asText(object['reason']),
      message: text(object['message']),
      count: object['count'] ?? dig(object, 'series', 'count') ?? 1,
      source: asText(dig(object, 'source', 'component')) || asText(object['reportingComponent']),
    },
  };
}

/** Every time that an Event was written or counted up is one emission. */
function emissionsOf(lines: readonly Line[]): readonly Emission[] {
  const counts = new Map<string, number>();
  return lines.flatMap((line) => {
    if (line.kind !== 'event') return [];
    const [type, reason, message] = ['type', 'reason', 'message'].map((key) => asText(line.event[key]));
    const emission = {
      second: Math.floor(line.t),
      object: line.object,
      type: type ?? '',
      reason: reason ?? '',
      message: message ?? '',
    };
    const key = JSON.stringify([line.object, type, reason, message]);
    const count = Number(line.event['count']);
    const before = line.again ? (counts.get(key) ?? 0) : 0;
    counts.set(key, count);
    return Array.from({ length: Math.max(1, count - before) }, () => emission);
  });
}

/** What is left out of every object, and of Services what the API server fills in. */
function shape(kind: string, object: JsonObject): JsonObject {
  const { apiVersion: _, kind: __, metadata: all, ...rest } = object;
  const {
    managedFields: _m,
    uid: _u,
    resourceVersion: _r,
    creationTimestamp: _c,
    namespace: _n,
    generation,
    ...metadata
  } = asObject(all);
  if (kind === 'Pod') return podShape(metadata, rest);
  const kept = kind === 'Rollout' && generation !== undefined ? { ...metadata, generation } : metadata;
  if (kind === 'ReplicaSet') return { metadata: kept, ...rest, status: replicaSetStatus(rest['status']) };
  if (kind !== 'Service') return { metadata: kept, ...rest };
  const { ports, selector, type } = asObject(rest['spec']);
  const spec = Object.fromEntries(
    Object.entries({ ports, selector, type }).filter(([, value]) => value !== undefined),
  );
  return { metadata: kept, ...rest, spec: spec as JsonObject };
}

/** Without the counts that nothing here reads and that move at other times. */
function replicaSetStatus(status: Json | undefined): JsonObject {
  const { fullyLabeledReplicas: _f, terminatingReplicas: _t, ...kept } = asObject(status);
  return kept;
}

function podShape(metadata: JsonObject, rest: JsonObject): JsonObject {
  const { labels, annotations, ownerReferences, deletionTimestamp } = metadata;
  const kept = { labels, annotations, ownerReferences, deletionTimestamp };
  const ready = asList(dig(rest['status'], 'conditions')).find(
    (condition) => dig(condition, 'type') === 'Ready',
  );
  return {
    metadata: Object.fromEntries(
      Object.entries(kept).filter(([, value]) => value !== undefined),
    ) as JsonObject,
    ready: dig(ready, 'status') ?? 'False',
  };
}

/**
 * Who wrote a version: the owner of the newest managed fields that are not as they were. They have whole
 * seconds: a second write in the same second leaves no trace in them, and is told by what such a kind's
 * writers write.
 */
function writerOf(kind: string, before: JsonObject | undefined, after: JsonObject): Writer {
  const entries = (object: JsonObject | undefined): readonly Json[] =>
    asList(dig(object, 'metadata', 'managedFields'));
  const old = new Set(entries(before).map((entry) => JSON.stringify(entry)));
  const changed = entries(after).filter((entry) => !old.has(JSON.stringify(entry)));
  const times = changed.map((entry) => asText(dig(entry, 'time')));
  const newest = times.toSorted((a, b) => a.localeCompare(b)).at(-1);
  const latest = changed.filter((entry) => asText(dig(entry, 'time')) === newest);
  const managers = latest.map((entry) => asText(dig(entry, 'manager')));
  if (managers.includes('user')) return 'user';
  if (managers.some((manager) => !kubernetes.test(manager))) return 'controller';
  if (managers.length > 0) return 'kube';
  const touchesSpec = JSON.stringify(before?.['spec']) !== JSON.stringify(after['spec']);
  return ['Pod', 'Job', 'Deployment'].includes(kind) || (kind === 'ReplicaSet' && !touchesSpec)
    ? 'kube'
    : 'controller';
}

/** Managers that are parts of Kubernetes, the fake node among them. */
const kubernetes = /^(kube|fake|kubelet)/;
