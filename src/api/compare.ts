import type { CompareAsking, CompareSource } from './compare-source.ts';
import { parseDuration } from './duration.ts';
import type { Duration } from './meta.ts';

/**
 * Configuration of the metric provider plugin `sluice/compare`: is the canary worse than the stable version?
 * Every field has a default.
 */
export interface CompareConfig extends CompareAsking {
  /** Who is asked for the counters. Of no meaning where counters come from a file. */
  readonly source?: CompareSource;
  /**
   * The queries for the counters, by name: `total` and `bad`, or `buckets` for `exceedance`. In them
   * `{{hash}}` and `{{service}}` stand for those of the side, and with `mode: delta` `{{window}}`, `{{from}}`
   * and `{{to}}` for the window. Of no meaning where counters come from a file.
   */
  readonly counters?: Readonly<Record<string, string>>;
  /** Where there are no `counters`: those of a proxy, a mesh or a library. Default `auto`. */
  readonly preset?: ComparePreset;
  /** The label by which Prometheus knows pods, for presets that need it. Default `pod`. */
  readonly podLabel?: string;
  /**
   * How far in the past counters are looked at, so that all of them are there. Default `15s`; with other
   * sources than Prometheus `1m`, with `cloudWatch` `3m`.
   */
  readonly evaluationDelay?: Duration;
  /** What stands for the canary in the queries. Default: what the Rollout says. */
  readonly canary?: CompareSide;
  /** What it is compared with. Default: what the Rollout says of the stable version. */
  readonly control?: CompareSide;
  /** Compares with a fresh copy of the stable version, which the run starts, in place of `control`. */
  readonly baseline?: CompareBaseline;
  /**
   * `rateRatio`: bad requests out of all. `exceedance`: requests slower than `le`. `throughput`: requests
   * themselves, against the weight. `mannWhitney`: the rates of bad requests of all looks, compared once at
   * the end. `burnRate`: no comparison but a gate that pauses while an error budget is used up too fast.
   * Default `rateRatio`.
   */
  readonly test?: 'rateRatio' | 'exceedance' | 'throughput' | 'mannWhitney' | 'burnRate';
  /** The budget; needs `test: burnRate`, and `burnRate` needs it. */
  readonly burn?: BurnConfig;
  /**
   * The edge of a bucket of a histogram, in its own unit; needs `test: exceedance`. `auto`: the lowest edge
   * that 95 % of the stable version's requests kept before the release. Default `auto`.
   */
  readonly le?: number | 'auto';
  /**
   * Which way is worse. With `decrease`, `bad` counts what there should not be less of. Default `increase`,
   * and `decrease` for `throughput`.
   */
  readonly direction?: 'increase' | 'decrease';
  /** The chance that a healthy release is ever failed: over 0, under 0.5. Default 0.01. */
  readonly alpha?: number;
  /**
   * How many times as often the canary may fail: 1 to 100. With `decrease`, how many times as seldom.
   * Default 1, and 1.25 for `throughput`.
   */
  readonly margin?: number;
  readonly provenWhen?: ProvenWhen;
  /**
   * Bad events of the canary before it may fail: 0 to 1000000. With `decrease`, those that it should have
   * had. Default 3.
   */
  readonly minEvents?: number;
  /** The canary may fail only if so much more of its requests are bad, as a part of 1. Default 0. */
  readonly minAbsoluteIncrease?: number;
  /** The canary may fail only if more than this part of its requests is bad, whatever the stable one does. */
  readonly absoluteLimit?: number;
  /** How many bad events come in a clump: 1 to 50. `auto`: measured before the release. Default `auto`. */
  readonly dispersion?: 'auto' | number;
  /** Also look for faults that begin at a change of weight. Finds others a little later. Default false. */
  readonly lateOnset?: boolean;
  /** What the end comes to if nothing is decided. Default `Successful`. */
  readonly onUndecided?: CompareOutcome;
  /** What it comes to with fewer requests than `minRequests`, or without data. Default `Inconclusive`. */
  readonly onNoTraffic?: CompareOutcome;
  /** Requests that the canary must have had for an end without a verdict. At least 1, the default. */
  readonly minRequests?: number;
  /** How long to go on at the end until there are so many. Default `0s`. */
  readonly waitAtMost?: Duration;
  /** How much this metric counts beside others. Over 0. Default 1. */
  readonly weight?: number;
  /** Critical metrics together have half of the weight. Default false. */
  readonly critical?: boolean;
}

