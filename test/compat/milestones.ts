import { asList, asObject, dig, isList, isObject, type Json, type JsonObject, show } from './json.ts';
import type { ActionLine, Recording } from './recording.ts';
import { actionStarts, endOf, kindOf, type Version } from './timeline.ts';

/** The values of one object that matter: name of the field to value; what is absent is null. */
export type Fields = Readonly<Record<string, Json>>;

/** How long a value must have been held to count as more than passing by; seconds. */
export const durableSeconds = 0.3;

/** A value held for a while. `values` has more than one member while it went to and fro between them. */
export interface Hold {
  readonly values: readonly Json[];
  readonly from: number;
  readonly until: number;
  /** The action under way when it began. */
  readonly step: number;
  /** The value was held long enough to be seen, waited for, or there at the end. */
  readonly durable: boolean;
  /** Who ended it; null at the end of the recording. */
  readonly endedBy: Version['by'] | null;
  /** The user wrote something while it was held, so its length says nothing about the controller. */
  readonly interrupted: boolean;
}

/** Field name to the values that it had, in order. */
export type Holds = ReadonlyMap<string, readonly Hold[]>;

/** The milestone fields of an object; empty for kinds that have none. */
export function fieldsOf(object: string, state: JsonObject): Fields {
  const status = asObject(state['status']);
  const spec = asObject(state['spec']);
  switch (kindOf(object)) {
    case 'Rollout':
      return {
        phase: given(status['phase']),
        currentStepIndex: status['currentStepIndex'] ?? null,
        stableRS: given(status['stableRS']),
        abort: given(status['abort']),
        promoteFull: given(status['promoteFull']),
        weight: given(dig(status, 'canary', 'weights', 'canary', 'weight')),
      };
    case 'ReplicaSet':
    case 'Deployment':
      return { replicas: spec['replicas'] ?? null };
    case 'Service':
      return { hash: given(dig(spec, 'selector', 'rollouts-pod-template-hash')) };
    case 'AnalysisRun':
    case 'Experiment':
      return { phase: given(status['phase']) };
    default:
      return routeFields(state);
  }
}

/** Absence, false, zero and '' mean the same to every reader of these fields. */
function given(value: Json | undefined): Json {
  return value === undefined || value === false || value === 0 || value === '' ? null : value;
}

/**
 * What a traffic router's object says about weights, whatever its kind: everything named weight or action.
 */
function routeFields(state: JsonObject): Fields {
  const annotations = Object.entries(asObject(dig(state, 'metadata', 'annotations')));
  const traffic = annotations.filter(([key]) => /\/canary-weight$|\/(actions|conditions)\.[^/]*$/.test(key));
  const weights = weightsIn(asObject(state['spec']), '');
  const labels = asList(dig(state, 'spec', 'subsets')).map((subset) => [
    `subset ${show(dig(subset, 'name'))}`,
    show(dig(subset, 'labels')),
  ]);
  return Object.fromEntries([...traffic, ...weights, ...labels]);
}

function weightsIn(value: Json, path: string): readonly (readonly [string, Json])[] {
  if (isList(value)) {
    return value.flatMap((member, index) =>
      weightsIn(member, `${path}[${show(dig(member, 'name') ?? index)}]`),
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]): readonly (readonly [string, Json])[] =>
    key === 'weight' ? [[`${path}.weight`, given(member)]] : weightsIn(member, `${path}.${key}`),
  );
}

/** The values of each milestone field of each object, in order, with how long each was held. */
export function holdsOf(recording: Recording, versions: readonly Version[]): ReadonlyMap<string, Holds> {
  const context = { end: endOf(recording), waited: waitedValues(recording), writes: writeTimes(recording) };
  const byObject = Map.groupBy(versions, (version) => version.object);
  return new Map([...byObject].map(([object, own]) => [object, holdsOfObject(object, own, context)]));
}

interface Context {
  readonly end: number;
  readonly waited: readonly Waited[];
  readonly writes: readonly number[];
}

function holdsOfObject(object: string, own: readonly Version[], context: Context): Holds {
  const names = new Set(own.flatMap((v) => (v.state === null ? [] : Object.keys(fieldsOf(object, v.state)))));
  const fields = new Map<string, readonly Hold[]>();
  for (const name of names) {
    const spans = mergeSpans(own.flatMap((version) => spansOf(version, name)));
    const waited = context.waited.filter((w) => w.object === object && w.field === name);
    const holds = spans.map((span, index) => toHold(span, spans[index + 1], { ...context, waited }));
    fields.set(name, holds);
  }
  return fields;
}

interface Span {
  readonly values: readonly Json[];
  readonly from: number;
  readonly step: number;
  readonly by: Version['by'];
}

function spansOf(version: Version, name: string): readonly Span[] {
  const { t, step, by, object, wobble } = version;
  const value = (state: JsonObject | null): Json =>
    state === null ? 'gone' : (fieldsOf(object, state)[name] ?? null);
  const settled = { values: [value(version.state)], step, by };
  if (wobble === null) return [{ ...settled, from: t }];
  const values = [value(wobble.from), value(wobble.to)];
  if (values[0] === values[1]) return [{ ...settled, from: t }];
  const wavering = { values, from: t, step, by };
  return wobble.until === Number.POSITIVE_INFINITY
    ? [wavering]
    : [wavering, { ...settled, from: wobble.until }];
}

function mergeSpans(spans: readonly Span[]): readonly Span[] {
  return spans.filter((span, index) => {
    const before = spans[index - 1];
    return before === undefined || JSON.stringify(before.values) !== JSON.stringify(span.values);
  });
}

function toHold(span: Span, next: Span | undefined, { end, waited, writes }: Context): Hold {
  const until = next?.from ?? end;
  // Arrival times are rounded to hundredths: a value seen by a wait may be recorded just after its end.
  const waitedFor = waited.some(
    (w) => w.value === span.values[0] && w.t >= span.from - 0.03 && w.t <= until + 0.03,
  );
  const lasting = next === undefined || until - span.from >= durableSeconds || waitedFor;
  return {
    ...span,
    until,
    durable: span.values.length === 1 && lasting,
    endedBy: next?.by ?? null,
    interrupted: writes.some((t) => t > span.from && t < until),
  };
}

/** When the scenario's actions wrote something. */
function writeTimes(recording: Recording): readonly number[] {
  return recording.lines.flatMap((line) =>
    line.kind === 'action' && !('wait' in line.action) ? [line.t] : [],
  );
}

interface Waited {
  readonly object: string;
  readonly field: string;
  readonly value: Json;
  readonly t: number;
}

/** The phases and steps that waits waited for, at the time when the next action began. */
function waitedValues(recording: Recording): readonly Waited[] {
  const starts = actionStarts(recording);
  const main = defaultObject(recording);
  return recording.lines.flatMap((line) => {
    const wait = line.kind === 'action' ? line.action['wait'] : undefined;
    const t = line.kind === 'action' ? starts[line.step + 1] : undefined;
    if (!isObject(wait) || t === undefined) return [];
    const object = typeof wait['object'] === 'string' ? wait['object'] : main;
    const pairs: readonly (readonly [string, Json | undefined])[] = [
      ['phase', wait['phase']],
      ['currentStepIndex', wait['step']],
    ];
    return pairs.flatMap(([field, value]) => (value === undefined ? [] : [{ object, field, value, t }]));
  });
}

function defaultObject(recording: Recording): string {
  const first = recording.lines.find((line): line is ActionLine => line.kind === 'action');
  const names = asList(first?.action['apply']).map(show);
  return names.find((name) => /^(Rollout|AnalysisRun|Experiment)\//.test(name)) ?? '';
}
