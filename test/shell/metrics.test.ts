import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, AnalysisTemplate } from '../../src/api/analysis.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import type { Clock } from '../../src/shell/clock.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import { Metrics } from '../../src/shell/metrics/metrics.ts';
import { printFamily } from '../../src/shell/metrics/text.ts';
import type { Pass } from '../../src/shell/queue.ts';
import { Queue } from '../../src/shell/queue.ts';
import { makeStores } from '../../src/shell/stores.ts';

const API = 'argoproj.io/v1alpha1';

function rollout(name: string, spec: object, status: object): Rollout & KubeObject {
  const metadata = { name, namespace: 'shop', uid: name, resourceVersion: '1' };
  return { apiVersion: API, kind: 'Rollout', metadata, spec, status } as Rollout & KubeObject;
}

function progressing(reason: string): object {
  return { conditions: [{ type: 'Progressing', status: 'True', reason }] };
}

const canary = { strategy: { canary: {} } };

function lab() {
  const time = { ms: 0 };
  const clock: Clock = { now: () => time.ms, elapsed: () => time.ms, after: () => () => {} };
  const stores = makeStores(() => {});
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' }, clock);
  const queue = new Queue({ handle: () => Promise.resolve(null), workers: 1 });
  metrics.show({ stores, queues: { rollout: queue }, isLeading: () => true });
  /** Lines of a name, without those that begin with #. */
  const lines = async (name: string): Promise<readonly string[]> => {
    const { body } = await metrics.page();
    return body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  };
  return { time, stores, metrics, queue, lines };
}

