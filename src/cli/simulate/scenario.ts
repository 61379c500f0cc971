import type { Misfortune } from '../../sim/kubelet/misfortune.ts';

/** What the new version is like, and the world around it. */
export interface Scenario {
  /** To be read after "a release that": `answers 30% of requests with an error`. */
  readonly says: string;
  /** What befalls its pods. */
  readonly misfortune: Misfortune;
  /** Share of requests that it answers with an error, from so long after the release on. */
  readonly errors: { readonly rate: number; readonly afterMs: number };
  /** How long half of its answers take, in milliseconds. */
  readonly latencyMs: number;
  /** Requests a second instead of those of the flag; null: those. */
  readonly perSecond: number | null;
  readonly isPrometheusDown: boolean;
}

/** How long half of the answers of a version that is well take. */
export const USUAL_LATENCY_MS = 25;

const WELL: Scenario = {
  says: 'is well',
  misfortune: { kind: 'none' },
  errors: { rate: 0, afterMs: 0 },
  latencyMs: USUAL_LATENCY_MS,
  perSecond: null,
  isPrometheusDown: false,
};

/** The scenarios by name. */
export const SCENARIOS = {
  good: WELL,
  'bad-errors': {
    ...WELL,
    says: 'answers 30% of all requests with an error',
    errors: { rate: 0.3, afterMs: 0 },
  },
  'few-errors': {
    ...WELL,
    says: 'answers 2% of all requests with an error',
    errors: { rate: 0.02, afterMs: 0 },
  },
  'late-errors': {
    ...WELL,
    says: 'answers 30% of all requests with an error, but only ten minutes after the release began',
    errors: { rate: 0.3, afterMs: 600_000 },
  },
  'bad-latency': { ...WELL, says: 'takes 1.5 s for an answer instead of 25 ms', latencyMs: 1_500 },
  'slow-pods': {
    ...WELL,
    says: 'is well, and its pods take a minute longer to come up',
    misfortune: { kind: 'late', delayMs: 60_000 },
  },
  'never-ready': { ...WELL, says: 'runs but never gets ready', misfortune: { kind: 'unready' } },
  'crash-loop': {
    ...WELL,
    says: 'crashes whenever it starts',
    misfortune: { kind: 'crashes', afterMs: 0, exitCode: 1 },
  },
  'bad-image': { ...WELL, says: 'has an image that cannot be pulled', misfortune: { kind: 'unpullable' } },
  'low-traffic': { ...WELL, says: 'is well, while only three requests a minute come', perSecond: 0.05 },
  'no-traffic': { ...WELL, says: 'is well, while nobody comes', perSecond: 0 },
  'metrics-down': { ...WELL, says: 'is well, while Prometheus does not answer', isPrometheusDown: true },
} as const satisfies Readonly<Record<string, Scenario>>;

/** A name of `SCENARIOS`. */
export type ScenarioName = keyof typeof SCENARIOS;

/** Whether there is a scenario of this name. */
export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
