import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { harness } from './support/harness.ts';

const LABELS = { app: 'shop' };

function object(apiVersion: string, kind: string, body: object, metadata: object = {}): Manifest {
  return { apiVersion, kind, metadata: { name: 'shop', namespace: 'shop', uid: kind, ...metadata }, ...body };
}

function deployment(spec: object = {}, metadata: object = {}): Manifest {
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'app', image: 'shop:1' }] } };
  const whole = { replicas: 2, selector: { matchLabels: LABELS }, template, ...spec };
  return object('apps/v1', 'Deployment', { spec: whole }, metadata);
}

function rollout(spec: object = {}, status: object = {}): Manifest {
  const rest = {
    observedGeneration: '1',
    phase: 'Healthy',
    stableRS: 'aaa',
    currentPodHash: 'aaa',
    ...status,
  };
  return object(
    'argoproj.io/v1alpha1',
    'Rollout',
    { spec: { replicas: 2, strategy: { canary: {} }, ...spec }, status: rest },
    { generation: 1 },
  );
}

function canary(spec: object): Manifest {
  return object('flagger.app/v1beta1', 'Canary', { spec });
}

function service(name: string, selector: object): Manifest {
  return object('v1', 'Service', { spec: { selector, ports: [{ port: 80 }] } }, { name });
}

const OWN = { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: {} } };
const BY_REFERENCE = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' } };
const MADE_BY = (kind: string) => ({
  ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'boss', uid: 'u', controller: true }],
});

const rows: Readonly<Record<string, readonly [args: string, objects: readonly Manifest[], err: RegExp]>> = {
  'nothing to migrate': [
    '',
    [],
    /^Error: migrate what\? Say deployment\/NAME, rollout\/NAME or canary\/NAME, or give files with -f\n$/,
  ],
  'a kind that it does not know': [
    'pod/shop',
    [],
    /^Error: pod\/shop: say deployment\/NAME, rollout\/NAME or canary\/NAME\n$/,
  ],
  'a name without a kind': ['shop', [], /^Error: shop: say deployment\/NAME/],
  'a Deployment that is not there': ['deployment/shop', [], /^Error: deployments\.apps "shop" not found\n$/],
  'a Rollout that is not there': [
    'rollout/shop --to deployment',
    [],
    /^Error: rollouts\.argoproj\.io "shop" not found\n$/,
  ],
  'a Canary that is not there': ['canary/shop', [], /^Error: canaries\.flagger\.app "shop" not found\n$/],
  'a Rollout without a destination': ['rollout/shop', [], /say what it is to become: --to deployment\n$/],
  'a Deployment with a destination': ['deployment/shop --to deployment', [], /--to is for a Rollout/],
  'an unknown destination': ['rollout/shop --to statefulset', [], /Allowed choices are deployment/],
  'a patience that is none': [
    'deployment/shop --timeout soon',
    [],
    /^Error: --timeout: soon is not a duration such as 10m\n$/,
  ],
  'to delete without doing anything': [
    'deployment/shop --by copy --delete',
    [],
    /^Error: --delete needs --apply\n$/,
  ],
  'to delete what is referred to': [
    'deployment/shop --apply --delete',
    [],
    /^Error: --delete needs --by copy: a Rollout that refers to a Deployment cannot be without it\n$/,
  ],
  'to force an arrival': [
    'deployment/shop --force stable',
    [],
    /--force is for leaving in the middle of an update/,
  ],
  'to apply files': ['-f - --apply', [], /--apply works on what is in a cluster/],
  'to apply a Canary': [
    'canary/shop --apply',
    [],
    /a Canary is not migrated by --apply, as Flagger has its hand on the pods/,
  ],
  'a Deployment of Flagger': [
    'deployment/shop',
    [deployment({}, MADE_BY('Canary'))],
    /deployment\/shop is made by Canary boss; migrate that one instead: kubectl sluice migrate canary\/boss\n$/,
  ],
  'a Deployment of an operator': [
    'deployment/shop',
    [deployment({}, MADE_BY('Database'))],
    /is made by Database boss; migrate that one instead\n$/,
  ],
  'blue-green without a Service': [
    'deployment/shop --strategy blueGreen',
    [deployment()],
    /blueGreen needs a Service, and none selects its pods/,
  ],
  'a Service that selects other pods': [
    'deployment/shop --service other',
    [deployment()],
    /^Error: --service: there is no Service "other" that selects these pods\n$/,
  ],
  'a Service in the way': [
    'deployment/shop --strategy blueGreen --apply',
    [deployment(), service('shop', LABELS), service('shop-preview', { app: 'other' })],
    /^Error: service\/shop-preview is there and does not select what service\/shop selects/,
  ],
  'a Rollout in the way, by reference': [
    'deployment/shop --apply',
    [deployment(), rollout(OWN)],
    /rollout 'shop' is there already and has a template of its own, which is not what --by reference makes/,
  ],
  'a Rollout in the way, by copy': [
    'deployment/shop --by copy --apply',
    [deployment(), rollout(BY_REFERENCE)],
    /is there already and refers to Deployment shop, which is not what --by copy makes/,
  ],
  'to leave in the middle of an update': [
    'rollout/shop --to deployment',
    [rollout(OWN, { currentPodHash: 'bbb', phase: 'Paused', message: 'CanaryPauseStep' })],
    /^Error: rollout 'shop' has two versions at the moment \(Paused - CanaryPauseStep\)\. Wait for its end, or say which one is to stay: --force stable, or --force latest\n$/,
  ],
  'to leave before anything was released': [
    'rollout/shop --to deployment',
    [rollout(OWN, { stableRS: '', currentPodHash: '', phase: 'Progressing' })],
    /has two versions at the moment/,
  ],
  'to leave for a paused Deployment': [
    'rollout/shop --to deployment',
    [rollout(BY_REFERENCE), deployment({ paused: true })],
    /deployment\/shop is paused and would start an older version: kubectl rollout resume deployment shop\n$/,
  ],
  'to leave for a Deployment of other pods': [
    'rollout/shop --to deployment',
    [rollout(OWN), deployment({ selector: { matchLabels: { app: 'other' } } })],
    /deployment\/shop is there and selects other pods/,
  ],
  'a DaemonSet of Flagger': [
    'canary/shop',
    [canary({ targetRef: { kind: 'DaemonSet', name: 'shop' } })],
    /^Error: canary\/shop steers a DaemonSet, and a Rollout takes the place of Deployments only; it stays with Flagger\n$/,
  ],
  'a Canary of nothing': ['canary/shop', [canary({})], /spec\.targetRef\.name is missing/],
};