const phases: readonly [why: string, rollout: Rollout & KubeObject, labels: string][] = [
  [
    'a new one progresses',
    rollout('a', canary, {}),
    'strategy="canary",traffic_router="",phase="Progressing"',
  ],
  [
    'all pods are there',
    rollout('a', canary, progressing('NewReplicaSetAvailable')),
    'strategy="canary",traffic_router="",phase="Completed"',
  ],
  [
    'paused, with NGINX',
    rollout(
      'a',
      { strategy: { canary: { trafficRouting: { nginx: { stableIngress: 'x' } } } } },
      progressing('RolloutPaused'),
    ),
    'strategy="canary",traffic_router="Nginx",phase="Paused"',
  ],
  [
    'aborted, with a plugin',
    rollout(
      'a',
      { strategy: { canary: { trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': {} } } } } },
      progressing('RolloutAborted'),
    ),
    'strategy="canary",traffic_router="argoproj-labs/gatewayAPI",phase="Abort"',
  ],
  [
    'late, blue-green',
    rollout('a', { strategy: { blueGreen: {} } }, progressing('ProgressDeadlineExceeded')),
    'strategy="blueGreen",traffic_router="",phase="Timeout"',
  ],
  [
    'wrong, whatever else is said',
    rollout(
      'a',
      {},
      { conditions: [{ type: 'InvalidSpec' }, { type: 'Progressing', reason: 'RolloutPaused' }] },
    ),
    'strategy="none",traffic_router="",phase="InvalidSpec"',
  ],
];

for (const [why, object, labels] of phases)
  void test(`rollout_info: ${why}`, async () => {
    const { stores, lines } = lab();
    stores.rollouts.replace([object], '1');
    assert.deepEqual(await lines('rollout_info'), [`rollout_info{namespace="shop",name="a",${labels}} 1`]);
  });

void test('counts of pods are those of the status, and go with the object', async () => {
  const { stores, lines } = lab();
  const status = { replicas: 7, availableReplicas: 5, updatedReplicas: 2 };
  stores.rollouts.replace([rollout('a', { ...canary, replicas: 6 }, status)], '1');
  const read = async (what: string) =>
    (await lines(`rollout_info_replicas_${what}`)).map((l) => l.split(' ')[1]);
  const seen = await Promise.all(['available', 'unavailable', 'desired', 'updated'].map(read));
  assert.deepEqual(seen.flat(), ['5', '2', '6', '2']);
  stores.rollouts.replace([], '2');
  assert.deepEqual(await lines('rollout_info'), []);
  assert.deepEqual(await read('desired'), []);
});

void test('analysis runs and templates: phase, and provider of each metric', async () => {
  const { stores, lines } = lab();
  const metrics = [
    { name: 'errors', provider: { prometheus: {} } },
    { name: 'page', provider: { web: {} } },
  ];
  const metadata = { name: 'r', namespace: 'shop', uid: 'r', resourceVersion: '1' };
  const status = { phase: 'Failed', metricResults: [{ name: 'errors', phase: 'Failed', dryRun: true }] };
  const run = { apiVersion: API, kind: 'AnalysisRun', metadata, spec: { metrics }, status };
  stores.runs.replace([run as unknown as AnalysisRun & KubeObject], '1');
  const template = { ...run, kind: 'AnalysisTemplate', status: undefined };
  stores.templates.replace([template as unknown as AnalysisTemplate & KubeObject], '1');
  const name = 'namespace="shop",name="r"';
  assert.deepEqual(await lines('analysis_run_info'), [`analysis_run_info{${name},phase="Failed"} 1`]);
  assert.deepEqual(await lines('analysis_run_metric_type'), [
    `analysis_run_metric_type{${name},metric="errors",type="Prometheus"} 1`,
    `analysis_run_metric_type{${name},metric="page",type="Web"} 1`,
  ]);
  assert.deepEqual(await lines('analysis_run_metric_phase'), [
    `analysis_run_metric_phase{${name},metric="errors",type="Prometheus",dry_run="true",phase="Failed"} 1`,
  ]);
  assert.deepEqual(await lines('analysis_template_info'), [`analysis_template_info{${name}} 1`]);
  assert.equal((await lines('analysis_template_metric_info')).length, 2);
});

void test('what comparisons have found is that of the newest look', async () => {
  const { stores, lines } = lab();
  const plugin = { 'sluice/compare': {} };
  const value = '{"e":44.4,"threshold":100,"ratio":null,"excess":12}';
  const run = {
    apiVersion: API,
    kind: 'AnalysisRun',
    metadata: { name: 'r', namespace: 'shop', uid: 'r', resourceVersion: '1' },
    spec: {
      metrics: [
        { name: 'errors', provider: { plugin } },
        { name: 'slow', provider: { plugin } },
      ],
    },
    status: {
      phase: 'Running',
      metricResults: [
        {
          name: 'errors',
          phase: 'Running',
          measurements: [{ phase: 'Successful', value }, { phase: 'Error' }],
        },
      ],
    },
  };
  stores.runs.replace([run as unknown as AnalysisRun & KubeObject], '1');
  const labels = '{namespace="shop",name="r",metric="errors"}';
  assert.deepEqual(await lines('rollout_analysis_evalue'), [`rollout_analysis_evalue${labels} 44.4`]);
  assert.deepEqual(await lines('rollout_analysis_threshold'), [`rollout_analysis_threshold${labels} 100`]);
  assert.deepEqual(await lines('rollout_analysis_rate_ratio'), []);
  const excess = 'rollout_analysis_excess_bad_requests_total';
  assert.deepEqual(await lines(excess), [`${excess}${labels} 12`]);
});

void test('events are counted by rollout, and forgotten a while after it is gone', async () => {
  const { time, stores, metrics, lines } = lab();
  const object = rollout('a', canary, {});
  stores.rollouts.replace([object], '1');
  const note = { type: 'Normal', reason: 'RolloutCompleted', message: '' } as const;
  metrics.told(object, [note, note]);
  const line = 'rollout_events_total{namespace="shop",name="a",type="Normal",reason="RolloutCompleted"} 2';
  assert.deepEqual(await lines('rollout_events_total'), [line]);
  stores.rollouts.replace([], '2');
  assert.deepEqual(await lines('rollout_events_total'), [line]);
  time.ms += 64_000;
  assert.deepEqual(await lines('rollout_events_total'), [line]);
  time.ms += 1_000;
  assert.deepEqual(await lines('rollout_events_total'), []);
});

void test('passes are counted by queue, failures by object, requests by kind and verb', async () => {
  const { stores, metrics, lines } = lab();
  stores.rollouts.replace([rollout('a', canary, {})], '1');
  const pass = { key: 'shop/a', priority: 'event', milliseconds: 20 } as const;
  const failed: Pass['outcome'] = { kind: 'failed', error: new Error('x'), attempt: 1, retryMs: 5 };
  metrics.passed('rollout', { ...pass, outcome: { kind: 'done', wakeAt: null } });
  metrics.passed('rollout', { ...pass, outcome: failed });
  metrics.asked({ resource: 'rollouts', verb: 'patch', code: '409', milliseconds: 1 });
  assert.deepEqual(await lines('rollout_reconcile_count'), ['rollout_reconcile_count 2']);
  assert.deepEqual(await lines('rollout_reconcile_error'), [
    'rollout_reconcile_error{namespace="shop",name="a"} 1',
  ]);
  assert.deepEqual(await lines('workqueue_retries_total'), ['workqueue_retries_total{name="rollout"} 1']);
  assert.deepEqual(await lines('controller_clientset_k8s_request_total'), [
    'controller_clientset_k8s_request_total{kind="rollouts",verb="Patch",status_code="409"} 1',
  ]);
});

void test('a release that ends is measured once, by how it ended', async () => {
  const { metrics, lines } = lab();
  const begun = { rolloutStartedAt: '2026-11-21T10:00:00Z', totalManualPauseDurationSeconds: 40 };
  const ended = { ...begun, finishedAt: '2026-11-21T10:01:40Z', completionStatus: 'Aborted' };
  const before = rollout('a', canary, { duration: begun });
  const after = rollout('a', canary, { duration: ended });
  let passedOn = 0;
  const onChange = metrics.before(() => {
    passedOn += 1;
  });
  for (const [from, to] of [
    [null, after],
    [before, before],
    [before, after],
    [after, after],
    [after, null],
  ] as const)
    onChange('rollouts', 'shop/a', from, to);
  assert.equal(passedOn, 5);
  const sums = await Promise.all(
    ['rollout', 'rollout_progression', 'rollout_manual_pause'].map((name) =>
      lines(`${name}_duration_seconds_sum`),
    ),
  );
  assert.deepEqual(sums.flat(), [
    'rollout_duration_seconds_sum{status="Aborted"} 100',
    'rollout_progression_duration_seconds_sum{status="Aborted"} 60',
    'rollout_manual_pause_duration_seconds_sum{status="Aborted"} 40',
  ]);
  assert.deepEqual(await lines('rollout_duration_seconds_count'), [
    'rollout_duration_seconds_count{status="Aborted"} 1',
  ]);
});

void test('what runs here, and how its queues stand', async () => {
  const { queue, lines } = lab();
  queue.add('shop/a', 'user');
  const [build = ''] = await lines('argo_rollouts_controller_info');
  assert.match(build, /version="1\.2\.3",goversion="node v\d+\.\d+\.\d+",goarch="\w+",commit="abc"\} 1$/);
  assert.deepEqual(await lines('workqueue_depth'), ['workqueue_depth{name="rollout"} 1']);
  assert.deepEqual(await lines('workqueue_adds_total'), ['workqueue_adds_total{name="rollout"} 1']);
  assert.deepEqual(await lines('leader_election_master_status'), [
    'leader_election_master_status{name="sluice"} 1',
  ]);
  assert.equal((await lines('process_resident_memory_bytes')).length, 1);
});

void test('values of labels are escaped', () => {
  const samples = [{ labels: { name: 'a"b\\c\nd' }, value: 1 }];
  assert.equal(
    printFamily({ name: 'x', kind: 'gauge', help: 'X.', samples }),
    '# HELP x X.\n# TYPE x gauge\nx{name="a\\"b\\\\c\\nd"} 1\n',
  );
});
