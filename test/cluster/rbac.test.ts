import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { podTemplateHash } from '../../src/core/hash/template.ts';
import { conditionOf, valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';
import { readManifests } from './bed/install.ts';

const BASE = join(import.meta.dirname, '../../deploy/base');
const CLUSTER = 'rbac.authorization.k8s.io/v1';

/** Granted, and not used by this story. */
const UNUSED: Readonly<Record<string, string>> = {
  'argoproj.io/rollouts/finalizers update':
    'asked by clusters that check ownership (OwnerReferencesPermissionEnforcement), never a request',
  'argoproj.io/experiments/finalizers update': 'the same',
  'argoproj.io/analysisruns/finalizers update': 'the same',
};

/** One line of the API server's audit log. */
interface Audited {
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly requestURI: string;
  readonly responseStatus?: { readonly code: number };
}

void describe('the rights in deploy/', () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;
  let metric: string;
  let isBad = false;
  const metrics = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: isBad ? 0.5 : 0.99 }));
  });

  before(async () => {
    bed = await startBed({ gatewayApi: true, manifests: [BASE] });
    namespace = await bed.namespace('shop');
    await new Promise<void>((resolve) => {
      metrics.listen(0, '127.0.0.1', resolve);
    });
    metric = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}/`;
    controller = await startController(bed, { args: ['--namespace', 'sluice'] });
  });
  after(async () => {
    metrics.close();
    await controller?.kill();
    await bed?.stop();
  });

  const rollouts = (name: string) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    namespace,
    name,
  });
  const template = (app: string, version: string) => ({
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'main', image: `demo/app:${version}` }] },
  });
  const put = (apiVersion: string, kind: string, name: string, body: object) =>
    bed.api.apply({ apiVersion, kind, metadata: { name, namespace }, ...body });
  const putRollout = (app: string, trafficRouting: object) =>
    put('argoproj.io/v1alpha1', 'Rollout', app, {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 0,
        analysis: { successfulRunHistoryLimit: 0, unsuccessfulRunHistoryLimit: 0 },
        selector: { matchLabels: { app } },
        template: template(app, '1'),
        strategy: {
          canary: {
            canaryService: `${app}-canary`,
            stableService: `${app}-stable`,
            trafficRouting,
            canaryMetadata: { labels: { role: 'canary' } },
            abortScaleDownDelaySeconds: 1,
            scaleDownDelaySeconds: 1,
            steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'success' }] } }],
          },
        },
      },
    });
  const putApp = async (app: string) => {
    for (const name of [`${app}-stable`, `${app}-canary`])
      await put('v1', 'Service', name, { spec: { selector: { app }, ports: [{ port: 80 }] } });
  };
  const release = (app: string, version: string) =>
    bed.api.patch(rollouts(app), 'merge', { spec: { template: template(app, version) } });
  const phase = (app: string, wanted: string, image?: string) =>
    bed.api.until(
      rollouts(app),
      (rollout) =>
        valueAt(rollout, 'status.phase') === wanted &&
        String(valueAt(rollout, 'status.observedGeneration')) === String(rollout?.metadata.generation) &&
        (image === undefined || valueAt(rollout, 'spec.template.spec.containers.0.image') === image),
      60,
    );
  const noCanary = async (app: string): Promise<void> => {
    // The status is stored first, the route follows.
    if (app === 'gateway') {
      const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name: app };
      await bed.api.until(route, (found) => valueAt(found, 'spec.rules.0.backendRefs.1.weight') === 0);
      return;
    }
    const name = 'nginx-nginx-canary';
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name };
    const key = 'nginx.ingress.kubernetes.io/canary-weight';
    await bed.api.until(ingress, (found) => found?.metadata.annotations?.[key] === '0');
  };

  void test('the controller that they install runs as its namespace demands', async () => {
    const name = 'sluice';
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'sluice', name };
    await bed.api.until(deployment, (found) => conditionOf(found, 'Available') === 'True', 60);
  });

  void test('are enough for releases and rollbacks by NGINX and by Gateway API', async () => {
    const ports = { number: 80 };
    const backend = (name: string) => ({ service: { name, port: ports } });
    await put('v1', 'Secret', 'access', { stringData: { token: 'secret' } });
    await put('argoproj.io/v1alpha1', 'AnalysisTemplate', 'success', {
      spec: {
        args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'access', key: 'token' } } }],
        metrics: [
          {
            name: 'success',
            successCondition: 'result >= 0.95',
            provider: {
              web: {
                url: metric,
                jsonPath: '{$.success}',
                headers: [{ key: 'x-token', value: '{{args.token}}' }],
              },
            },
          },
        ],
      },
    });
    await putApp('nginx');
    await put('networking.k8s.io/v1', 'Ingress', 'nginx', {
      spec: {
        ingressClassName: 'nginx',
        rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('nginx-stable') }] } }],
      },
    });
    await putApp('gateway');
    for (const kind of ['HTTPRoute', 'GRPCRoute'])
      await put('gateway.networking.k8s.io/v1', kind, 'gateway', {
        spec: {
          parentRefs: [{ name: 'gateway' }],
          rules: [
            { backendRefs: ['stable', 'canary'].map((role) => ({ name: `gateway-${role}`, port: 80 })) },
          ],
        },
      });
    await putRollout('nginx', { nginx: { stableIngress: 'nginx' } });
    await putRollout('gateway', {
      plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'gateway', grpcRoute: 'gateway', namespace } },
    });
    for (const app of ['nginx', 'gateway']) await phase(app, 'Healthy');
    for (const app of ['nginx', 'gateway']) await release(app, '2');
    for (const app of ['nginx', 'gateway']) await phase(app, 'Healthy', 'demo/app:2');
    isBad = true;
    for (const app of ['nginx', 'gateway']) await release(app, '3');
    for (const app of ['nginx', 'gateway']) {
      await phase(app, 'Degraded', 'demo/app:3');
      await noCanary(app);
    }
    for (const app of ['nginx', 'gateway']) await release(app, '2');
    for (const app of ['nginx', 'gateway']) await phase(app, 'Healthy', 'demo/app:2');
  });

  void test('are enough for what happens rarely', async () => {
    const hash = podTemplateHash(template('taken', '1'), undefined);
    const labels = { taken: 'yes' };
    await put('apps/v1', 'ReplicaSet', `taken-${hash}`, {
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: template('taken', '1').spec },
      },
    });
    await bed.api.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'left',
        namespace,
        annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'gone' },
      },
      spec: { selector: { app: 'left', 'rollouts-pod-template-hash': 'abc' }, ports: [{ port: 80 }] },
    });
    const app = 'taken';
    await put('argoproj.io/v1alpha1', 'Rollout', app, {
      spec: {
        replicas: 1,
        selector: { matchLabels: { app } },
        template: template(app, '1'),
        strategy: { canary: {} },
      },
    });
    await phase(app, 'Healthy');
    for (const replicas of [2, 1, 2]) {
      await bed.api.patch(rollouts(app), 'merge', { spec: { replicas } });
      await bed.api.until(
        rollouts(app),
        (rollout) => valueAt(rollout, 'status.availableReplicas') === replicas,
        30,
      );
    }
    const restartAt = new Date().toISOString().replace(/\.\d+/, '');
    await bed.api.patch(rollouts(app), 'merge', { spec: { restartAt } });
    await bed.api.until(rollouts(app), (rollout) => valueAt(rollout, 'status.restartedAt') === restartAt, 60);
    const service = { apiVersion: 'v1', kind: 'Service', namespace, name: 'left' };
    const key = 'argo-rollouts.argoproj.io/managed-by-rollouts';
    await bed.api.until(service, (left) => left?.metadata.annotations?.[key] === undefined, 30);
  });

  void test('are enough to take the pods of a Deployment, and the template of a PodTemplate', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'legacy' };
    const selector = { matchLabels: { app: 'legacy' } };
    await put('apps/v1', 'Deployment', 'legacy', {
      spec: { replicas: 1, selector, template: template('legacy', '1') },
    });
    await put('v1', 'PodTemplate', 'shape', { template: template('shape', '1') });
    const refer = (name: string, workloadRef: object, more: object = {}) =>
      put('argoproj.io/v1alpha1', 'Rollout', name, {
        spec: { replicas: 1, strategy: { canary: {} }, workloadRef, ...more },
      });
    await refer('legacy', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'legacy',
      scaleDown: 'onsuccess',
    });
    await refer(
      'shape',
      { apiVersion: 'v1', kind: 'PodTemplate', name: 'shape' },
      { selector: { matchLabels: { app: 'shape' } } },
    );
    for (const app of ['legacy', 'shape']) await phase(app, 'Healthy');
    await bed.api.until(deployment, (found) => valueAt(found, 'spec.replicas') === 0, 30);
    await bed.api.delete(rollouts('legacy'));
    await bed.api.until(rollouts('legacy'), (found) => found === null, 60);
    await bed.api.until(deployment, (found) => valueAt(found, 'status.availableReplicas') === 1, 30);
  });

  void test('are enough for experiments: one with a Service that goes, and one that nobody keeps', async () => {
    const containers = [{ name: 'main', image: 'demo/app:1', ports: [{ containerPort: 8080 }] }];
    const labels = { app: 'lone' };
    const alone = {
      name: 'a',
      service: {},
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    };
    await put('argoproj.io/v1alpha1', 'Experiment', 'lone', {
      spec: { duration: '1s', scaleDownDelaySeconds: 0, templates: [alone] },
    });
    const app = 'experimental';
    const experiment = { duration: '1s', templates: [{ name: 'trial', specRef: 'canary' }] };
    await put('argoproj.io/v1alpha1', 'Rollout', app, {
      spec: {
        replicas: 1,
        analysis: { successfulRunHistoryLimit: 0 },
        selector: { matchLabels: { app } },
        template: template(app, '1'),
        strategy: { canary: { steps: [{ experiment }] } },
      },
    });
    await phase(app, 'Healthy');
    await release(app, '2');
    await phase(app, 'Healthy', 'demo/app:2');
    const lone = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', namespace, name: 'lone' };
    await bed.api.until(lone, (found) => valueAt(found, 'status.phase') === 'Successful', 60);
    const service = { apiVersion: 'v1', kind: 'Service', namespace, name: 'lone-a' };
    await bed.api.until(service, (found) => found === null, 60);
    const names = async () => {
      const all = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', namespace };
      return (await bed.api.list(all)).map(({ metadata }) => metadata.name);
    };
    for (let look = 0; look < 600 && (await names()).length > 1; look++) await pause(100);
    assert.deepEqual(await names(), ['lone']);
  });

  void test('are enough for Jobs: one like those of a CronJob, and one that an abort takes away', async () => {
    const job = (command: string) => ({
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'job', image: 'demo/job:1', command: ['sh', '-c', command] }],
          },
        },
      },
    });
    await put('batch/v1', 'CronJob', 'nightly', {
      spec: { schedule: '0 3 * * *', suspend: true, jobTemplate: job('true') },
    });
    const app = 'stepped';
    const step = (config: object) => ({ plugin: { name: 'sluice/job', config } });
    const steps = [step({ from: { cronJob: 'nightly' } }), step({ template: job('sleep 600') })];
    await put('argoproj.io/v1alpha1', 'Rollout', app, {
      spec: {
        replicas: 1,
        selector: { matchLabels: { app } },
        template: template(app, '1'),
        strategy: { canary: { steps } },
      },
    });
    await phase(app, 'Healthy');
    await release(app, '2');
    const isRunning = (rollout: KubeObject | null) =>
      String(valueAt(rollout, 'status.canary.stepPluginStatuses.1.message')).endsWith('is running');
    await bed.api.until(rollouts(app), isRunning, 60);
    await bed.api.patch(rollouts(app), 'merge', { status: { abort: true } }, 'status');

    await bed.api.until(
      rollouts(app),
      (rollout) => valueAt(rollout, 'status.canary.stepPluginStatuses.2.phase') === 'Successful',
      60,
    );
    const left = await bed.api.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    const ofStep = ({ metadata: { name } }: KubeObject) => name.split('-').slice(-2).join('-');
    assert.deepEqual(left.filter(({ metadata }) => metadata.name.startsWith(app)).map(ofStep), ['1-1']);
  });

  void test('are enough for metrics that are Jobs', async () => {
    const run = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', namespace, name: 'checked' };
    const metric = (name: string, image: string, command: string) => {
      const containers = [{ name: 'main', image, command: ['sh', '-c', command] }];
      return { name, provider: { job: { spec: { template: { spec: { containers } } } } } };
    };
    // The one that takes long is deleted when the image of the other turns out not to be there.
    await put(run.apiVersion, run.kind, run.name, {
      spec: {
        metrics: [metric('long', 'demo/job:1', 'sleep 600'), metric('lost', 'demo/nonexistent:1', '')],
      },
    });
    await bed.api.until(run, (found) => valueAt(found, 'status.phase') === 'Inconclusive', 60);
  });

  void test('are all used, and nothing was refused', async () => {
    await controller.kill('SIGTERM');
    // The API server tells of a watch when it has noticed its end.
    const watches = granted().filter((right) => right.endsWith(' watch') && !(right in UNUSED));
    const endsAt = Date.now() + 60_000;
    while (!watches.every((right) => used().has(right)) && Date.now() < endsAt) await pause(100);
    const refused = audited().filter((line) => line.responseStatus?.code === 403);
    assert.deepEqual(
      refused.map((line) => `${line.verb} ${line.requestURI}`),
      [],
    );
    const unused = granted().filter((right) => !used().has(right));
    assert.deepEqual(unused.sort(), Object.keys(UNUSED).sort());
  });

  const audited = (): readonly Audited[] =>
    readFileSync(bed.auditFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Audited);
  const used = (): ReadonlySet<string> =>
    new Set(
      audited().flatMap(({ verb, objectRef }) => {
        if (objectRef === undefined) return [];
        const { apiGroup = '', resource, subresource } = objectRef;
        return `${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`} ${verb}`;
      }),
    );
});

/** Every right of the controller, as `group/resource verb`. */
function granted(): readonly string[] {
  const roles = readManifests(join(BASE, 'rbac.yaml')).filter(
    ({ apiVersion, kind }) => apiVersion === CLUSTER && ['Role', 'ClusterRole'].includes(kind),
  );
  return roles.flatMap((role) =>
    (role as unknown as Role).rules.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
    ),
  );
}

interface Role extends KubeObject {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}
