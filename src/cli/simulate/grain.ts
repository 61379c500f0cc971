import { parseDuration, parsePause } from '../../api/duration.ts';
import type { Manifest } from '../../api/meta.ts';
import { find, isObject } from '../../api/path.ts';
import { COMPARE } from '../../core/analysis/compare/party.ts';
import { substitute } from '../../core/analysis/substitute.ts';
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

/** The PromQL of all templates, with placeholders for those arguments that have no default. */
export function queriesIn(objects: readonly Manifest[]): readonly string[] {
  const written = objects.flatMap((object) =>
    find(withDefaults(object), 'spec.metrics[].provider.prometheus.query').map(({ value }) => String(value)),
  );
  return [...written, ...comparisonsIn(objects).flatMap(({ config }) => countersOf(config))];
}

function withDefaults(object: Manifest): Manifest {
  const args = find(object, 'spec.args[]').flatMap(({ value }) => (isObject(value) ? [value] : []));
  const values = args.flatMap(({ name, value }) =>
    typeof value === 'string' ? [[`args.${String(name)}`, value] as const] : [],
  );
  return substitute(object, new Map(values), new Set()).value;
}

/** What presets ask for. */
const PRESETS: readonly string[] = [
  'nginx_ingress_controller_requests',
  'nginx_ingress_controller_request_duration_seconds',
  'istio_requests_total',
  'istio_request_duration_milliseconds',
  'response_total',
  'response_latency_ms',
  'http_server_request_duration_seconds',
];

function countersOf(config: unknown): readonly string[] {
  const counters = isObject(config) ? config['counters'] : undefined;
  return isObject(counters) ? Object.values(counters).map(String) : PRESETS;
}

/** Metrics that compare canary and stable. */
function comparisonsIn(
  objects: readonly Manifest[],
): readonly { readonly interval: unknown; readonly config: unknown }[] {
  return objects
    .flatMap((object) => find(object, 'spec.metrics[]'))
    .flatMap(({ value }) => {
      const plugin = find(value, 'provider.plugin')[0]?.value;
      if (!isObject(plugin) || !Object.hasOwn(plugin, COMPARE)) return [];
      return [{ interval: isObject(value) ? value['interval'] : undefined, config: plugin[COMPARE] }];
    });
}

/** How often queries want to have been scraped, in milliseconds, where their windows are numbers. */
function windowsIn(objects: readonly Manifest[]): readonly number[] {
  const windows = queriesIn(objects).flatMap((query) => [...query.matchAll(/\[(\d+[smhd])[\]:]/g)]);
  const looks = comparisonsIn(objects).flatMap(({ interval }) => parseDuration(String(interval)) ?? []);
  return [
    ...looks,
    ...windows.flatMap(([, text = '']) => {
      const ms = parseDuration(text);
      return ms === null ? [] : [ms / SAMPLES];
    }),
  ];
}

function secondsOf(duration: unknown): number {
  if (typeof duration !== 'number' && typeof duration !== 'string') return 0;
  const pause = parsePause(duration);
  return pause.kind === 'timed' ? pause.seconds : 0;
}
