import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import type { Json, Manifest } from '../../src/api/meta.ts';
import { SCENARIOS } from '../../src/cli/simulate/scenario.ts';
import { harness, type Ran } from './support/harness.ts';

/** `<case>.txt` is what is told of a simulation. `UPDATE=1` rewrites these. */
const GOLDEN = join(import.meta.dirname, '../golden/cli/simulate');
const ROOT = join(import.meta.dirname, '../..');

const steps = [
  { setWeight: 20 },
  { pause: { duration: '1m' } },
  { analysis: { templates: [{ templateName: 'errors' }], args: [{ name: 'service', value: 'web-canary' }] } },
  { setWeight: 60 },
  { pause: { duration: '30s' } },
];

function object(apiVersion: string, kind: string, name: string, body: object): Manifest {
  return { apiVersion, kind, metadata: { name }, ...body };
}

function rollout(
  more: { readonly spec?: object; readonly canary?: object; readonly pod?: object } = {},
): Manifest {
  const container = { name: 'web', image: 'demo/web:1', ports: [{ containerPort: 8080 }] };
  return object('argoproj.io/v1alpha1', 'Rollout', 'web', {
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container], ...more.pod } },
      strategy: {
        canary: {
          stableService: 'web-stable',
          canaryService: 'web-canary',
          trafficRouting: { nginx: { stableIngress: 'web' } },
          steps,
          ...more.canary,
        },
      },
      ...more.spec,
    },
  });
}

const RATE = 'sum(rate(http_requests_total{service="{{args.service}}"}[1m]))';
const FAILED = 'sum(rate(http_requests_total{service="{{args.service}}",code=~"5.."}[1m]))';

function template(metric: object = {}): Manifest {
  const provider = { prometheus: { query: `(${FAILED} or vector(0)) / ${RATE}` } };
  const successCondition = 'len(result) > 0 && result[0] < 0.05';
  const metrics = [{ name: 'errors', interval: '10s', count: 3, successCondition, provider, ...metric }];
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'errors', {
    spec: { args: [{ name: 'service' }], metrics },
  });
}

async function simulated(objects: readonly Manifest[], ...flags: readonly string[]): Promise<Ran> {
  const stdin = objects.map((one) => stringify(one)).join('---\n');
  return harness({ stdin }).run('simulate', '-f', '-', ...flags);
}

interface Told {
  readonly releases: readonly { readonly outcome: string; readonly new: { readonly requests: number } }[];
  readonly warnings: readonly string[];
  readonly made: readonly string[];
}

async function told(objects: readonly Manifest[], ...flags: readonly string[]): Promise<Told> {
  const { out, err } = await simulated(objects, '-o', 'json', ...flags);
  assert.equal(err, '');
  return JSON.parse(out) as Told;
}

/** Judged behind the switch, unless told otherwise. */
function blueGreen(more: object = {}): Manifest {
  const analysis = {
    templates: [{ templateName: 'errors' }],
    args: [{ name: 'service', value: 'web-active' }],
  };
  const strategy = {
    blueGreen: {
      activeService: 'web-active',
      previewService: 'web-preview',
      postPromotionAnalysis: analysis,
      ...more,
    },
  };
  return rollout({ spec: { strategy } });
}

const PRE = {
  prePromotionAnalysis: {
    templates: [{ templateName: 'errors' }],
    args: [{ name: 'service', value: 'web-preview' }],
  },
};

/** A Rollout of the pods of a Deployment, with a gate in its way. */
function referring(): readonly Manifest[] {
  const { template: pods, selector } = rollout()['spec'] as {
    readonly template: Json;
    readonly selector: Json;
  };
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'onsuccess' };
  const gate = { plugin: { name: 'sluice/gate', config: { name: 'qa', approvals: { required: 2 } } } };
  const strategy = { canary: { steps: [{ setWeight: 25 }, gate] } };
  return [
    object('apps/v1', 'Deployment', 'web', { spec: { replicas: 4, selector, template: pods } }),
    object('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: { replicas: 4, workloadRef, strategy } }),
  ];
}

