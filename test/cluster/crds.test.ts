import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Bed, startBed } from './bed/bed.ts';
import { ApiError, type KubeObject, type Manifest } from './bed/client.ts';

/** A pod template as users wrote it, and as the API that we are compatible with stored it (absent: unchanged). */
interface Stored {
  readonly name: string;
  readonly input: object;
  readonly stored?: object;
}

const TEMPLATES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../api/vectors/stored-templates.json'), 'utf8'),
) as readonly Stored[];

const SELECTOR = { matchLabels: { app: 'h' } };
const STRATEGY = { canary: { steps: [{ setWeight: 50 }] } };
const TEMPLATE = { metadata: { labels: { app: 'h' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };

void describe('the CRDs in a real API server', () => {
  let bed: Bed;
  let namespace: string;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('crds');
  });
  after(() => bed?.stop());

  const rollout = (name: string, spec: object): Manifest => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace },
    spec,
  });
  const withTemplate = (name: string, template: object) =>
    rollout(name, { selector: SELECTOR, strategy: STRATEGY, template });
  const refusal = async (manifest: Manifest): Promise<string> => {
    const error = await bed.api.create(manifest).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ApiError, 'the API server accepted it');
    return error.message;
  };

  // What we keep and the other API drops. Unknown fields of a pod spec: a newer Kubernetes may know them.
  // `creationTimestamp: null`: server-side apply takes it only if null is a value. None of it enters the hash.
  const metadata = { labels: { app: 'h' }, creationTimestamp: null };
  const kept: Readonly<Record<string, object>> = {
    'metadata-creation-null': { ...TEMPLATES.find((t) => t.name === 'minimal')?.input, metadata },
    nulls: { ...TEMPLATES.find((t) => t.name === 'nulls')?.stored, metadata },
    'unknown-fields': {
      metadata: { labels: { app: 'h' } },
      spec: {
        containers: [{ name: 'app', image: 'demo/app:1', flavour: 'x', resources: { weight: 1 } }],
        mood: { a: 1 },
      },
    },
  };

  for (const { name, input, stored = input } of TEMPLATES) {
    void test(`stores the pod template as expected: ${name}`, async () => {
      const object = await bed.api.create(withTemplate(name, input));
      assert.deepEqual((object['spec'] as { template: object }).template, kept[name] ?? stored);
    });
  }

  void test('server-side apply takes a template with creationTimestamp: null', async () => {
    const object = await bed.api.apply(withTemplate('ssa-null', { ...TEMPLATE, metadata }));
    assert.deepEqual((object['spec'] as { template: object }).template, { ...TEMPLATE, metadata });
  });

  const refused: readonly (readonly [what: string, manifest: () => Manifest, text: RegExp])[] = [
    [
      'a negative number of pods',
      () => rollout('r', { replicas: -1, strategy: STRATEGY }),
      /spec\.replicas.*non-neg/,
    ],
    [
      'blueGreen without activeService',
      () => rollout('r', { strategy: { blueGreen: { previewService: 'p' } } }),
      /spec\.strategy\.blueGreen\.activeService: Required value/,
    ],
    [
      'a number for an image',
      () => withTemplate('r', { spec: { containers: [{ name: 'a', image: 5 }] } }),
      /containers\[0\]\.image/,
    ],
    [
      'a pause that is a list',
      () => rollout('r', { strategy: { canary: { steps: [{ pause: [] }] } } }),
      /pause/,
    ],
    [
      'a fraction of a percent',
      () => rollout('r', { strategy: { canary: { steps: [{ setWeight: 0.5 }] } } }),
      /setWeight/,
    ],
  ];
  for (const [what, manifest, text] of refused) {
    void test(`refuses ${what}`, async () => assert.match(await refusal(manifest()), text));
  }

  void test('refuses another selector, once there is one', async () => {
    await bed.api.apply(withTemplate('selector', TEMPLATE));
    const ref = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace, name: 'selector' };
    const body = { spec: { selector: { matchLabels: { app: 'x' } } } };
    await assert.rejects(bed.api.patch(ref, 'merge', body), /spec\.selector is immutable/);
  });

  void test('an autoscaler finds the scale subresource', async () => {
    const ref = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace, name: 'scaled' };
    await bed.api.apply(rollout('scaled', { replicas: 3, selector: SELECTOR, template: TEMPLATE }));
    await bed.api.patch(ref, 'merge', { status: { HPAReplicas: 2, selector: 'app=h' } }, 'status');
    const scale = await bed.api.wire.send<KubeObject>('GET', await bed.api.path(ref, 'scale'));
    assert.deepEqual(scale['spec'], { replicas: 3 });
    assert.deepEqual(scale['status'], { replicas: 2, selector: 'app=h' });
  });

  void test('status of a Rollout is written through its subresource, with our own fields', async () => {
    const ref = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace, name: 'status' };
    await bed.api.apply(rollout('status', { selector: SELECTOR, template: TEMPLATE }));
    const plugin = { index: 0, name: 'p', operation: 'Run', status: { any: { thing: [1] } } };
    const status = { epoch: 7, canary: { stepPluginStatuses: [plugin] } };
    const plain = await bed.api.patch(ref, 'merge', { status });
    assert.equal(plain['status'], undefined);
    const written = await bed.api.patch(ref, 'merge', { status }, 'status');
    assert.deepEqual(written['status'], status);
  });

  for (const kind of ['AnalysisRun', 'Experiment']) {
    void test(`status of an ${kind} is written through the object itself`, async () => {
      const metadata = { name: 'plain', namespace };
      const spec = kind === 'AnalysisRun' ? { metrics: [] } : { templates: [] };
      const status = { phase: 'Running', message: 'm' };
      const object = await bed.api.apply({
        apiVersion: 'argoproj.io/v1alpha1',
        kind,
        metadata,
        spec,
        status,
      });
      assert.deepEqual(object['status'], status);
    });
  }
});
