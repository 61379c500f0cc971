import { setTimeout as pause } from 'node:timers/promises';
import { valueAt } from '../../test/cluster/bed/api.ts';
import { type MetricsServer, vector } from '../../test/cluster/support/metrics-server.ts';
import { analysisOf, ingressOf, nginxRouting, release, rolloutOf, serviceOf, templateOf } from '../kinds.ts';
import type { Result } from '../result.ts';
import { progress, type Session } from '../session.ts';
import { summarise } from '../statistics.ts';

/** How often it is measured, and how many rollouts are on their way to it at the same time. */
const TRIALS = 30;
const LANES = 3;
const LONGEST_MS = 60_000;
const LOOK_MS = 10;

const WEIGHT = 'nginx.ingress.kubernetes.io/canary-weight';
const INGRESSES = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };

/**
 * How long it takes from a bad sample to no more traffic: a background analysis asks the metric server once a
 * second while the rollout pauses at weight 50. The time begins when the bad answer has been sent, and ends
 * when a watch of ours shows weight 0 in the canary Ingress.
 */
export async function reaction(session: Session, run: number): Promise<Result> {
  const { bed, metrics, namespace } = session;
  progress(`reaction: ${TRIALS} trials`);
  await bed.api.create(templateOf(namespace, metrics.url, { interval: '1s', failureLimit: 0 }));
  const weights = new Map<string, Sighting>();
  const watching = await bed.api.watch({ ...INGRESSES, namespace }, ({ object }) => {
    const weight = Number(object.metadata.annotations?.[WEIGHT]);
    const { name } = object.metadata;
    if (weights.get(name)?.weight !== weight) weights.set(name, { weight, atMs: performance.now() });
  });
  try {
    const trials = Array.from({ length: TRIALS }, (_, i) => `t-${i}`);
    const times: number[] = [];
    const queue = trials.values();
    const lane = async () => {
      for (const name of queue) times.push(await trial(session, weights, name));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const { median, p95, least, most } = summarise(times);
    return {
      scenario: 'reaction',
      rollouts: null,
      run,
      figures: { 'median ms': median, 'p95 ms': p95, 'least ms': least, 'most ms': most },
      requestsEach: {},
      detail: { trials: TRIALS, milliseconds: times },
      failure: null,
    };
  } finally {
    watching.stop();
  }
}

interface Sighting {
  readonly weight: number;
  readonly atMs: number;
}

async function trial(
  { bed, metrics, namespace }: Session,
  weights: ReadonlyMap<string, Sighting>,
  name: string,
): Promise<number> {
  const { api } = bed;
  const place = { namespace, name };
  const ref = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', ...place };
  const samples = serve(metrics, name);
  await Promise.all(['stable', 'canary'].map((role) => api.create(serviceOf(namespace, name, role))));
  await api.create(ingressOf(namespace, name));
  const steps = [{ setWeight: 50 }, { pause: {} }];
  await api.create(rolloutOf(namespace, name, { ...nginxRouting(name), steps, analysis: analysisOf(name) }));
  await api.until(ref, (rollout) => valueAt(rollout, 'status.phase') === 'Healthy', 60);
  await release(api, place, 2);
  const canary = () => weights.get(`${name}-${name}-canary`);
  await until(`${name} has weight 50`, () => canary()?.weight === 50);
  const before = samples.good();
  await until(`${name} is measured`, () => samples.good() > before);
  samples.turnBad();
  await until(`${name} has weight 0`, () => canary()?.weight === 0);
  const { atMs } = canary() ?? { atMs: Number.NaN };
  return atMs - samples.badSentAtMs();
}

interface Samples {
  good(): number;
  turnBad(): void;
  /** NaN until the first one was sent. */
  badSentAtMs(): number;
}

function serve(metrics: MetricsServer, query: string): Samples {
  let good = 0;
  let sentAtMs = Number.NaN;
  metrics.answer(query, (response) => {
    vector([1])(response);
    good++;
  });
  return {
    good: () => good,
    turnBad: () =>
      metrics.answer(query, (response) => {
        vector([0.1])(response);
        if (Number.isNaN(sentAtMs)) sentAtMs = performance.now();
      }),
    badSentAtMs: () => sentAtMs,
  };
}

async function until(what: string, claim: () => boolean): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (!claim()) {
    if (performance.now() > deadline) throw new Error(`not so after ${LONGEST_MS / 1000} s: ${what}`);
    await pause(LOOK_MS);
  }
}
