import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { startController } from './bed/controller.ts';
import { readManifests } from './bed/install.ts';
import { findPrograms } from './bed/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');

void describe('overlays of deploy/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-deploy-'));
  let kubectl: string;
  let bed: Bed;

  /** What kubectl makes of a kustomization, in a file. */
  const rendered = (path: string): string => {
    const file = join(folder, `${path.replaceAll('/', '-')}.yaml`);
    writeFileSync(file, execFileSync(kubectl, ['kustomize', join(DEPLOY, path)]));
    return file;
  };

  before(async () => {
    kubectl = (await findPrograms()).paths.kubectl;
    bed = await startBed({ gatewayApi: true, manifests: [rendered('overlays/namespaced')] });
  });
  after(async () => {
    await bed?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const path of ['base', ...readdirSync(join(DEPLOY, 'overlays')).map((name) => `overlays/${name}`)])
    void test(`${path} is accepted by the API server`, async () => {
      const file = rendered(path);
      const namespaces = readManifests(file).filter(({ kind }) => kind === 'Namespace');
      for (const namespace of namespaces) await bed.api.apply(namespace);
      const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', file];
      const access = ['--kubeconfig', bed.kubeconfig('admin')];
      const said = execFileSync(kubectl, [...access, ...args], { encoding: 'utf8' });
      assert.match(said, /deployment\.apps\/sluice serverside-applied/);
      assert.equal(said.trim().split('\n').length, readManifests(file).length);
    });

  for (const path of [
    'analysis-templates',
    ...readdirSync(join(ROOT, 'examples')).map((name) => `examples/${name}`),
  ])
    if (!path.endsWith('.md'))
      void test(`${path} is accepted by the API server`, async () => {
        const namespace = await bed.namespace('examples');
        const from = existsSync(join(ROOT, path, 'kustomization.yaml')) ? '-k' : '-f';
        const args = ['apply', '--server-side', '--dry-run=server', '-n', namespace, from, join(ROOT, path)];
        const said = execFileSync(kubectl, ['--kubeconfig', bed.kubeconfig('admin'), ...args], {
          encoding: 'utf8',
        });
        assert.match(said, /serverside-applied/);
      });

  void test('with the rights in overlays/namespaced a controller serves its own namespace', async () => {
    const controller = await startController(bed, { args: ['--namespaced', '--namespace', 'sluice'] });
    const kind = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
    const rollout = { ...kind, namespace: 'sluice', name: 'web' };
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    await bed.api.apply({
      ...kind,
      metadata: { name: 'web', namespace: 'sluice' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'demo/app:1', securityContext }] },
        },
        strategy: { canary: { steps: [{ setWeight: 50 }] } },
      },
    });
    await bed.api.until(rollout, (found) => valueAt(found, 'status.phase') === 'Healthy', 60);
    await controller.kill('SIGTERM');
    const refused = readFileSync(bed.auditFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"code":403'));
    assert.deepEqual(refused, []);
  });
});
