import assert from 'node:assert/strict';
import { globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { readManifests } from './bed/install.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');

/** Where the weight of the canary stands when the first pause has been reached, and what it is. */
const weights: Readonly<
  Record<string, { readonly ref: object; readonly path: string; readonly is: unknown }>
> = {
  'canary-nginx': {
    ref: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web-web-canary' },
    path: 'metadata.annotations',
    is: '5',
  },
  'canary-gateway-api': {
    ref: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'web' },
    path: 'spec.rules.0.backendRefs.1.weight',
    is: 10,
  },
};

/** Where the next version waits at a gate, and which of the steps of plugins that is. */
const gates: ReadonlyMap<string, number> = new Map([
  ['steps', 1],
  ['canary-compare', 0],
  ['canary-fresh-baseline', 0],
]);

void describe('examples, released on a real control plane', () => {
  let bed: Bed;
  let controller: Controller;

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    const rights = 'deploy/components/versioned-configuration/rbac.yaml';
    const templates = globSync('analysis-templates/*/*.yaml', { cwd: ROOT }).sort();
    await bed.install([...templates, rights].map((path) => join(ROOT, path)));
    controller = await startController(bed, { args: ['--namespace', 'sluice'] });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  for (const folder of readdirSync(EXAMPLES).filter((name) => !name.endsWith('.md')))
    void test(`examples/${folder}: installed, and its next version waits where it says`, async () => {
      const namespace = await bed.namespace(folder);
      const manifests = readdirSync(join(EXAMPLES, folder)).flatMap((file) =>
        readManifests(join(EXAMPLES, folder, file)),
      );
      for (const manifest of manifests)
        await bed.api.apply({ ...manifest, metadata: { ...manifest.metadata, namespace } });
      const { name = '' } = manifests.find(({ kind }) => kind === 'Rollout')?.metadata ?? {};
      const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace, name };
      const becomes = (phase: string) =>
        bed.api.until(rollout, (found) => valueAt(found, 'status.phase') === phase, 60);
      await becomes('Healthy');
      const image = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/web:2' };
      const workload = manifests.find(({ kind }) => kind === 'Deployment');
      const { apiVersion, kind, metadata } = workload ?? { ...rollout, metadata: { name } };
      await bed.api.patch({ apiVersion, kind, namespace, name: metadata.name }, 'json', [image]);
      if (folder === 'blue-green' || folder === 'bluegreen-experiment') {
        // What it asks is a Service of this cluster, which no controller outside of it can reach.
        const run = 'status.blueGreen.prePromotionAnalysisRunStatus.name';
        await bed.api.until(rollout, (found) => valueAt(found, run) !== undefined, 60);
        return;
      }
      if (gates.has(folder)) {
        const gate = `status.canary.stepPluginStatuses.${gates.get(folder) ?? 0}`;
        await bed.api.until(rollout, (found) => valueAt(found, `${gate}.phase`) === 'Running', 60);
        return;
      }
      if (folder === 'canary-baseline') {
        const present = 'status.canary.currentExperiment';
        await bed.api.until(rollout, (found) => valueAt(found, present) !== undefined, 60);
        return;
      }
      const paused = await becomes('Paused');
      assert.equal(valueAt(paused, 'status.pauseConditions.0.reason'), 'CanaryPauseStep');
      const weight = weights[folder];
      if (weight === undefined) return;
      const route = await bed.api.get({ ...weight.ref, namespace } as typeof rollout);
      const seen = valueAt(route, weight.path);
      const key = 'nginx.ingress.kubernetes.io/canary-weight';
      assert.equal(typeof seen === 'object' ? (seen as Record<string, unknown>)[key] : seen, weight.is);
    });
});
