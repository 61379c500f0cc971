import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisRunSpec } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Json } from '../../src/api/meta.ts';
import { comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import { KEPT } from '../../src/core/analysis/compare/kept.ts';
import { type ReleaseSides, unnamedSides } from '../../src/core/analysis/compare/sides.ts';
import type { Reading } from '../../src/core/analysis/reading.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import { queriesOf } from '../../src/providers/compare/queries.ts';
import { joined } from '../../src/providers/compare/series.ts';
import { kept, type SeenWeight, weightOver } from '../../src/providers/compare/weights.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import { ask, line, now } from './support/ask.ts';

const release: ReleaseSides = {
  namespace: 'shop',
  rollout: 'web',
  canary: { hash: 'c0ffee', service: 'web-canary' },
  stable: { hash: 'beef', service: 'web-stable' },
  routers: ['nginx'],
  weightPercent: 10,
};

/** A run in the namespace shop, without a Rollout. */
const alone = unnamedSides('shop');

/** The queries in lines `side counter query`, or why there are none. */
function queriesIn(config: CompareConfig, of: ReleaseSides = release): readonly string[] {
  const read = queriesOf(config, of, {});
  if (read.kind === 'problem') return [read.message];
  return read.queries.map(({ side, counter, query }) => `${side} ${counter} ${query}`);
}

void describe('what a preset asks', () => {
  const rows: readonly (readonly [string, CompareConfig, readonly string[]])[] = [
    [
      'ingress-nginx: what it counts for the backend of a canary, under either name of its labels',
      {},
      [
        'canary total nginx_ingress_controller_requests{canary=~"shop-web-canary-[0-9a-z-]+"}',
        'canary bad nginx_ingress_controller_requests{canary=~"shop-web-canary-[0-9a-z-]+",status=~"5.."}',
        'stable total nginx_ingress_controller_requests{canary="",exported_namespace="shop",exported_service="web-stable"}',
        'stable total nginx_ingress_controller_requests{canary="",exported_service="",namespace="shop",service="web-stable"}',
        'stable bad nginx_ingress_controller_requests{canary="",exported_namespace="shop",exported_service="web-stable",status=~"5.."}',
        'stable bad nginx_ingress_controller_requests{canary="",exported_service="",namespace="shop",service="web-stable",status=~"5.."}',
      ],
    ],
    [
      'Istio: what the sidecars of the pods count',
      { preset: 'istio' },
      [
        'canary total istio_requests_total{reporter="destination",namespace="shop",pod=~"web-c0ffee-[0-9a-z]+"}',
        'canary bad istio_requests_total{reporter="destination",namespace="shop",pod=~"web-c0ffee-[0-9a-z]+",response_code=~"0|5.."}',
        'stable total istio_requests_total{reporter="destination",namespace="shop",pod=~"web-beef-[0-9a-z]+"}',
        'stable bad istio_requests_total{reporter="destination",namespace="shop",pod=~"web-beef-[0-9a-z]+",response_code=~"0|5.."}',
      ],
    ],
    [
      'another label for pods, and times',
      { preset: 'linkerd', test: 'exceedance', podLabel: 'k8s_pod' },
      [
        'canary buckets response_latency_ms_bucket{direction="inbound",namespace="shop",k8s_pod=~"web-c0ffee-[0-9a-z]+"}',
        'stable buckets response_latency_ms_bucket{direction="inbound",namespace="shop",k8s_pod=~"web-beef-[0-9a-z]+"}',
      ],
    ],
    [
      'Envoy',
      { preset: 'gateway-api', test: 'exceedance' },
      [
        'canary buckets envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name=~"(.+[_/|.])?shop[_/]web-canary[_/].+"}',
        'stable buckets envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name=~"(.+[_/|.])?shop[_/]web-stable[_/].+"}',
      ],
    ],
    [
      'Traefik',
      { preset: 'traefik', test: 'exceedance' },
      [
        'canary buckets traefik_service_request_duration_seconds_bucket{service=~"shop-web-canary-[0-9a-z]+@.+"}',
        'stable buckets traefik_service_request_duration_seconds_bucket{service=~"shop-web-stable-[0-9a-z]+@.+"}',
      ],
    ],
    [
      'OpenTelemetry',
      { preset: 'otel-http', test: 'exceedance' },
      [
        'canary buckets http_server_request_duration_seconds_bucket{namespace="shop",pod=~"web-c0ffee-[0-9a-z]+"}',
        'stable buckets http_server_request_duration_seconds_bucket{namespace="shop",pod=~"web-beef-[0-9a-z]+"}',
      ],
    ],
    [
      'own queries, with what the user says of a side',
      { counters: { total: 'a{h="{{hash}}"}', bad: 'b{s="{{ service }}"}' }, control: { hash: 'other' } },
      [
        'canary total a{h="c0ffee"}',
        'canary bad b{s="web-canary"}',
        'stable total a{h="other"}',
        'stable bad b{s="web-stable"}',
      ],
    ],
  ];
  for (const [name, config, want] of rows) void test(name, () => assert.deepEqual(queriesIn(config), want));

  const without: readonly (readonly [string, CompareConfig, readonly string[]])[] = [
    [
      'Services',
      {
        preset: 'traefik',
        test: 'exceedance',
        canary: { service: 'web-canary' },
        control: { service: 'web', namespace: 'prod' },
      },
      [
        'canary buckets traefik_service_request_duration_seconds_bucket{service=~"shop-web-canary-[0-9a-z]+@.+"}',
        'stable buckets traefik_service_request_duration_seconds_bucket{service=~"prod-web-[0-9a-z]+@.+"}',
      ],
    ],
    [
      'Services of ingress-nginx, in another namespace than the run',
      {
        preset: 'nginx',
        test: 'exceedance',
        canary: { service: 'web-canary', namespace: 'prod' },
        control: { service: 'web', namespace: 'prod' },
      },
      [
        'canary buckets nginx_ingress_controller_request_duration_seconds_bucket{canary=~"prod-web-canary-[0-9a-z-]+"}',
        'stable buckets nginx_ingress_controller_request_duration_seconds_bucket{canary="",exported_namespace="prod",exported_service="web"}',
        'stable buckets nginx_ingress_controller_request_duration_seconds_bucket{canary="",exported_service="",namespace="prod",service="web"}',
      ],
    ],
    [
      'pods of Deployments; empty texts are as none',
      {
        preset: 'linkerd',
        test: 'exceedance',
        canary: { deployment: 'web-canary', service: '', namespace: '' },
        control: { deployment: 'web', hash: '' },
      },
      [
        'canary buckets response_latency_ms_bucket{direction="inbound",namespace="shop",pod=~"web-canary-[b-df-hj-np-tv-xz24-9]+-[0-9a-z]{5}"}',
        'stable buckets response_latency_ms_bucket{direction="inbound",namespace="shop",pod=~"web-[b-df-hj-np-tv-xz24-9]+-[0-9a-z]{5}"}',
      ],
    ],
  ];
  for (const [name, config, want] of without)
    void test(`without a Rollout: ${name}`, () => assert.deepEqual(queriesIn(config, alone), want));

  void test('pods of a Deployment are not those of another whose name begins alike', () => {
    const config = {
      preset: 'istio',
      canary: { deployment: 'web-canary' },
      control: { deployment: 'web' },
    } as const;
    const patterns = queriesIn(config, alone).map((query) => /pod=~"([^"]+)"/.exec(query)?.[1] ?? '');
    const [canary = '', , stable = ''] = patterns.map((pattern) => new RegExp(`^(?:${pattern})$`));
    const pods = [
      'web-6f7d8c9b5d-x2k4z',
      'web-canary-6f7d8c9b5d-x2k4z',
      'web-0',
      'web-canary-0',
      'web-cd-6f7d8c9b5d-x2k4z',
    ];
    const of = (pattern: RegExp | '') => pods.filter((pod) => pattern !== '' && pattern.test(pod));
    assert.deepEqual(of(stable), ['web-6f7d8c9b5d-x2k4z']);
    assert.deepEqual(of(canary), ['web-canary-6f7d8c9b5d-x2k4z']);
  });

  void test('a name is no regular expression', () => {
    const odd = { ...release, canary: { hash: 'h', service: 'web.v2' } };
    assert.match(queriesIn({ preset: 'traefik' }, odd)[0] ?? '', /shop-web\\\\\.v2-/);
  });

  const problems: readonly (readonly [string, CompareConfig, ReleaseSides, RegExp])[] = [
    [
      'no Rollout',
      {},
      alone,
      /^whose counters to take is told by a Rollout, and there is none: write preset or/,
    ],
    ['no Rollout, and no Service', { preset: 'nginx' }, alone, /^canary.service is not set, and no Rollout/],
    ['no Rollout, and no pods', { preset: 'istio' }, alone, /^canary.deployment is not set, and no Rollout/],
    [
      'no Rollout, and only a hash',
      { preset: 'istio', canary: { hash: 'a' }, control: { hash: 'b' } },
      alone,
      /^canary.deployment is not set/,
    ],
    [
      'one Deployment twice',
      { preset: 'istio', canary: { deployment: 'web' }, control: { deployment: 'web' } },
      alone,
      /^canary and control are the same/,
    ],
    [
      'no router',
      {},
      { ...release, routers: [] },
      /has no traffic router that is known: write preset or counters/,
    ],
    [
      'no stable version',
      { preset: 'istio' },
      { ...release, stable: { hash: '', service: '' } },
      /^control.hash is not set, and no Rollout says it$/,
    ],
    ['no hash for a query', { counters: { total: '{{hash}}', bad: 'b' } }, alone, /^canary.hash is not set/],
    [
      'one version twice',
      { preset: 'istio' },
      { ...release, canary: release.stable },
      /^canary and control are the same: both are istio_requests_total/,
    ],
    [
      'no Service',
      { preset: 'nginx' },
      { ...release, canary: { hash: 'h', service: '' } },
      /^canary.service is not set/,
    ],
  ];
  for (const [name, config, of, want] of problems)
    void test(`${name}: told`, () => assert.match(queriesIn(config, of).join(), want));

  void test('versions are those with which it began', () => {
    const read = queriesOf({ preset: 'istio' }, release, {});
    assert.ok(read.kind === 'queries');
    const later = {
      ...release,
      canary: { hash: 'new', service: 'x' },
      stable: { hash: 'c0ffee', service: 'y' },
    };
    const again = queriesOf({ preset: 'istio' }, later, read.memo);
    assert.ok(again.kind === 'queries');
    assert.deepEqual(again.queries, read.queries);
  });
});