void describe('migrate refuses', () => {
  for (const [name, [args, objects, err]] of Object.entries(rows))
    void test(name, async () => {
      const given = harness({ objects });
      const ran = await given.run('migrate', ...args.split(' ').filter((arg) => arg !== ''));
      assert.deepEqual([ran.code, ran.out], [1, '']);
      assert.match(ran.err, err);
      assert.deepEqual(given.store.requests, [], 'nothing is written');
    });

  const DEPLOYMENT = `kind: Deployment
metadata: {name: a, namespace: here}
spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}}}
`;
  const files: Readonly<Record<string, readonly [stdin: string, args: string, err: RegExp]>> = {
    'files without a workload': [
      'kind: Service\nmetadata: {name: a}\n',
      '',
      /there is neither a Canary nor a Deployment/,
    ],
    'files without manifests': ['a: b\n', '', /there are no manifests in these files/],
    'text that is no YAML': ['a: [b\n', '', /^Error: <stdin>:/],
    'two at once': [
      'kind: Deployment\nmetadata: {name: a}\n---\nkind: Deployment\nmetadata: {name: b}\n',
      '',
      /there are 2 of them in these files: say which one, such as deployment\/a/,
    ],
    'one that is not in the files': [
      'kind: Deployment\nmetadata: {name: a}\n',
      'deployment/b',
      /there is no Deployment "b"/,
    ],
    'what is in another namespace': [
      `${DEPLOYMENT}---\nkind: Service\nmetadata: {name: a, namespace: there}\nspec: {selector: {app: a}}\n`,
      '--strategy blueGreen',
      /blueGreen needs a Service, and none selects its pods/,
    ],
    'a Rollout in files': [
      'kind: Rollout\nmetadata: {name: a}\n',
      'rollout/a',
      /which version it has is known in its cluster only/,
    ],
  };
  for (const [name, [stdin, args, err]] of Object.entries(files))
    void test(name, async () => {
      const ran = await harness({ stdin }).run(
        'migrate',
        '-f',
        '-',
        ...args.split(' ').filter((arg) => arg !== ''),
      );
      assert.deepEqual([ran.code, ran.out], [1, '']);
      assert.match(ran.err, err);
    });
});

void describe('migrate is completed', () => {
  const complete = async (...words: readonly string[]) => {
    const { out } = await harness({ objects: [deployment(), rollout()] }).run(
      '__complete',
      'migrate',
      ...words,
    );
    return out.trim().split('\n');
  };

  void test('with the kinds, then with names', async () => {
    assert.deepEqual(await complete(''), ['deployment/', 'rollout/', 'canary/', ':4']);
    assert.deepEqual(await complete('dep'), ['deployment/', ':4']);
    assert.deepEqual(await complete('deployment/'), ['deployment/shop', ':4']);
    assert.deepEqual(await complete('rollout/s'), ['rollout/shop', ':4']);
  });

  void test('with the words that options take', async () => {
    assert.deepEqual(await complete('deployment/shop', '--by', ''), ['reference', 'copy', ':4']);
    assert.deepEqual(await complete('deployment/shop', '--strategy', 'b'), ['blueGreen', ':4']);
    assert.deepEqual(await complete('-f', ''), [':0']);
  });
});

void test('what may not be read is told', async () => {
  const given = harness({ objects: [deployment()] });
  given.store.refuse('services');
  const { code, err } = await given.run('migrate', 'deployment/shop');
  assert.equal(code, 0);
  assert.match(err, /Note:\n {2}- services x: services is forbidden|Note:\n {2}- services is forbidden/);
});
