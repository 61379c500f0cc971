import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kinds } from '../../../src/sim/kinds.ts';
import { matcherOf } from '../../../src/sim/metrics/matchers.ts';
import { createScraper } from '../../../src/sim/metrics/scrape.ts';
import { createSeriesStore, DEFAULT_LIMITS } from '../../../src/sim/metrics/series.ts';
import { Random } from '../../../src/sim/random.ts';
import { feed } from '../../../src/sim/traffic/feed.ts';
import type { Totals } from '../../../src/sim/traffic/ledger.ts';
import type { Target } from '../../../src/sim/traffic/metrics.ts';
import { Town, users } from './town.ts';

/** Counts how often chance was asked, which is what a step's cost depends on. */
class Counted extends Random {
  draws = 0;

  override next(): number {
    this.draws++;
    return super.next();
  }
}

/** A town with two Services, so many pods behind each, and the canary's weight. */
function town(
  { stable = 4, canary = 1, weight = 20, tag = '2' },
  options: ConstructorParameters<typeof Town>[0] = {},
): Town {
  const made = new Town(options);
  for (const name of ['stable', 'canary']) made.service(name);
  made.ingress();
  made.weigh(weight);
  for (let i = 0; i < stable; i++) made.pod(`stable-${i}`, 'stable');
  for (let i = 0; i < canary; i++) made.pod(`canary-${i}`, 'canary', { tag });
  return made;
}

/** Requests and failures of an image. */
function of(totals: Totals, image: string) {
  const found = totals.served.find(({ version }) => version.image === image);
  return { requests: found?.requests ?? 0, failures: found?.failures ?? 0, copies: found?.copies ?? 0 };
}