void describe('the weight of the time between two looks', () => {
  const seen: readonly SeenWeight[] = [
    [0, 5],
    [15, 5],
    [30, 20],
    [45, 20],
  ];
  const rows: readonly (readonly [number | null, number, number | null])[] = [
    [null, 15, null],
    [0, 15, 5],
    // It changed at some time after 15.
    [10, 20, null],
    [15, 30, null],
    [30, 45, 20],
    // What it is after the last time that it was seen, nobody knows.
    [40, 50, null],
  ];
  for (const [from, to, want] of rows)
    void test(`${from} to ${to}`, () => assert.equal(weightOver(seen, from, to), want));
  void test('what is of no use is forgotten', () => assert.deepEqual(kept(seen, 20), seen.slice(1)));
});

const config: CompareConfig = { counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' } };

/** A look, with what Prometheus answers; the second one where a first has been. */
async function look(
  answer: (request: HttpRequest) => HttpOutcome | string,
  more: {
    readonly first?: Reading;
    readonly config?: CompareConfig;
    readonly release?: ReleaseSides | null;
  } = {},
): Promise<Reading> {
  const own = { source: { prometheus: { address: 'http://p:9090/base' } }, ...(more.config ?? config) };
  const plugin = { 'sluice/compare': own as unknown as Json };
  const metric = { name: 'm', interval: '15s', provider: { plugin } };
  const spec: AnalysisRunSpec = { metrics: [metric] };
  const metadata = more.first?.metadata;
  const measurements = metadata === undefined ? [] : [{ phase: 'Successful' as const, metadata }];
  const comparison = comparisonOf(spec, metric, { name: 'm', phase: 'Running', measurements });
  assert.ok(comparison !== null);
  const fetch = async (request: HttpRequest): Promise<HttpOutcome> => {
    const got = answer(request);
    return typeof got === 'string' ? { kind: 'answer', status: 200, headers: {}, body: got } : got;
  };
  const time = metadata === undefined ? now : now + 15_000;
  const sides = more.release === undefined ? release : more.release;
  return compare.start(own, {
    ...ask({}, undefined, { fetch }),
    now: time,
    comparison,
    ...(sides === null ? {} : { release: sides }),
  });
}

/** An answer to the four queries of `config`: canary total, bad, stable total, bad; null is no series. */
function vector(
  counts: readonly (number | string | null)[],
  atMs: number,
  more: readonly object[] = [],
): string {
  const result = counts.flatMap((count, i) =>
    count === null
      ? []
      : [{ metric: { sluice_counter: String(i), pod: 'a' }, value: [atMs / 1000, String(count)] }],
  );
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [...result, ...more] } });
}

