import * as z from 'zod';
import {
  type BurnConfig,
  burnWindows,
  type CompareBaseline,
  type CompareConfig,
  type CompareOutcome,
  type CompareSide,
  defaultMargin,
  type ProvenWhen,
  wayOf,
} from '../compare.ts';
import { parseDuration } from '../duration.ts';
import { isObject } from '../path.ts';
import { flag, object, oneOf } from './build.ts';
import { askingIssues, compareSource, resolution } from './compare-source.ts';

function between(low: number, high: number): z.ZodType<number> {
  const message = { error: `must be a number over ${low} and under ${high}` };
  return z.number(message).refine((value) => value > low && value < high, message);
}

function within(low: number, high: number): z.ZodType<number> {
  const message = { error: `must be a number from ${low} to ${high}` };
  return z.number(message).refine((value) => value >= low && value <= high, message);
}

function whole(low: number, high: number): z.ZodType<number> {
  const message = { error: `must be a whole number from ${low} to ${high}` };
  return z.number(message).refine((n) => Number.isInteger(n) && n >= low && n <= high, message);
}

function autoOr(number: z.ZodType<number>, words: string): z.ZodType<number | 'auto'> {
  return z.union([z.literal('auto'), number], { error: `must be auto or ${words}` });
}

const outcome = oneOf<CompareOutcome>('Successful', 'Inconclusive', 'Failed');
const LONGEST_MS = 24 * 3_600_000;
const LONGEST_WINDOW_MS = 72 * 3_600_000;
const MOST_WINDOWS = 60;
const RATIO = 2;

function spanUpTo(most: number, words: string): z.ZodType<string> {
  return z.string().refine(
    (value) => {
      const ms = parseDuration(value);
      return ms !== null && ms >= 0 && ms <= most;
    },
    { error: `must be a duration ${words}` },
  );
}

const side = object<CompareSide>('CompareSide', {
  hash: z.string().max(63).optional(),
  service: z.string().max(63).optional(),
  deployment: z.string().max(63).optional(),
  namespace: z.string().max(63).optional(),
});

const baseline = object<CompareBaseline>('CompareBaseline', {
  replicas: whole(1, 1000).optional(),
  scaleDownDelaySeconds: whole(0, 86_400).optional(),
  progressDeadlineSeconds: whole(1, 86_400).optional(),
});

const burn = object<BurnConfig>('BurnConfig', {
  objective: between(0, 1),
  of: oneOf('service', 'canary').optional(),
  long: spanUpTo(LONGEST_WINDOW_MS, 'up to 72h').optional(),
  short: spanUpTo(LONGEST_WINDOW_MS, 'up to 72h').optional(),
  factor: between(0, 1e6).optional(),
}).refine(
  (config) => {
    const { longMs, shortMs } = burnWindows(config);
    return shortMs < longMs && shortMs >= longMs / MOST_WINDOWS;
  },
  {
    error: 'must be less than long, and a sixtieth of it at least (default: 5m, of a canary 1m)',
    path: ['short'],
  },
);

