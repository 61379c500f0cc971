import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisRunSpec, Measurement } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Experiment } from '../../src/api/experiment.ts';
import type { Json } from '../../src/api/meta.ts';
import { baselineName } from '../../src/core/analysis/compare/baseline.ts';
import { type Comparison, comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import type { ReleaseSides } from '../../src/core/analysis/compare/sides.ts';
import { experimentManifest } from '../../src/core/analysis/experiments.ts';
import { measurementOf } from '../../src/core/analysis/measurement.ts';
import type { Reading } from '../../src/core/analysis/reading.ts';
import type { VersionPods } from '../../src/core/experiment/copies.ts';
import { formatInstant } from '../../src/core/time.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import type { Ask, Experiments } from '../../src/providers/provider.ts';
import { ask, line, now } from './support/ask.ts';

/** A fresh copy of the stable version: it is started, waited for, and compared with. */

const RUN = { name: 'web-c0ffee-2', namespace: 'shop', uid: 'u' };
const NAME = baselineName(RUN.name);
const run = { metadata: { name: RUN.name, namespace: RUN.namespace, uid: RUN.uid } };

const release: ReleaseSides = {
  namespace: 'shop',
  rollout: 'web',
  canary: { hash: 'c0ffee', service: 'web-canary' },
  stable: { hash: 'beef', service: 'web-stable' },
  routers: ['argoproj-labs/gatewayAPI'],
  weightPercent: 20,
  routed: { canary: 20, experiments: [] },
};
const routedTo = (service: string, weight = 20): ReleaseSides => ({
  ...release,
  routed: { canary: 20, experiments: [{ service, weight }] },
});
const unrouted: ReleaseSides = { ...release, routers: [], weightPercent: null, routed: null };

const pods: VersionPods = {
  hash: 'beef',
  selector: { matchLabels: { app: 'web', 'rollouts-pod-template-hash': 'beef' } },
  template: {
    metadata: { labels: { app: 'web', 'rollouts-pod-template-hash': 'beef' } },
    spec: { containers: [{ name: 'web', image: 'demo/web:1', ports: [{ containerPort: 8080 }] }] },
  },
  progressDeadlineSeconds: 300,
};

/** The Experiments of a run, in memory. */
class Kept implements Experiments {
  readonly all = new Map<string, Experiment>();
  /** What the API server has against any of them. */
  refusal = '';

  create: Experiments['create'] = async (draft) => {
    if (this.refusal !== '') return { kind: 'failure', message: this.refusal, retryable: false };
    const made = experimentManifest(run, draft);
    this.all.set(draft.name, this.all.get(draft.name) ?? made);
    return { kind: 'found', value: made };
  };
  get: Experiments['get'] = async (name) => ({ kind: 'found', value: this.all.get(name) ?? null });
  end: Experiments['end'] = async () => ({ kind: 'found', value: null });
  reasons: Experiments['reasons'] = () => [];
}

const counters = { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' };
const DEFAULTS: CompareConfig = { counters, baseline: {} };

interface Look {
  readonly config?: CompareConfig;
  readonly kept?: Kept;
  readonly ask?: Partial<Ask>;
  readonly before?: Measurement;
  readonly at?: number;
  readonly answer?: (request: HttpRequest) => string;
}

function comparisonFor(config: CompareConfig, before?: Measurement): Comparison {
  const plugin = { 'sluice/compare': config as unknown as Json };
  const metric = { name: 'm', interval: '15s', provider: { plugin } };
  const spec: AnalysisRunSpec = { metrics: [metric] };
  const measurements = before === undefined ? [] : [before];
  const comparison = comparisonOf(spec, metric, { name: 'm', phase: 'Running', measurements });
  assert.ok(comparison !== null);
  return comparison;
}

async function look(one: Look): Promise<Reading> {
  const config: CompareConfig = {
    source: { prometheus: { address: 'http://p:9090' } },
    ...(one.config ?? DEFAULTS),
  };
  const fetch = async (request: HttpRequest): Promise<HttpOutcome> => ({
    kind: 'answer',
    status: 200,
    headers: {},
    body: one.answer?.(request) ?? '{"status":"success","data":{"result":[]}}',
  });
  return compare.start(config, {
    ...ask({}, undefined, { fetch, subject: { run: RUN, metric: 'm', number: 1 } }),
    now: one.at ?? now,
    comparison: comparisonFor(config, one.before),
    experiments: one.kept ?? new Kept(),
    versions: () => pods,
    release,
    ...one.ask,
  });
}

/** The Experiment as it was made, as its controller tells it. */
function told(
  kept: Kept,
  status: 'Running' | 'Progressing' | 'none',
  more: {
    readonly ageSeconds?: number;
    readonly phase?: 'Running' | 'Failed';
    readonly message?: string;
  } = {},
): void {
  const made = kept.all.get(NAME);
  assert.ok(made !== undefined);
  const { ageSeconds = 60, phase = 'Running', message } = more;
  const count = status === 'Running' ? 1 : 0;
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: count, availableReplicas: count };
  const since = { lastTransitionTime: formatInstant(now - ageSeconds * 1000) };
  const service = made.spec.templates[0]?.service === undefined ? {} : { serviceName: 'fresh' };
  const templates = status === 'none' ? [] : [{ name: 'baseline', status, ...counts, ...since, ...service }];
  kept.all.set(NAME, {
    ...made,
    status: { phase, templateStatuses: templates, ...(message === undefined ? {} : { message }) },
  });
}

/** Experiments among which the fresh copy is there, and as its controller tells. */
async function started(
  ...how: Parameters<typeof told> extends [Kept, ...infer Rest] ? Rest : never
): Promise<Kept> {
  const kept = new Kept();
  await look({ kept, ask: { release: how[0] === 'none' ? unrouted : release } });
  told(kept, ...how);
  return kept;
}

function shown(reading: Reading): string {
  if (reading.kind !== 'running') return line(reading);
  return `${reading.message ?? ''} +${(reading.resumeAt - now) / 1000}s`;
}

const BEGINS = 'the fresh baseline is there, and compared with from the next look on';
const WAITS = 'waits for a fresh baseline: ';

void describe('before the comparison', () => {
  const row = (name: string, make: () => Promise<Look>, expected: string) =>
    void test(name, async () => {
      const reading = await look(await make());
      assert.equal(reading.kind === 'value' ? reading.message : shown(reading), expected);
    });

  row('it is made', async () => ({}), `${WAITS}0 of 1 pods are available; nothing counts yet +15s`);
  row(
    'its pods are starting',
    async () => ({ kept: await started('Progressing') }),
    `${WAITS}0 of 1 pods are available; nothing counts yet +15s`,
  );
  row(
    'they have just come: counters are of the time before',
    async () => ({ kept: await started('Running', { ageSeconds: 4 }), ask: { release: routedTo('fresh') } }),
    `${WAITS}its pods have just come; nothing counts yet +13.75s`,
  );
  row(
    'the canary has a share, and it has none yet',
    async () => ({ kept: await started('Running') }),
    `${WAITS}it has no share of the traffic yet; nothing counts yet +15s`,
  );
  row(
    'it never gets one',
    async () => ({ kept: await started('Running', { ageSeconds: 320 }) }),
    'error! sluice/compare: the fresh baseline had no share of the traffic for 5m0s',
  );
  row(
    'a share is there',
    async () => ({ kept: await started('Running'), ask: { release: routedTo('fresh') } }),
    BEGINS,
  );
  row(
    'the canary has no share either',
    async () => ({
      kept: await started('Running'),
      ask: { release: { ...release, routed: { canary: 0, experiments: [] } } },
    }),
    BEGINS,
  );
  row(
    'its pods are not there in time',
    async () => ({ kept: await started('Progressing', { phase: 'Failed', message: 'too late' }) }),
    `error! sluice/compare: there is no fresh baseline: Experiment ${NAME} has ended: too late`,
  );
  row(
    'the API server does not take it',
    async () => {
      const kept = new Kept();
      kept.refusal = 'quota exceeded';
      return { kept };
    },
    'error! sluice/compare: quota exceeded',
  );
  row(
    'the stable version is not there',
    async () => ({ ask: { versions: () => null } }),
    'error sluice/compare: the stable version has no ReplicaSet to copy',
  );
  row(
    'no Rollout',
    async () => ({ ask: { release: undefined as never } }),
    'error! sluice/compare: baseline is a copy of the stable version, and no Rollout has made this run',
  );
  row(
    'the Rollout cannot have one',
    async () => ({ ask: { release: { ...release, obstacle: 'it cannot' } } }),
    'error! sluice/compare: baseline: it cannot',
  );
  row(
    'nobody works on Experiments',
    async () => ({ ask: { experiments: undefined as never } }),
    'error! sluice/compare: baseline starts pods, which takes a cluster and a controller that works on Experiments',
  );
});

void describe('what is made', () => {
  const specOf = async (config: CompareConfig, of: ReleaseSides) => {
    const kept = new Kept();
    await look({ kept, config, ask: { release: of } });
    return kept.all.get(NAME)?.spec;
  };

  void test('pods of the stable version, without an end', async () => {
    const spec = await specOf(DEFAULTS, unrouted);
    assert.deepEqual(spec, {
      templates: [{ name: 'baseline', replicas: 1, selector: pods.selector, template: pods.template }],
      progressDeadlineSeconds: 300,
    });
  });
  void test('as many as are asked for, and a Service where a router is to send them a share', async () => {
    const baseline = { replicas: 3, scaleDownDelaySeconds: 5, progressDeadlineSeconds: 60 };
    const spec = await specOf({ ...DEFAULTS, baseline }, release);
    assert.deepEqual([spec?.templates[0]?.replicas, spec?.templates[0]?.service], [3, {}]);
    assert.deepEqual([spec?.scaleDownDelaySeconds, spec?.progressDeadlineSeconds], [5, 60]);
  });
});

/** An answer: canary total, bad, stable total, bad. */
function answer(counts: readonly number[], atMs: number, isRange = false): string {
  const result = counts.map((count, i) => {
    const sample = [atMs / 1000, String(count)];
    return {
      metric: { sluice_counter: String(i), pod: 'a' },
      ...(isRange ? { values: [sample] } : { value: sample }),
    };
  });
  return JSON.stringify({ status: 'success', data: { result } });
}

void describe('the comparison', () => {
  const measured = (reading: Reading): Measurement =>
    measurementOf({}, reading, null, { startedAt: now, at: now }, (text) => text);
  const queryIn = ({ body }: HttpRequest) => new URLSearchParams(body ?? '').get('query') ?? '';

  void test('first the past of the stable version, then the fresh copy, counted from there', async () => {
    const kept = await started('Running');
    const asked: string[] = [];
    const take = async (at: number, counts: readonly number[], before?: Measurement) =>
      look({
        kept,
        at,
        ask: { release: routedTo('fresh') },
        ...(before === undefined ? {} : { before }),
        answer: (request) => {
          asked.push(queryIn(request));
          return answer(counts, at - 15_000, before === undefined);
        },
      });
    const first = await take(now, [100, 1, 90_000, 900]);
    const second = await take(now + 15_000, [200, 2, 80, 0], measured(first));
    assert.ok(second.kind === 'value');
    assert.equal(second.message, 'compared from now on');
    const third = await take(now + 30_000, [300, 5, 180, 1], measured(second));
    assert.match(line(third), /"canary":\{"bad":3,"total":100\},"control":\{"bad":1,"total":100\}/);
    const hashes = asked.map((query) => [
      ...new Set([...query.matchAll(/h="(\w+)"/g)].map(([, hash]) => hash)),
    ]);
    const [of] = hashes
      .slice(1)
      .flat()
      .filter((hash) => hash !== 'c0ffee');
    assert.deepEqual(hashes, [
      ['c0ffee', 'beef'],
      ['c0ffee', of],
      ['c0ffee', of],
    ]);
    assert.notEqual(of, 'beef');
  });

  void test('by windows it counts from the moment from which it is there', async () => {
    const query = (name: string) => `increase(${name}{h="{{hash}}"}[{{window}}])`;
    const config: CompareConfig = {
      mode: 'delta',
      counters: { total: query('t'), bad: query('b') },
      baseline: {},
      dispersion: 1,
    };
    const kept = await started('Running');
    const asked: string[] = [];
    const said = (request: HttpRequest) => {
      const [time, asking] = [Number(new URLSearchParams(request.body ?? '').get('time')), queryIn(request)];
      asked.push(asking);
      const count = asking.includes('c0ffee') ? 20 : 10;
      return answer([asking.includes('b{') ? 1 : count], time * 1000);
    };
    const more = { kept, config, answer: said, ask: { release: routedTo('fresh') } };
    const first = await look({ ...more, at: now });
    const second = await look({ ...more, at: now + 15_000, before: measured(first) });
    assert.match(line(second), /"canary":\{"bad":1,"total":20\},"control":\{"bad":1,"total":10\}/);
    assert.equal(asked.length, 4);
    assert.ok(asked.every((one) => one.includes('[15s]') && !one.includes('beef')));
  });

  void test('presets know its pods by the name of its ReplicaSet, or by its Service', async () => {
    const rows = [
      ['istio', `pod=~"${NAME}-baseline-[0-9a-z]+"`],
      ['envoy', 'envoy_cluster_name=~"(.+[_/|.])?shop[_/]fresh[_/].+"'],
    ] as const;
    for (const [preset, want] of rows) {
      const config: CompareConfig = { preset, baseline: {} };
      const kept = await started('Running');
      const asked: string[] = [];
      const told = (atMs: number, isRange: boolean) => (request: HttpRequest) => {
        asked.push(queryIn(request));
        return answer([1, 0, 1, 0], atMs, isRange);
      };
      const more = { kept, config, ask: { release: routedTo('fresh') } };
      const first = await look({ ...more, answer: told(now - 15_000, true) });
      await look({ ...more, at: now + 15_000, before: measured(first), answer: told(now, false) });
      assert.equal(asked[0]?.includes(want), false);
      assert.equal(asked[1]?.includes(want), true);
    }
  });

  void test('throughput expects the canary’s part of both shares', async () => {
    const config: CompareConfig = { ...DEFAULTS, test: 'throughput', counters: { total: 't{h="{{hash}}"}' } };
    const kept = await started('Running');
    let before: Measurement | undefined;
    let last: Reading | undefined;
    // Twenty for the canary, ten for its copy: two of three.
    for (const [i, requests] of [0, 0, 100, 200, 300].entries()) {
      const at = now + i * 15_000;
      last = await look({
        kept,
        config,
        at,
        ask: { release: routedTo('fresh', 10) },
        ...(before === undefined ? {} : { before }),
        answer: () => answer([2 * requests, requests], at - 15_000, i === 0),
      });
      before = measured(last);
    }
    assert.ok(last?.kind === 'value');
    const value = last.value as { readonly share?: number; readonly ratio?: number | null };
    assert.deepEqual([value.share, value.ratio], [0.666667, 1]);
  });

  const begun = async (kept: Kept, ask: Partial<Ask> = {}) => {
    const release = routedTo('fresh');
    const first = await look({
      kept,
      ask: { release },
      answer: () => answer([1, 0, 1, 0], now - 15_000, true),
    });
    const second = () => answer([2, 0, 1, 0], now);
    return { kept, at: now + 15_000, before: measured(first), answer: second, ask: { release, ...ask } };
  };

  void test('a pod that is gone for a moment changes nothing, an end does', async () => {
    const kept = await started('Running');
    const next = await begun(kept);
    told(kept, 'Progressing');
    assert.equal((await look(next)).kind, 'value');
    told(kept, 'Running', { phase: 'Failed', message: 'too late' });
    assert.match(line(await look(next)), /^error! sluice\/compare: there is no fresh baseline: .* too late$/);
    kept.all.clear();
    assert.equal(
      line(await look(next)),
      `error! sluice/compare: there is no fresh baseline any more: Experiment ${NAME} is gone`,
    );
    assert.equal(kept.all.size, 0);
  });
});
