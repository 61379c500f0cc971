import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobMetric } from '../../src/api/providers.ts';
import { jobManifest, jobName } from '../../src/providers/job-manifest.ts';

// What a Job is called and made of. How it is measured is in test/sim/job-metric.test.ts.

const uid = '0b8dd6a3-7b1c-4f4f-8f3e-3a1b2c3d4e5f';
const run = { name: 'run', namespace: 'shop', uid };

// The name of a metric, and what stands between the uid and the number.
const names: readonly (readonly [string, string])[] = [
  ['check', 'check'],
  ['a-b-1', 'a-b-1'],
  ['exactly-twenty-four-chars', 'exactly-twenty-<hash>'],
  ['exactly-twenty-four-char', 'exactly-twenty-four-char'],
  ['Success Rate', 'success-rate-<hash>'],
  ['success_rate', 'success-rate-<hash>'],
  ['-', '<hash>'],
  ['größe', 'gr-e-<hash>'],
  ['a.b', 'a-b-<hash>'],
];

for (const [metric, expected] of names)
  void test(`the Job of a metric called ${metric}`, () => {
    const name = jobName({ run, metric, number: 1 });
    assert.ok(name.length <= 63, `${name.length} characters`);
    assert.match(name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    const between = name.slice(uid.length + 1, -2);
    const hash = expected.includes('<hash>') ? between.slice(expected.indexOf('<hash>')) : '<hash>';
    assert.equal(between.replace(hash, '<hash>'), expected);
  });

void test('metrics that are written alike have different Jobs', () => {
  const all = ['success_rate', 'Success Rate', 'success rate', 'success-rate'];
  assert.equal(new Set(all.map((metric) => jobName({ run, metric, number: 1 }))).size, all.length);
});

const metric: JobMetric = {
  metadata: {
    labels: { purpose: 'check', 'analysisrun.argoproj.io/uid': 'x' },
    annotations: { note: 'n', 'analysisrun.argoproj.io/name': 'x' },
  },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: { app: 'check' }, annotations: { 'sidecar.istio.io/inject': 'false' } },
      spec: { serviceAccountName: 'checker', containers: [{ name: 'main', image: 'a:1' }] },
    },
  },
};
const mark = { 'analysisrun.argoproj.io/uid': uid };

void test('a Job is as its metric says, and leads to its run', () => {
  const { apiVersion, kind, metadata, spec } = jobManifest(
    metric,
    { run, metric: 'check', number: 2 },
    'shop',
  );
  assert.deepEqual([apiVersion, kind], ['batch/v1', 'Job']);
  assert.deepEqual(metadata, {
    name: `${uid}.check.2`,
    namespace: 'shop',
    labels: { purpose: 'check', ...mark },
    annotations: {
      note: 'n',
      'analysisrun.argoproj.io/name': 'run',
      'analysisrun.argoproj.io/namespace': 'shop',
      'analysisrun.argoproj.io/metric-name': 'check',
    },
    ownerReferences: [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisRun',
        name: 'run',
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  assert.deepEqual(spec, {
    backoffLimit: 0,
    template: {
      metadata: {
        labels: { app: 'check', ...mark },
        annotations: { 'sidecar.istio.io/inject': 'false' },
      },
      spec: {
        serviceAccountName: 'checker',
        containers: [{ name: 'main', image: 'a:1' }],
        restartPolicy: 'Never',
      },
    },
  });
});

void test('a policy for restarts stays, and a Job in another namespace has no owner', () => {
  const template = { spec: { restartPolicy: 'OnFailure', containers: [] } };
  const { metadata, spec } = jobManifest({ spec: { template } }, { run, metric: 'check', number: 1 }, 'jobs');
  assert.deepEqual([metadata.namespace, metadata.ownerReferences], ['jobs', undefined]);
  assert.deepEqual(spec?.['template'], { metadata: { labels: mark }, ...template });
});
