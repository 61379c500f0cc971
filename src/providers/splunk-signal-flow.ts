import { isObject } from '../api/path.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { parseJson } from './json.ts';
import { oddFloat, printFloats } from './print.ts';
import type { Ask } from './provider.ts';
import { askService, complaint, type Question, unreadable } from './service.ts';

/** A SignalFlow program over a stretch of time that has passed. */
export interface Program {
  readonly who: string;
  readonly address: string;
  readonly token: string;
  readonly signalFlow: string;
  readonly span: { readonly from: number; readonly to: number };
  readonly timeoutSeconds: number;
}

/**
 * Has a program run. Its streams come as server-sent events, and end by themselves because their time has
 * passed. The value is a list of floats: the last point of each stream.
 */
export async function signalFlowOf(program: Program, ask: Ask): Promise<Reading> {
  const { who, address, token, signalFlow, span, timeoutSeconds } = program;
  const parameters = new URLSearchParams({
    start: String(span.from),
    stop: String(span.to),
    immediate: 'true',
  });
  const question: Question = {
    who,
    secrets: [token],
    method: 'POST',
    url: `${under(address, '/v2/signalflow/execute')}?${parameters.toString()}`,
    headers: { 'content-type': 'text/plain', accept: 'text/event-stream', 'x-sf-token': token },
    body: signalFlow,
    timeoutSeconds,
  };
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const events = eventsIn(answer.body);
  if (events === null) return unreadable(question, answer, 'events');
  return readingOf(question, events);
}

interface Event {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Null: this is no stream of events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function eventsIn(body: string): readonly Event[] | null {
  const events: Event[] = [];
  for (const block of body.split(/\r?\n\r?\n/)) {
    if (block.trim() === '') continue;
    const lines = block.split(/\r?\n/).map((line) => /^(event|data|id|retry)?:\s?(.*)$/.exec(line));
    if (lines.includes(null)) return null;
    const field = (name: string) => lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ''] : []));
    const data = field('data').join('\n');
    if (data === '') continue;
    const parsed = parseJson(data);
    if (parsed.kind === 'text' || !isObject(parsed.value)) return null;
    events.push({ name: field('event')[0] ?? '', data: parsed.value });
  }
  return events;
}

function readingOf(question: Question, events: readonly Event[]): Reading {
  const last = new Map<string, number>();
  let isWhole = false;
  for (const { name, data } of events) {
    if (name === 'error') return complaint(question, 'error in the program', errorOf(data));
    const event = textOf(data['event']);
    if (name === 'control-message' && event === 'CHANNEL_ABORT')
      return complaint(question, 'the program was aborted');
    isWhole ||= name === 'control-message' && event === 'END_OF_CHANNEL';
    const points: readonly unknown[] = name === 'data' && Array.isArray(data['data']) ? data['data'] : [];
    for (const point of points) {
      const { tsId, value } = isObject(point) ? point : {};
      // Nothing was reported at that moment.
      if (value === null) continue;
      const number = typeof value === 'number' ? value : oddFloat(value);
      if (number === null || typeof tsId !== 'string') return complaint(question, 'a value is not a number');
      last.set(tsId, number);
    }
  }
  if (!isWhole) return complaint(question, 'the answer ends before its end');
  const values = Float64Array.from(last.values());
  return { kind: 'value', value: values, text: printFloats(values) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A sentence, or else the codes of what is wrong. */
function errorOf({ message, errors }: Event['data']): string {
  if (typeof message === 'string') return message;
  const codes = Array.isArray(errors) ? (errors as readonly unknown[]).filter(isObject) : [];
  return codes.map(({ code }) => textOf(code)).join('; ');
}