function matrix(counts: readonly (number | null)[], atMs: number): string {
  const result = counts.flatMap((count, i) =>
    count === null
      ? []
      : [{ metric: { sluice_counter: String(i), pod: 'a' }, values: [[atMs / 1000, String(count)]] }],
  );
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

const T0 = now - 15_000;
const T1 = now;

void describe('a look', () => {
  void test('the first one asks for the time before, and begins', async () => {
    const asked: HttpRequest[] = [];
    const got = await look((request) => {
      asked.push(request);
      return matrix([100, 1, 900, 9], T0);
    });
    const [first] = asked;
    assert.equal(first?.url, 'http://p:9090/base/api/v1/query_range');
    const form = new URLSearchParams(first.body ?? '');
    assert.equal(Number(form.get('end')), T0 / 1000);
    assert.equal(Number(form.get('end')) - Number(form.get('start')), 1800);
    assert.equal(form.get('step'), '15');
    assert.match(
      form.get('query') ?? '',
      /^label_replace\(\(t\{h="c0ffee"\}\), "sluice_counter", "0", "", ""\) or /,
    );
    assert.match(line(got), /^\{"e":1,"threshold":100,"ratio":null,.*"canary":\{"bad":0,"total":0\}/);
  });

  void test('the next one counts from there', async () => {
    const first = await look(() => matrix([100, 1, 900, 9], T0));
    const asked: HttpRequest[] = [];
    const got = await look(
      (request) => {
        asked.push(request);
        return vector([250, 4, 2250, 22], T1);
      },
      { first },
    );
    assert.equal(asked[0]?.url, 'http://p:9090/base/api/v1/query');
    assert.match(line(got), /"canary":\{"bad":3,"total":150\},"control":\{"bad":13,"total":1350\}/);
  });

  const rows: readonly (readonly [string, string, RegExp])[] = [
    [
      'no errors yet, so there is no such series',
      vector([250, null, 2250, null], T1),
      /"canary":\{"bad":0,"total":150\},"control":\{"bad":0,"total":1350\}/,
    ],
    [
      'no requests on the canary',
      vector([null, null, 2250, 10], T1),
      /"canary":\{"bad":0,"total":0\},"control":\{"bad":1,"total":1350\}/,
    ],
    ['nothing of the stable version is no data', vector([250, 4, null, null], T1), /"conditions":\["NoData"/],
    ['nothing at all', vector([], T1), /"conditions":\["NoData"/],
    ['numbers that are none', vector(['NaN', 4, '+Inf', 9], T1), /"conditions":\["BadQuery"/],
    [
      'the newest sample is an hour old',
      vector([250, 4, 2250, 22], T1, [
        { metric: { sluice_counter: 'at' }, value: [T1 / 1000, String(T1 / 1000 - 3600)] },
      ]),
      /"conditions":\["StaleData"/,
    ],
    [
      'about another time',
      vector([250, 4, 2250, 22], T1 + 60_000),
      /^error sluice\/compare: the answer is about another time/,
    ],
    [
      'a sample that is text',
      vector([250, 'many', 2250, 22], T1),
      /^error! sluice\/compare: a sample is not a number/,
    ],
    [
      'native histograms',
      vector([], T1, [{ metric: {}, histogram: [1, {}] }]),
      /^error! sluice\/compare: the counters are native histograms/,
    ],
    [
      'a page',
      '<html>',
      /^error sluice\/compare: the answer is none of Prometheus; is another service at http:\/\/p:9090\/base\?/,
    ],
    [
      'a list of nothing',
      '{"status":"success","data":{}}',
      /^error sluice\/compare: the answer has no result/,
    ],
  ];
  for (const [name, body, want] of rows)
    void test(name, async () => {
      const first = await look(() => matrix([100, 1, 900, 9], T0));
      assert.match(line(await look(() => body, { first })), want);
    });

  void test('no answer is an error, and what is kept is not touched', async () => {
    const refused = { kind: 'failure', code: 'refused', message: 'Post "http://p": refused' } as const;
    assert.equal(line(await look(() => refused)), 'error sluice/compare: Post "http://p": refused');
    const busy = { kind: 'answer', status: 503, headers: { 'retry-after': '30' }, body: '' } as const;
    assert.match(
      line(await look(() => busy)),
      /^error sluice\/compare: http:\/\/p:9090\/base answered with status 503 \+30s$/,
    );
    const wrong = JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' });
    const bad = { kind: 'answer', status: 400, headers: {}, body: wrong } as const;
    assert.match(
      line(await look(() => bad)),
      /^error! sluice\/compare: .* answered with status 400: parse error$/,
    );
  });

  void test('it is asked as the provider prometheus asks', async () => {
    const sent: HttpRequest[] = [];
    const told = (request: HttpRequest): string => {
      sent.push(request);
      return matrix([100, 1, 900, 9], T0);
    };
    const source = (prometheus: object) => look(told, { config: { ...config, source: { prometheus } } });
    await source({
      address: 'http://p/api?tenant=a',
      headers: [{ key: 'X-Scope-OrgID', value: 'shop' }],
      authentication: { basicAuth: { username: 'me', password: 'secret' } },
      timeout: 5,
      insecure: true,
    });
    const [request] = sent;
    assert.equal(request?.url, 'http://p/api/api/v1/query_range?tenant=a');
    assert.deepEqual(
      [request?.headers['x-scope-orgid'], request?.headers['authorization'], request?.timeoutSeconds],
      ['shop', 'Basic bWU6c2VjcmV0', 5],
    );
    assert.equal(request?.insecure, true);
    assert.equal(
      line(await source({ address: 'p:9090' })),
      'error! sluice/compare: source.prometheus.address is no URL',
    );
    assert.equal(line(await source({})), 'error! sluice/compare: source.prometheus.address is not set');
    const amazon = 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1';
    assert.match(line(await source({ address: amazon })), /^error!? .*(credential|region|AWS)/i);
  });

  void test('the state is small: series have short names, and buckets that are not judged are forgotten', async () => {
    const times: CompareConfig = { counters: { buckets: 'd{h="{{hash}}"}' }, test: 'exceedance', le: 0.5 };
    const edges = ['0.1', '0.25', '0.5', '1', '2.5', '+Inf'];
    const pods = Array.from({ length: 20 }, (_, i) => `web-with-a-rather-long-name-${i}`);
    const result = [0, 1].flatMap((side) =>
      pods.flatMap((pod) =>
        edges.map((le) => ({
          metric: { sluice_counter: String(side), pod, le },
          values: [[T0 / 1000, '1000']],
        })),
      ),
    );
    const history = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
    const first = await look(() => history, { config: times });
    assert.ok((first.metadata?.[KEPT]?.length ?? 0) < 6000, `${first.metadata?.[KEPT]?.length}`);
    const next = result.map(({ metric, values }) => ({
      metric,
      value: [T1 / 1000, String(Number(values[0]?.[1]) + (metric.le === '+Inf' ? 30 : 27))],
    }));
    const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: next } });
    const got = await look(() => body, { first, config: times });
    assert.match(line(got), /"canary":\{"bad":60,"total":600\},"control":\{"bad":60,"total":600\}/);
    assert.ok((got.metadata?.[KEPT]?.length ?? 0) < 6000, `${got.metadata?.[KEPT]?.length}`);
  });

  void test('what would not fit into a run is refused', async () => {
    const result = [0, 1, 2, 3].flatMap((i) =>
      Array.from({ length: 4000 }, (_, n) => ({
        metric: { sluice_counter: String(i), n: String(n) },
        values: [[T0 / 1000, '123456']],
      })),
    );
    const body = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
    assert.match(line(await look(() => body)), /^error! sluice\/compare: there are too many series to keep/);
  });

  void test('more series than a workload has are refused', async () => {
    const result = Array.from({ length: 5001 }, (_, i) => ({
      metric: { sluice_counter: '0', i: String(i) },
      values: [[T0 / 1000, '1']],
    }));
    const body = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
    assert.match(
      line(await look(() => body)),
      /^error! sluice\/compare: a counter has 5001 series, more than the 5000/,
    );
  });
});

void test('one question asks for all counters, and for the time of the newest sample', () => {
  const read = queriesOf(config, release, {});
  assert.ok(read.kind === 'queries');
  assert.equal(
    joined(read.queries),
    [
      'label_replace((t{h="c0ffee"}), "sluice_counter", "0", "", "")',
      'label_replace((b{h="c0ffee"}), "sluice_counter", "1", "", "")',
      'label_replace((t{h="beef"}), "sluice_counter", "2", "", "")',
      'label_replace((b{h="beef"}), "sluice_counter", "3", "", "")',
      'label_replace(max(timestamp(t{h="beef"})), "sluice_counter", "at", "", "")',
    ].join(' or '),
  );
});