const CANARY = [rollout(), template()];
const golden: readonly (readonly [name: string, objects: readonly Manifest[], flags: readonly string[]])[] = [
  ['good', CANARY, []],
  ['bad-errors', CANARY, ['--scenario', 'bad-errors']],
  ['bad-errors-wide', CANARY, ['--scenario', 'bad-errors', '-o', 'wide']],
  ['blue-green', [blueGreen({ autoPromotionEnabled: false }), template()], []],
  ['blue-green-bad', [blueGreen({ autoPromotionSeconds: 30 }), template()], ['--scenario', 'bad-errors']],
  ['workload-and-gate', referring(), []],
];
for (const [name, objects, flags] of golden) {
  void test(`simulate ${flags.join(' ')} tells ${name}.txt`, async () => {
    const { code, out, err } = await simulated(objects, ...flags);
    assert.deepEqual([code, err], [0, '']);
    const path = join(GOLDEN, `${name}.txt`);
    if (process.env['UPDATE'] === '1') writeFileSync(path, out);
    assert.equal(out, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
  });
}

void test('for machines it is one document with all of it', async () => {
  const flags = ['--scenario', 'bad-errors'] as const;
  const { out } = await simulated([rollout(), template()], ...flags, '-o', 'json');
  const { releases, ...head } = JSON.parse(out) as Document;
  const { simulatedMs, made, ...rest } = head;
  assert.ok(simulatedMs > 60_000 && made.length === 3);
  assert.deepEqual(rest, {
    scenario: 'bad-errors',
    says: 'answers 30% of all requests with an error',
    seed: '1',
    perSecond: 50,
    releasedAt: '2026-01-01T12:00:00Z',
    warnings: [],
  });
  const [release] = releases;
  assert.ok(release !== undefined);
  const sums = (isOld: boolean) =>
    release.samples
      .flatMap(({ versions }) => versions.filter((version) => version.isOld === isOld))
      .reduce((sum, { requests }) => sum + requests, 0);
  assert.deepEqual([sums(true), sums(false)], [release.old.requests, release.new.requests]);
  const times = release.timeline.map(({ atMs }) => atMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.every(Number.isInteger));
});

interface Document {
  readonly simulatedMs: number;
  readonly made: readonly string[];
  readonly releases: readonly {
    readonly old: { readonly requests: number };
    readonly new: { readonly requests: number };
    readonly samples: readonly {
      readonly versions: readonly { readonly isOld: boolean; readonly requests: number }[];
    }[];
    readonly timeline: readonly { readonly atMs: number }[];
  }[];
}

/** What becomes of a release with an analysis of its errors. */
const outcomes: Readonly<Record<keyof typeof SCENARIOS, string>> = {
  good: 'promoted',
  'bad-errors': 'rolled-back',
  'few-errors': 'promoted',
  'late-errors': 'promoted',
  'bad-latency': 'promoted',
  'slow-pods': 'promoted',
  'never-ready': 'rolled-back',
  'crash-loop': 'rolled-back',
  'bad-image': 'rolled-back',
  'low-traffic': 'rolled-back',
  'no-traffic': 'rolled-back',
  'metrics-down': 'rolled-back',
};
const impatient = { progressDeadlineSeconds: 120, progressDeadlineAbort: true };
for (const [scenario, outcome] of Object.entries(outcomes)) {
  void test(`${scenario}: ${outcome}`, async () => {
    const { releases } = await told([rollout({ spec: impatient }), template()], '--scenario', scenario);
    assert.deepEqual(
      releases.map((release) => release.outcome),
      [outcome],
    );
  });
}

void test('the same manifests, flags and seed give the same bytes; another seed gives others', async () => {
  const once = await simulated([rollout(), template()]);
  assert.deepEqual(await simulated([rollout(), template()]), once);
  const other = await simulated([rollout(), template()], '--seed', '2');
  assert.notEqual(other.out, once.out);
  assert.match(other.out, /✔ promoted/);
});

const wrong: readonly (readonly [flags: readonly string[], complaint: RegExp])[] = [
  [['--scenario', 'worse'], /there is no worse; there are good, bad-errors/],
  [['--traffic', 'much'], /--traffic: much is not a rate such as 50rps/],
  [['--until', 'rest'], /--until: rest is not a duration/],
  [['--until', '721h'], /at most 720h/],
  [['--promote-pauses', 'soon'], /neither never nor after=30s/],
  [['--expect', 'success'], /neither promoted nor rolled-back/],
  [['--output', 'yaml'], /none of text, wide, json/],
  [['--web-answer', '{'], /--web-answer is not JSON/],
  [['--image', 'web:2', '--release', 'next.yaml'], /do not go together/],
  [['--nonsense'], /unknown option '--nonsense'/],
];
for (const [flags, complaint] of wrong) {
  void test(`wrong usage is told as such: ${flags.join(' ')}`, async () => {
    const { code, err } = await simulated([rollout(), template()], ...flags);
    assert.equal(code, 2);
    assert.match(err, complaint);
  });
}

const bad: readonly (readonly [what: string, objects: readonly Manifest[], complaint: RegExp])[] = [
  [
    'a mistake',
    [rollout({ canary: { steps: [{ setWeight: 120 }] } })],
    /SetWeight needs to be between 0 and 100/,
  ],
  ['no Rollout', [template()], /there is no Rollout in what was given/],
  ['no template', [rollout()], /AnalysisTemplate "errors" is not among what was given/],
  ['one twice', [rollout(), rollout(), template()], /Rollout default\/web is given twice/],
  ['too many pods', [rollout({ spec: { replicas: 1_000 } }), template()], /1000 pods are more than the 500/],
  [
    'a first version that never works',
    [
      rollout({ pod: { containers: [{ name: 'web', image: 'demo/web:1', command: ['false'] }] } }),
      template(),
    ],
    /the version of Rollout default\/web that was given does not become healthy/,
  ],
];
for (const [what, objects, complaint] of bad) {
  void test(`bad input ends it: ${what}`, async () => {
    const { code, err, out } = await simulated(objects);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, complaint);
  });
}