/** Schema of `CompareConfig`. */
export const compareConfig = object<CompareConfig>('CompareConfig', {
  source: compareSource.optional(),
  mode: oneOf('raw', 'delta').optional(),
  resolution: resolution.optional(),
  counters: z.record(z.string().max(100), z.string().min(1).max(4096)).optional(),
  preset: oneOf(
    'auto',
    'nginx',
    'istio',
    'linkerd',
    'envoy',
    'gateway-api',
    'traefik',
    'otel-http',
  ).optional(),
  podLabel: z
    .string()
    .max(100)
    .regex(/^[a-zA-Z_]\w*$/, { error: 'must be the name of a label' })
    .optional(),
  evaluationDelay: spanUpTo(3_600_000, 'up to 1h').optional(),
  canary: side.optional(),
  control: side.optional(),
  baseline: baseline.optional(),
  test: oneOf('rateRatio', 'exceedance', 'throughput', 'mannWhitney', 'burnRate').optional(),
  burn: burn.optional(),
  le: autoOr(between(0, 1e12), 'a number over 0').optional(),
  direction: oneOf('increase', 'decrease').optional(),
  alpha: between(0, 0.5).optional(),
  margin: within(1, 100).optional(),
  provenWhen: object<ProvenWhen>('ProvenWhen', {
    ratio: between(1, 1000).optional(),
    beta: between(0, 0.5).optional(),
  }).optional(),
  minEvents: whole(0, 1_000_000).optional(),
  minAbsoluteIncrease: within(0, 1).optional(),
  absoluteLimit: between(0, 0.9).optional(),
  dispersion: autoOr(within(1, 50), 'a number from 1 to 50').optional(),
  lateOnset: flag.optional(),
  onUndecided: outcome.optional(),
  onNoTraffic: outcome.optional(),
  minRequests: whole(1, 1e12).optional(),
  waitAtMost: spanUpTo(LONGEST_MS, 'up to 24h').optional(),
  weight: between(0, 1e6).optional(),
  critical: flag.optional(),
})
  .superRefine(
    (config, context) => {
      for (const { path, message } of askingIssues(config))
        context.addIssue({ code: 'custom', path: [...path], message });
    },
    { when: canBeAsked },
  )
  .refine(({ le, test }) => le === undefined || test === 'exceedance', {
    error: 'needs test: exceedance',
    path: ['le'],
    when: isObjectIn,
  })
  .refine(({ burn: budget, test }) => (budget !== undefined) === (test === 'burnRate'), {
    error: 'is needed by test: burnRate, and by it alone',
    path: ['burn'],
    when: isObjectIn,
  })
  .refine(({ baseline: fresh, control }) => fresh === undefined || control === undefined, {
    error: 'is what it is compared with, and so is control: set either',
    path: ['baseline'],
    when: isObjectIn,
  })
  .refine(({ baseline: fresh, test }) => fresh === undefined || test !== 'burnRate', {
    error: 'has no meaning for test: burnRate, which compares nothing',
    path: ['baseline'],
    when: isObjectIn,
  })
  .refine(({ direction, test }) => direction !== 'decrease' || !ONE_WAY.includes(test ?? ''), {
    error: 'only bad requests and throughput can be too few',
    path: ['direction'],
    when: isObjectIn,
  })
  .refine((config) => wayOf(config) === 'increase' || config.minAbsoluteIncrease === undefined, {
    error: 'needs direction: increase',
    path: ['minAbsoluteIncrease'],
    when: isObjectIn,
  })
  .refine(
    (config) =>
      config.absoluteLimit === undefined || (wayOf(config) === 'increase' && config.test !== 'throughput'),
    {
      error: 'needs direction: increase, and counts of bad requests',
      path: ['absoluteLimit'],
      when: isObjectIn,
    },
  )
  .refine(
    (config) => {
      const { provenWhen, margin = defaultMargin(config) } = config;
      return provenWhen === undefined || (provenWhen.ratio ?? RATIO) > margin;
    },
    {
      error: 'must be more than margin (default: ratio 2)',
      path: ['provenWhen', 'ratio'],
      when: isObjectIn,
    },
  );

/** Of these tests there can only be too much. */
const ONE_WAY: readonly string[] = ['exceedance', 'burnRate'];

/** Whether the other rules can be asked although some field is wrong, so that every issue is told at once. */
function isObjectIn({ value }: { readonly value: unknown }): boolean {
  return isObject(value) && (value['provenWhen'] === undefined || isObject(value['provenWhen']));
}

/** Whether queries and source can be looked at although some other field is wrong. */
function canBeAsked(payload: { readonly value: unknown }): boolean {
  const { value } = payload;
  if (!isObjectIn(payload) || !isObject(value)) return false;
  const { counters = {}, source = {} } = value;
  return (
    isObject(source) &&
    isObject(counters) &&
    Object.values(counters).every((query) => typeof query === 'string')
  );
}
