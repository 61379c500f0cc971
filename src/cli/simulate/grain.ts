import { parseDuration, parsePause } from '../../api/duration.ts';
import type { Manifest } from '../../api/meta.ts';
import { find } from '../../api/path.ts';
import type { Given } from './given.ts';
import { FINE, type Grain } from './stage.ts';

/** How closely a release is looked at whose pauses take more than so many hours together. */
const COARSER: readonly (readonly [hours: number, grain: Grain])[] = [
  [4, { stepMs: 30_000, scrapeMs: 30_000 }],
  [1, { stepMs: 5_000, scrapeMs: 15_000 }],
];
/** Prometheus needs that many samples in a window to see how something changes. */
const SAMPLES = 4;

/** Where a strategy says how long it waits. */
const PAUSES = [
  'canary.steps[].pause.duration',
  'blueGreen.autoPromotionSeconds',
  'blueGreen.scaleDownDelaySeconds',
];

/** Long releases are looked at less closely, so that a day takes no longer than it has to. */
export function grainFor({ rollouts, others }: Given): Grain {
  const pauses = rollouts.flatMap(({ spec }) => PAUSES.flatMap((path) => find(spec.strategy ?? {}, path)));
  const hours = pauses.reduce((sum, { value }) => sum + secondsOf(value) / 3_600, 0);
  const grain = COARSER.find(([least]) => hours > least)?.[1] ?? FINE;
  const scrapeMs = Math.max(FINE.scrapeMs, Math.min(grain.scrapeMs, ...windowsIn(others)));
  return { stepMs: Math.min(grain.stepMs, scrapeMs), scrapeMs };
}

/** The PromQL of all templates, with its placeholders. */
export function queriesIn(objects: readonly Manifest[]): readonly string[] {
  return objects
    .flatMap((object) => find(object, 'spec.metrics[].provider.prometheus.query'))
    .map(({ value }) => String(value));
}

/** How often queries want to have been scraped, in milliseconds, where their windows are numbers. */
function windowsIn(objects: readonly Manifest[]): readonly number[] {
  const windows = queriesIn(objects).flatMap((query) => [...query.matchAll(/\[(\d+[smhd])[\]:]/g)]);
  return windows.flatMap(([, text = '']) => {
    const ms = parseDuration(text);
    return ms === null ? [] : [ms / SAMPLES];
  });
}

function secondsOf(duration: unknown): number {
  if (typeof duration !== 'number' && typeof duration !== 'string') return 0;
  const pause = parsePause(duration);
  return pause.kind === 'timed' ? pause.seconds : 0;
}