const expectations: readonly (readonly [flags: readonly string[], code: number, err: string])[] = [
  [['--expect', 'promoted'], 0, ''],
  [['--expect', 'rolled-back'], 1, 'Error: expected rolled-back, and it is promoted\n'],
  [['--scenario', 'bad-errors', '--expect', 'rolled-back'], 0, ''],
];
for (const [flags, code, err] of expectations) {
  void test(`${flags.join(' ')} ends with ${code}`, async () => {
    const ran = await simulated([rollout(), template()], ...flags);
    assert.deepEqual([ran.code, ran.err], [code, err]);
  });
}

void test('what was not given is made up, and said to be', async () => {
  const { made } = await told([rollout(), template()]);
  assert.deepEqual(made, [
    'Service default/web-stable was not given and is made up: the Rollout names Service web-stable',
    'Service default/web-canary was not given and is made up: the Rollout names Service web-canary',
    'Ingress default/web was not given and is made up: the Rollout names Ingress web',
  ]);
});

/** Rollouts and templates that call for a second thought, and what is said of them. */
const warned: readonly (readonly [says: RegExp, objects: readonly Manifest[], flags?: readonly string[]])[] =
  [
    [
      /there is no analysis: only people and readiness probes/,
      [rollout({ canary: { steps: [{ setWeight: 50 }] } })],
    ],
    [/step 2\/2 waits for a person/, [rollout({ canary: { steps: [{ setWeight: 50 }, { pause: {} }] } })]],
    [/one promoted 1m later/, [rollout({ canary: { steps: [{ setWeight: 50 }, { pause: {} }] } })]],
    [/it waits for a person before the switch/, [blueGreen({ autoPromotionEnabled: false }), template()]],
    [/it is judged only behind the switch/, [blueGreen(), template()]],
    [/the pre-promotion analysis counts requests, and users do not visit/, [blueGreen(PRE), template()]],
    [/step 2\/2 waits for people: gate qa: 2 approvals/, referring()],
    [/metric errors cannot fail: it has neither/, [rollout(), template({ successCondition: '' })]],
    [
      /metric errors cannot fail: failureLimit is -1/,
      [rollout(), template({ failureLimit: -1, consecutiveSuccessLimit: 2 })],
    ],
    [
      /the background analysis takes 9m for all its measurements, and the steps after its start only 1m/,
      [
        rollout({
          canary: { steps: [{ setWeight: 50 }, { pause: { duration: '1m' } }], analysis: background() },
        }),
        template({ interval: '1m', count: 10 }),
      ],
    ],
    [
      /step 1\/1 asks for 10%, and 1 of 2 pods are 50%/,
      [rollout({ spec: { replicas: 1 }, canary: { trafficRouting: undefined, steps: [{ setWeight: 10 }] } })],
    ],
    [
      /at this traffic analysis \S+ saw \d+ requests of the new version, about \d\.\d for each measurement/,
      [rollout(), template()],
      ['--traffic', '1rps'],
    ],
    [
      /a version that takes 1\.5 s for an answer instead of 25 ms was promoted/,
      [rollout(), template()],
      ['--scenario', 'bad-latency'],
    ],
    [
      /a query found nothing in all of 1 times: no http_requests_total has app="shop": app has web: /,
      [rollout(), template(asks('sum(rate(http_requests_total{app="shop"}[1m]))'))],
    ],
    [
      /a query found nothing in all of 1 times: the simulation has no metric orders_total/,
      [rollout(), template(asks('sum(rate(orders_total[1m]))'))],
    ],
    [/a query cannot be evaluated: .*: sum\(rate\(/, [rollout(), template(asks('sum(rate('))]],
    [
      /web metrics were answered with \{"ok":true/,
      [
        rollout(),
        template({
          provider: { web: { url: 'https://ci.example.com/gate', jsonPath: '{$.ok}' } },
          successCondition: 'result == true',
        }),
      ],
    ],
  ];
for (const [says, objects, flags = []] of warned) {
  void test(`it is worth knowing: ${says.source}`, async () => {
    const { warnings } = await told(objects, ...flags);
    assert.ok(
      warnings.some((warning) => says.test(warning)),
      warnings.join('\n'),
    );
  });
}

function background(): object {
  return {
    templates: [{ templateName: 'errors' }],
    args: [{ name: 'service', value: 'web-canary' }],
    startingStep: 1,
  };
}

/** A metric of one measurement that is successful whenever it finds a number. */
function asks(query: string): object {
  const successCondition = 'len(result) > 0 && !isNaN(result[0])';
  return { count: 1, interval: undefined, successCondition, provider: { prometheus: { query } } };
}

/** Queries as they stand in documents of applications, proxies and meshes: all of them find something. */
const queries: readonly string[] = [
  'sum(rate(http_requests_total{service="web-canary",status!~"5.."}[1m]))',
  'sum(rate(http_requests_total{namespace="default",pod=~"web-.*",code="200"}[1m]))',
  'sum(rate(http_requests_total{job="web-canary",instance=~".+:8080",status_code=~"2.."}[1m]))',
  'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="web-canary"}[1m])))',
  'sum(rate(http_request_duration_seconds_sum{app="web"}[1m])) / sum(rate(http_request_duration_seconds_count{app="web"}[1m]))',
  'sum(rate(http_server_requests_seconds_count{service="web-canary",outcome="SUCCESS"}[1m]))',
  'histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket[1m])))',
  'sum(irate(istio_requests_total{reporter="source",destination_service=~"web-canary.default.svc.cluster.local",response_code!~"5.*"}[1m]))',
  'histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload="web"}[1m]))) / 1000',
  'sum(rate(response_total{classification="success",deployment="web"}[1m]))',
  'sum(rate(nginx_ingress_controller_requests{ingress="web",namespace="default",status!~"[4-5].*"}[1m]))',
  'sum(rate(nginx_ingress_controller_requests{exported_namespace="default",canary=~"default-web-canary-.+"}[1m]))',
  'histogram_quantile(0.95, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket{canary!=""}[1m])))',
  'min(up{service="web-canary"})',
];
for (const query of queries) {
  void test(`this query finds something: ${query}`, async () => {
    const { releases, warnings } = await told([rollout(), template(asks(query))]);
    assert.deepEqual(warnings, []);
    assert.equal(releases[0]?.outcome, 'promoted');
  });
}

void test('a query finds a metric whose name is the default of an argument', async () => {
  const { spec, ...rest } = template(asks('sum(rate({{args.metric}}{service="web-canary"}[1m]))'));
  const args = [{ name: 'service' }, { name: 'metric', value: 'http_server_requests_seconds_count' }];
  const { releases, warnings } = await told([
    rollout(),
    { ...rest, spec: { ...(spec as object), args } } as Manifest,
  ]);
  assert.deepEqual(warnings, []);
  assert.equal(releases[0]?.outcome, 'promoted');
});

/** The image that a new version gets. */
const images: readonly (readonly [before: string, flags: readonly string[], after: string])[] = [
  ['demo/web:1', [], 'demo/web:2'],
  ['registry:5000/web:v1.28.9', [], 'registry:5000/web:v1.28.10'],
  ['demo/web:2026-01-09', [], 'demo/web:2026-01-10'],
  ['demo/web', [], 'demo/web:next'],
  ['demo/web:latest', [], 'demo/web:next'],
  ['demo/web@sha256:0123', [], 'demo/web:next'],
  ['demo/web:1', ['--image', 'demo/web:7'], 'demo/web:7'],
  ['demo/web:1', ['--image', 'web=other:7'], 'other:7'],
];
for (const [before, flags, after] of images) {
  void test(`${before} ${flags.join(' ')} is followed by ${after}`, async () => {
    const pod = { containers: [{ name: 'web', image: before }] };
    const { out } = await simulated([rollout({ canary: { steps: [] }, pod })], ...flags);
    assert.match(out, new RegExp(`revision 2 is released: ${before} → ${after}\n`));
  });
}

void test('manifests of the new version may be given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-simulate-'));
  try {
    const file = join(folder, 'next.yaml');
    const next = rollout({
      canary: { steps: [{ setWeight: 50 }] },
      pod: { containers: [{ name: 'web', image: 'demo/web:9' }] },
    });
    writeFileSync(file, stringify(next));
    const { out } = await simulated([rollout(), template()], '--release', file);
    assert.match(out, /demo\/web:1 → demo\/web:9/);
    assert.match(out, /step 1\/1: setWeight: 50/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

void test('a metric of a service that is not simulated is taken for good, and said to be', async () => {
  const metric = {
    provider: { newRelic: { query: 'FROM Metric SELECT 1' } },
    successCondition: 'result.rate > 0.9',
    failureCondition: 'result.rate < 0.5',
  };
  const { releases, made, warnings } = await told([rollout(), template(metric)]);
  assert.deepEqual(
    made.filter((text) => text.startsWith('metric')),
    ['metric errors asks newRelic, which is not simulated: it is taken for good here'],
  );
  assert.equal(releases[0]?.outcome, 'promoted');
  assert.deepEqual(
    warnings.filter((text) => /web metrics|message|cannot fail/.test(text)),
    [],
  );
});

void test('a Deployment of the next version may be given alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-simulate-'));
  try {
    const file = join(folder, 'next.yaml');
    const [deployment] = referring();
    const text = stringify(deployment).replace('demo/web:1', 'demo/web:9');
    writeFileSync(file, text);
    const { out, err } = await simulated(referring(), '--release', file);
    assert.equal(err, '');
    assert.match(out, /demo\/web:1 → demo\/web:9/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

void test('configuration that is versioned is released, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-simulate-'));
  try {
    const pod = {
      containers: [{ name: 'web', image: 'demo/web:1', envFrom: [{ configMapRef: { name: 'web' } }] }],
    };
    const plain = rollout({ canary: { steps: [{ setWeight: 50 }] }, pod });
    const annotations = { 'sluice.dev/versioned-configuration': 'true' };
    const versioned = { ...plain, metadata: { ...plain.metadata, annotations } };
    const map = (greeting: string) => object('v1', 'ConfigMap', 'web', { data: { greeting } });
    const file = join(folder, 'next.yaml');
    writeFileSync(file, stringify(map('good evening')));
    const { out, err } = await simulated([versioned, map('hello')], '--release', file);
    assert.equal(err, '');
    assert.match(out, /revision 2 is released/);
    assert.match(out, /✔ promoted/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

void test('nobody promotes when nobody is to', async () => {
  const objects = [rollout({ canary: { steps: [{ setWeight: 50 }, { pause: {} }] } })];
  const { releases } = await told(objects, '--promote-pauses', 'never');
  assert.equal(releases[0]?.outcome, 'waiting');
});

void test('it ends with the time that is given to it', async () => {
  const objects = [rollout({ canary: { steps: [{ setWeight: 50 }, { pause: { duration: '12h' } }] } })];
  const { releases } = await told(objects, '--until', '10m', '--traffic', '0');
  assert.equal(releases[0]?.outcome, 'unfinished');
});

void test('what decides where pods are does not matter here', async () => {
  const pod = {
    nodeSelector: { disk: 'ssd' },
    initContainers: [{ name: 'migrate', image: 'demo/migrate:1', command: ['python', 'migrate.py'] }],
    containers: [{ name: 'web', image: 'demo/web:1', resources: { limits: { 'nvidia.com/gpu': 8 } } }],
  };
  const { releases } = await told([rollout({ canary: { steps: [] }, pod })]);
  assert.equal(releases[0]?.outcome, 'promoted');
});

void test('Ctrl-C ends it', async () => {
  const stdin = [rollout(), template()].map((one) => stringify(one)).join('---\n');
  const line = harness({ stdin });
  const running = line.run('simulate', '-f', '-');
  setImmediate(() => line.interrupt());
  assert.equal((await running).code, 130);
});

void test('colours and the width are those of the terminal', async () => {
  const stdin = [rollout(), template()].map((one) => stringify(one)).join('---\n');
  const { out } = await harness({ stdin, terminal: { columns: 60, rows: 24 } }).run('simulate', '-f', '-');
  const plain = stripVTControlCharacters(out);
  assert.notEqual(plain, out);
  const chart = plain.split('\n').find((line) => line.startsWith('new pods')) ?? '';
  assert.ok(chart !== '' && chart.length <= 60, chart);
});

void test('the help names every scenario', async () => {
  const { out } = await harness().run('simulate', '--help');
  for (const name of Object.keys(SCENARIOS)) assert.match(out, new RegExp(`\\b${name}\\b`));
});

void test('it is loaded only when it is asked for', () => {
  const declared = readFileSync(join(ROOT, 'src/cli/declare/simulate.ts'), 'utf8');
  assert.match(declared, /await import\('\.\.\/commands\/simulate\.ts'\)/);
  assert.doesNotMatch(declared, /^import (?!type).*commands\/simulate/m);
});
