import { isObject } from '../../api/path.ts';
import type { Counters, Series } from '../../core/compare/counters.ts';
import type { Reading } from '../../core/compare/reading.ts';

/** One line of a recording. */
export interface Line {
  readonly run: string;
  readonly reading: Reading;
}

const LONGEST_RUN = 200;
const MOST_SECONDS = 1e9;
const MOST_COUNTERS = 200;
const KNOWN = ['run', 't', 'weight', 'canary', 'stable'];

/**
 * Reads a line: `{"run": "a", "t": 15, "weight": 5, "canary": {"total": 812, "bad": 9}, "stable": {...}}`.
 * Counters count up from 0 at second 0, or are objects with a number for each series. A text says what is
 * wrong.
 */
export function readLine(text: string): Line | string {
  const value = parsed(text);
  if (!isObject(value)) return 'is not a JSON object';
  const { run = '', t, weight = null, canary = null, stable = null } = value;
  const other = Object.keys(value).find((key) => !KNOWN.includes(key));
  if (other !== undefined) return `${JSON.stringify(other)} is none of ${KNOWN.join(', ')}`;
  if (typeof run !== 'string' || run.length > LONGEST_RUN)
    return `run must be a text of at most ${LONGEST_RUN}`;
  if (typeof t !== 'number' || Math.abs(t) > MOST_SECONDS) return 't must be a number of seconds';
  if (weight !== null && !(typeof weight === 'number' && weight >= 0 && weight <= 100))
    return 'weight must be a number from 0 to 100';
  const sides = [countersIn(canary, 'canary'), countersIn(stable, 'stable')] as const;
  for (const side of sides) if (typeof side === 'string') return side;
  const [ofCanary, ofStable] = sides;
  if (typeof ofCanary === 'string' || typeof ofStable === 'string') return 'is not a line of counters';
  return { run, reading: { at: t * 1000, weight, canary: ofCanary, stable: ofStable } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function countersIn(value: unknown, side: string): Counters | null | string {
  if (value === null) return null;
  if (!isObject(value)) return `${side} must be an object of counters`;
  const entries = Object.entries(value);
  if (entries.length > MOST_COUNTERS) return `${side} has more than ${MOST_COUNTERS} counters`;
  const counters: [string, Series][] = [];
  for (const [name, counter] of entries) {
    // Null stands for a number that is not there.
    if (counter === null) continue;
    const series: unknown = typeof counter === 'number' ? { '': counter } : counter;
    if (!isSeries(series)) return `${side}.${name} must be a number of at least 0, or such numbers by series`;
    counters.push([name, series]);
  }
  return Object.fromEntries(counters);
}

function isSeries(value: unknown): value is Series {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'number' && one >= 0);
}
