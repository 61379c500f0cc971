import { parseExposition } from '../../../src/sim/metrics/exposition.ts';
import { createSeriesStore, DEFAULT_LIMITS, type SeriesStore } from '../../../src/sim/metrics/series.ts';

/** 2026-11-21T08:00:00Z */
export const START_MS = 1_795_248_000_000;

/**
 * A store from lines such as `up{job="app"} 1 1 _ 0`: the samples of a series, 15 seconds apart from
 * `START_MS` on. `_` leaves one out, `x` ends the series, `0+2*40` counts from 0 in steps of 2, 41 samples.
 */
export function loaded(text: string, limits = DEFAULT_LIMITS): SeriesStore {
  const store = createSeriesStore(limits);
  const lines = text.split('\n').map((line) => line.trim());
  for (const line of lines.filter((one) => one !== '')) {
    const [, name = '', rest = ''] = /^([^{ ]+(?:\{.*\})?) (.*)$/.exec(line) ?? [];
    const exposed = parseExposition(`${name} 0`);
    if (exposed.kind === 'error') throw new Error(exposed.message);
    for (const [i, value] of rest.split(' ').flatMap(valuesIn).entries()) {
      if (value === undefined) continue;
      const kept = store.append(exposed.samples[0]?.labels ?? {}, START_MS + i * 15_000, value);
      if (kept !== 'kept') throw new Error(`${line}: ${kept}`);
    }
  }
  return store;
}

function valuesIn(text: string): readonly (number | null | undefined)[] {
  const [, first, step, times] = /^(-?[\d.]+)\+([\d.]+)\*(\d+)$/.exec(text) ?? [];
  if (times !== undefined) {
    return Array.from({ length: Number(times) + 1 }, (_, i) => Number(first) + i * Number(step));
  }
  if (text === '_') return [undefined];
  return [text === 'x' ? null : Number(text.replace('Inf', 'Infinity'))];
}