/** The sum of a metric over all targets, of samples with these labels. */
function metric(
  targets: readonly Target[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries({ __name__: name, ...labels });
  return targets
    .flatMap(({ samples }) => samples)
    .filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function isNear(actual: number, expected: number, share = 0.05): void {
  assert.ok(Math.abs(actual - expected) <= expected * share, `${actual} is not about ${expected}`);
}

void describe('traffic: who gets what', () => {
  void test('versions get their weights, pods their parts, and errors come as often as the tag says', async () => {
    const here = town({ tag: '2-errors-30' });
    const traffic = here.traffic({ loads: [users(100)] });
    await here.pass(600);
    const totals = traffic.totals();
    isNear(totals.requests, 60_000, 0.02);
    isNear(of(totals, 'web:2-errors-30').requests, 12_000);
    isNear(of(totals, 'web:2-errors-30').failures, 3_600);
    assert.equal(of(totals, 'web:1').failures, 0);
    assert.equal(totals.failures, of(totals, 'web:2-errors-30').failures);
    assert.deepEqual(totals.unserved, []);
    const targets = traffic.targets();
    for (let i = 0; i < 4; i++) {
      isNear(metric(targets, 'http_requests_total', { pod: `stable-${i}` }), 12_000);
    }
  });

  void test('a Service without a router gives every ready pod the same, whatever its version', async () => {
    const here = new Town();
    here.service('all');
    for (let i = 0; i < 9; i++) here.pod(`old-${i}`, 'all');
    here.pod('new-0', 'all', { tag: '2' });
    here.pod('new-1', 'all', { tag: '2' });
    here.say('new-1', false);
    const traffic = here.traffic({ loads: [users(200, { host: 'all.default.svc' })] });
    await here.pass(300);
    isNear(of(traffic.totals(), 'web:2').requests, 6_000);
    assert.equal(metric(traffic.targets(), 'http_requests_total', { pod: 'new-1' }), 0);
  });

  void test('a change of weight shows in the next step', async () => {
    const here = town({ weight: 0 });
    const traffic = here.traffic({ loads: [users(1_000)] });
    await here.pass(10);
    assert.equal(of(traffic.totals(), 'web:2').requests, 0);
    here.weigh(100);
    await here.pass(10);
    isNear(of(traffic.totals(), 'web:2').requests, 10_000);
    isNear(of(traffic.totals(), 'web:1').requests, 10_000);
  });

  void test('a header goes where it says, each load by itself', async () => {
    const here = town({ weight: 0 });
    const key = 'nginx.ingress.kubernetes.io/canary-by-header';
    const patch = { metadata: { annotations: { [key]: 'X-Beta' } } };
    here.api.merge(kinds.ingresses, { namespace: 'default', name: 'web-canary' }, patch, { manager: 'test' });
    const traffic = here.traffic({ loads: [users(90), users(10, { headers: { 'x-beta': 'always' } })] });
    await here.pass(300);
    isNear(of(traffic.totals(), 'web:2').requests, 3_000, 0.1);
  });

  void test('one seed does the same each time, another something else', async () => {
    const run = async (seed: string) => {
      const here = town({}, { seed });
      const traffic = here.traffic({ loads: [users(37)] });
      await here.pass(60);
      return JSON.stringify([here.steps, traffic.targets().map(({ samples }) => samples)]);
    };
    assert.equal(await run('a'), await run('a'));
    assert.notEqual(await run('a'), await run('b'));
  });
});

void describe('traffic: what goes wrong', () => {
  void test('without a pod there is 503, and nobody is said to have answered', async () => {
    const here = town({ stable: 0, canary: 1, weight: 100 });
    const traffic = here.traffic({ loads: [users(10)] });
    await here.pass(60);
    const { requests, failures, served, unserved } = traffic.totals();
    assert.deepEqual(served, []);
    assert.deepEqual(unserved, [{ status: 503, reason: 'default-stable-80 has no ready pods', requests }]);
    assert.equal(failures, requests);
  });

  void test('without a route there is 404, which is no failure', async () => {
    const here = new Town();
    const traffic = here.traffic({ loads: [users(10)] });
    await here.pass(10);
    assert.equal(traffic.totals().failures, 0);
    assert.equal(traffic.totals().unserved[0]?.status, 404);
  });

  const gone = { routes: { leastMs: 0, mostMs: 0 }, endpoints: { leastMs: 30_000, mostMs: 30_000 } };

  void test('NGINX turns to another pod while it does not know that one is gone', async () => {
    const here = town({ stable: 4, weight: 0 }, { lag: gone });
    await here.pass(31);
    const traffic = here.traffic({ loads: [users(100)] });
    here.api.delete(kinds.pods, { namespace: 'default', name: 'stable-0' }, { gracePeriodSeconds: 0 });
    await here.pass(20);
    assert.equal(traffic.totals().failures, 0);
    isNear(of(traffic.totals(), 'web:1').requests, 2_000, 0.1);
  });

  void test('a Service does not, until the endpoints follow', async () => {
    const here = town({ stable: 4, weight: 0 }, { lag: gone });
    await here.pass(31);
    const traffic = here.traffic({ loads: [users(100, { host: 'stable.default' })] });
    here.api.delete(kinds.pods, { namespace: 'default', name: 'stable-0' }, { gracePeriodSeconds: 0 });
    await here.pass(20);
    const { unserved } = traffic.totals();
    assert.equal(unserved[0]?.status, 502);
    isNear(unserved[0]?.requests ?? 0, 500, 0.2);
    await here.pass(11);
    const then = traffic.totals().failures;
    await here.pass(30);
    assert.equal(traffic.totals().failures, then);
  });

  void test('a pod that goes still listens during its preStop hook, and then no more', async () => {
    const here = town({ stable: 1, weight: 0 }, { lag: gone });
    here.pod('leaving', 'stable', { preStopSeconds: 10 });
    await here.pass(31);
    const traffic = here.traffic({ loads: [users(100, { host: 'stable.default' })] });
    here.api.delete(kinds.pods, { namespace: 'default', name: 'leaving' });
    await here.pass(9);
    assert.equal(traffic.totals().failures, 0);
    await here.pass(5);
    isNear(traffic.totals().failures, 250, 0.35);
  });

  void test('a pod beyond what it can carry fails the rest', async () => {
    const here = new Town();
    here.service('stable');
    here.ingress();
    for (const name of ['a', 'b']) here.pod(name, 'stable', { env: { MOST_RPS: '40' } });
    const traffic = here.traffic({ loads: [users(160)] });
    await here.pass(300);
    const { requests, failures } = of(traffic.totals(), 'web:1');
    isNear(failures, requests / 2);
    const most = Math.max(...here.steps.flatMap(({ served }) => served.map(({ mostPerPod }) => mostPerPod)));
    assert.ok(most > 80 && most < 160);
  });

  void test('an incident hits all versions while it lasts', async () => {
    const here = town({ weight: 50 });
    const incidents = [{ fromMs: 100_000, untilMs: 200_000, errorRate: 0.5, latencyMs: 800 }];
    const traffic = here.traffic({ loads: [users(100)], incidents });
    await here.pass(100);
    assert.equal(traffic.totals().failures, 0);
    await here.pass(100);
    for (const image of ['web:1', 'web:2']) isNear(of(traffic.totals(), image).failures, 2_500, 0.1);
    const then = traffic.totals().failures;
    await here.pass(100);
    assert.equal(traffic.totals().failures, then);
  });

  void test('a slow start is slow at first and as fast as others later', async () => {
    const here = new Town();
    here.service('stable');
    here.ingress();
    here.pod('slow', 'stable', { env: { LATENCY_MS: '100', SLOW_START_SECONDS: '60' } });
    const traffic = here.traffic({ loads: [users(100)] });
    const mean = async (seconds: number) => {
      const sums = () =>
        ['sum', 'count'].map((part) => metric(traffic.targets(), `http_request_duration_seconds_${part}`));
      const [sum = 0, count = 0] = sums();
      await here.pass(seconds);
      const [sumThen = 0, countThen = 0] = sums();
      return (sumThen - sum) / (countThen - count);
    };
    assert.ok((await mean(5)) > 0.35);
    await here.pass(60);
    isNear(await mean(60), 0.106);
  });
});

void describe('traffic: metrics', () => {
  void test('the ingress controller tells the canary apart', async () => {
    const here = town({ tag: '2-errors-50' });
    const traffic = here.traffic({ loads: [users(100)] });
    await here.pass(300);
    const all = { ingress: 'web', exported_namespace: 'default', exported_service: 'stable' };
    const canary = { ...all, canary: 'default-canary-80' };
    const name = 'nginx_ingress_controller_requests';
    const targets = traffic.targets();
    isNear(metric(targets, name, all), 30_000);
    isNear(metric(targets, name, canary), 6_000);
    isNear(metric(targets, name, { ...canary, status: '500' }), 3_000, 0.1);
    const seconds = 'nginx_ingress_controller_request_duration_seconds';
    assert.equal(metric(targets, `${seconds}_count`, canary), metric(targets, name, canary));
    assert.equal(
      metric(targets, `${seconds}_bucket`, { ...canary, le: '+Inf' }),
      metric(targets, name, canary),
    );
  });

  void test('a pod has a counter of 0 before its first request, and another one after a restart', async () => {
    const here = town({ stable: 1, weight: 0 });
    const traffic = here.traffic({ loads: [users(10)] });
    const samples = (pod: string) =>
      traffic
        .targets()
        .flatMap((target) => target.samples)
        .filter(({ labels }) => labels['pod'] === pod);
    assert.deepEqual(samples('canary-0'), [
      {
        labels: {
          __name__: 'http_requests_total',
          version: '2',
          pod: 'canary-0',
          namespace: 'default',
          app: 'web',
          pod_template_hash: 'hash-2',
          rollouts_pod_template_hash: 'hash-2',
          code: '200',
          method: 'GET',
        },
        value: 0,
      },
    ]);
    await here.pass(100);
    isNear(metric(traffic.targets(), 'http_requests_total', { pod: 'stable-0' }), 1_000, 0.2);
    here.say('stable-0', true, 1);
    assert.equal(metric(traffic.targets(), 'http_requests_total', { pod: 'stable-0' }), 0);
  });

  void test('what is scraped ends up in the store, and ends when its pod does', async () => {
    const here = town({});
    const store = createSeriesStore(DEFAULT_LIMITS);
    const to = feed(createScraper(store, { honorLabels: true }));
    const traffic = here.traffic({ loads: [users(100)], scrape: { everyMs: 15_000, to } });
    await here.pass(60);
    const track = () => {
      const matchers = [matcherOf('__name__', '=', 'http_requests_total'), matcherOf('pod', '=', 'canary-0')];
      return store.select(matchers, 0, Number.MAX_SAFE_INTEGER)[0] ?? assert.fail('no series');
    };
    assert.equal(track().times.length, 4);
    assert.equal(
      track().values.at(-1),
      metric(traffic.targets(), 'http_requests_total', { pod: 'canary-0' }),
    );
    here.api.delete(kinds.pods, { namespace: 'default', name: 'canary-0' }, { gracePeriodSeconds: 0 });
    await here.pass(15);
    assert.equal(track().stale.at(-1), 1);
  });

  void test('fifty thousand requests a second cost no more than five', async () => {
    const cost = async (perSecond: number) => {
      const here = town({ tag: '2-errors-1' });
      const random = new Counted('cost');
      here.traffic({ loads: [users(perSecond)], random });
      await here.pass(60);
      return random.draws;
    };
    const [few, many] = [await cost(100), await cost(50_000)];
    assert.ok(many < 4 * few, `${many} draws and ${few}`);
  });
});