/** An error budget, and how fast it may be used up. */
export interface BurnConfig {
  /** The part of requests that should be good, such as 0.999: over 0, under 1. */
  readonly objective: number;
  /** Whose requests count. Default `service`: those of canary and stable version. */
  readonly of?: 'service' | 'canary';
  /** The window in which it must matter: up to 72h. Default `1h`, and `5m` for a canary. */
  readonly long?: Duration;
  /**
   * The window in which it must go on: less than `long`, and a sixtieth of it at least. Default `5m`, and
   * `1m` for a canary.
   */
  readonly short?: Duration;
  /** How many times as fast as planned is too fast, in both windows: over 0. Default 14.4. */
  readonly factor?: number;
}

/**
 * Whose counters are taken. `auto`: those of the Rollout's traffic router.
 */
export type ComparePreset =
  | 'auto'
  | 'nginx'
  | 'istio'
  | 'linkerd'
  | 'envoy'
  | 'gateway-api'
  | 'traefik'
  | 'otel-http';

/** One of the two that are compared. */
export interface CompareSide {
  /** Hash of the pod template. */
  readonly hash?: string;
  /** Name of the Service. */
  readonly service?: string;
  /** Name of the Deployment, for presets that know pods by their names, where there is no Rollout. */
  readonly deployment?: string;
  /** Where they are, for presets. Default: the namespace of the run. */
  readonly namespace?: string;
}

/** A fresh copy of the stable version: as an Experiment, for as long as the run goes on. */
export interface CompareBaseline {
  /** How many pods: 1 to 1000. Default 1. */
  readonly replicas?: number;
  /** How long its pods stay after the end: 0 to 86400. Default 30. */
  readonly scaleDownDelaySeconds?: number;
  /** How long its pods may take to be available: 1 to 86400. Default: as those of the Rollout. */
  readonly progressDeadlineSeconds?: number;
}

/** When the canary is proven to be healthy. Absent: nothing ends early for that reason. */
export interface ProvenWhen {
  /** It fails less than so many times as often: more than `margin`. Default 2. */
  readonly ratio?: number;
  /** The chance of such a proof without cause: over 0, under 0.5. Default 0.05. */
  readonly beta?: number;
}

/** What an analysis comes to. */
export type CompareOutcome = 'Successful' | 'Inconclusive' | 'Failed';

const MARGIN = 1;
const THROUGHPUT_MARGIN = 1.25;

/** Which way is worse, with defaults filled in. */
export function wayOf({
  direction,
  test,
}: Pick<CompareConfig, 'direction' | 'test'>): 'increase' | 'decrease' {
  return direction ?? (test === 'throughput' ? 'decrease' : 'increase');
}

/** What is tolerated where nothing is said of it: weights are never kept exactly. */
export function defaultMargin({ test }: Pick<CompareConfig, 'test'>): number {
  return test === 'throughput' ? THROUGHPUT_MARGIN : MARGIN;
}

const WINDOWS = { service: { long: '1h', short: '5m' }, canary: { long: '5m', short: '1m' } } as const;

/** The windows of a budget, with defaults filled in. */
export function burnWindows({ of = 'service', long, short }: BurnConfig): {
  readonly longMs: number;
  readonly shortMs: number;
} {
  return {
    longMs: parseDuration(long ?? WINDOWS[of].long) ?? 0,
    shortMs: parseDuration(short ?? WINDOWS[of].short) ?? 0,
  };
}
