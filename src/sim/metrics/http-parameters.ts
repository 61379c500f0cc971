import type { HttpRequest } from './http.ts';
import { badData } from './http-answer.ts';
import { readDuration } from './promql/literals.ts';

/** Longer forms and addresses are refused. */
const MAX_LENGTH = 1024 * 1024;

/** The parameters of a request: those of a form come before those of the address. Throws a `QueryFault`. */
export function readParameters({ method, query, body, headers }: HttpRequest): Parameters {
  if (query.length > MAX_LENGTH || body.length > MAX_LENGTH) {
    throw badData('the request is too long for the simulator');
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const hasForm = method === 'POST' && type === 'application/x-www-form-urlencoded';
  return new Parameters([...new URLSearchParams(hasForm ? body : ''), ...new URLSearchParams(query)]);
}

/** Parameters by name. All readers throw a `QueryFault` for what they cannot read. */
export class Parameters {
  private readonly pairs: readonly (readonly [string, string])[];

  constructor(pairs: readonly (readonly [string, string])[]) {
    this.pairs = pairs;
  }

  /** All values of a parameter. */
  texts(name: string): readonly string[] {
    return this.pairs.filter(([own]) => own === name).map(([, value]) => value);
  }

  /** The first value of a parameter; empty when there is none. */
  text(name: string): string {
    return this.texts(name)[0] ?? '';
  }

  /** A time in milliseconds since the Unix epoch; null when there is none. Seconds, or RFC 3339. */
  time(name: string): number | null {
    const text = this.text(name);
    if (text === '') return null;
    const why = `Invalid time value for '${name}': cannot parse "${text}" to a valid timestamp`;
    return readTime(text) ?? this.wrong(name, why);
  }

  /** A time that has to be there. */
  required(name: string): number {
    const text = this.text(name);
    const at = readTime(text);
    return at ?? this.wrong(name, `cannot parse "${text}" to a valid timestamp`);
  }

  /** A duration in milliseconds, given as seconds or as `1m30s`; null when there is none. */
  duration(name: string): number | null {
    const text = this.text(name);
    if (text === '') return null;
    const seconds = readFloat(text);
    const duration = seconds === null ? readDuration(text) : Math.trunc(seconds * 1e9) / 1e6;
    if (duration === null) return this.wrong(name, `cannot parse "${text}" to a valid duration`);
    if (!(Math.abs(duration) <= MAX_DURATION)) {
      return this.wrong(name, `cannot parse "${text}" to a valid duration. It overflows int64`);
    }
    // Prometheus counts in whole milliseconds.
    return Math.trunc(duration);
  }

  wrong(name: string, why: string): never {
    throw badData(`invalid parameter "${name}": ${why}`);
  }
}

/** As many milliseconds as Go's durations can hold. */
const MAX_DURATION = 2 ** 63 / 1e6;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function readTime(text: string): number | null {
  const seconds = readFloat(text);
  if (seconds !== null) {
    // Seconds and their fraction apart: together they have too many digits for exact milliseconds.
    const whole = Math.trunc(seconds);
    const at = whole * 1000 + Math.round((seconds - whole) * 1000);
    return Number.isSafeInteger(at) ? at : null;
  }
  const at = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function readFloat(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}
