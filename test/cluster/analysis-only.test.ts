import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { AnalysisRun, Metric } from '../../src/api/analysis.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject, Manifest } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';
import { readManifests } from './bed/install.ts';
import { findPrograms } from './bed/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/analysis-only.md'), 'utf8');
const API = 'argoproj.io/v1alpha1';
const CRDS = ['analysisruns', 'analysistemplates', 'clusteranalysistemplates'];

/** Granted, and not used by this story. */
const UNUSED: Readonly<Record<string, string>> = {
  'argoproj.io/analysisruns/finalizers update':
    'asked by clusters that check ownership (OwnerReferencesPermissionEnforcement), never a request',
  '/events patch': 'nothing happens twice within ten minutes',
};

/** One line of the API server's audit log. */
interface Audited {
  readonly verb: string;
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string };
  readonly requestURI: string;
  readonly responseStatus?: { readonly code: number };
}

const isOver = (run: AnalysisRun | null) =>
  run?.status?.phase !== undefined && !['Pending', 'Running'].includes(run.status.phase);

void describe('a controller for analysis runs alone', () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;
  let url: string;
  const health = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: request.url === '/health' ? 'ok' : 'failing' }));
  });

  before(async () => {
    const { kubectl } = (await findPrograms()).paths;
    bed = await startBed({ bare: true, manifests: CRDS.map((name) => join(ROOT, `crds/${name}.yaml`)) });
    const overlay = join(bed.folder, 'analysis-only.yaml');
    writeFileSync(overlay, execFileSync(kubectl, ['kustomize', join(ROOT, 'deploy/overlays/analysis-only')]));
    const templates = globSync('analysis-templates/*/*.yaml', { cwd: ROOT }).map((file) => join(ROOT, file));
    await bed.install([overlay, ...templates.sort()]);
    namespace = await bed.namespace('alone');
    await new Promise<void>((resolve) => {
      health.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(health.address() as AddressInfo).port}`;
    controller = await startController(bed, { args: flagsIn(overlay) });
  });
  after(async () => {
    health.close();
    await controller?.kill();
    await bed?.stop();
  });

  const ref = (name: string) => ({ apiVersion: API, kind: 'AnalysisRun', namespace, name });
  const ended = (name: string) => bed.api.until<AnalysisRun>(ref(name), isOver, 60);
  const check = (path: string): Metric => ({
    name: 'check',
    interval: '1s',
    count: 2,
    successCondition: 'result == "ok"',
    provider: { web: { url: `${url}${path}`, jsonPath: '{$.status}' } },
  });
  const job = (script: string): Metric => {
    const containers = [{ name: 'main', image: 'demo/check:1', command: ['sh', '-c', script] }];
    return { name: 'job', provider: { job: { spec: { template: { spec: { containers } } } } } };
  };
  /** A run as Kargo makes one: owned by what it verifies, which the run must not outlive. */
  const verify = async (name: string, metrics: readonly Metric[], owner: KubeObject) => {
    const { apiVersion, kind, metadata } = owner;
    await bed.api.create({
      apiVersion: API,
      kind: 'AnalysisRun',
      metadata: {
        name,
        namespace,
        labels: { 'kargo.akuity.io/stage': 'test' },
        ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }],
      },
      spec: { metrics },
    });
  };

  void test('measures what Kargo makes, until it is told to end, and goes with its owner', async () => {
    const freight = await bed.api.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'freight', namespace },
    });
    await verify('good', [check('/health')], freight);
    await verify('bad', [check('/broken')], freight);
    await verify('long', [{ ...check('/health'), count: 1000 }, job('sleep 600')], freight);
    assert.equal((await ended('good'))?.status?.phase, 'Successful');
    assert.equal((await ended('bad'))?.status?.phase, 'Failed');
    const isMeasured = (run: AnalysisRun | null) => run?.status?.metricResults?.length === 2;
    await bed.api.until<AnalysisRun>(ref('long'), isMeasured);
    await bed.api.patch(ref('long'), 'merge', { spec: { terminate: true } });
    // A Job that is called off has shown nothing.
    assert.equal((await ended('long'))?.status?.phase, 'Inconclusive');
    await bed.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'freight' });
    for (const name of ['good', 'bad', 'long']) await bed.api.until(ref(name), (found) => found === null, 60);
  });

  void test('measures the hook of the page', async () => {
    const hook = blocksOf('yaml').find((text) => text.includes('kind: AnalysisRun')) ?? '';
    const manifest = parse(hook.replace('http://web/', `${url}/`)) as Manifest;
    const { metadata } = await bed.api.create({ ...manifest, metadata: { ...manifest.metadata, namespace } });
    assert.equal((await ended(metadata.name))?.status?.phase, 'Successful');
  });

  void test('the expressions of the page tell Flux how a run is', async () => {
    const flux = parse(blocksOf('yaml').find((text) => text.includes('healthCheckExprs')) ?? '') as Flux;
    const [{ inProgress, failed, current } = assert.fail('no expressions')] = flux.spec.healthCheckExprs;
    const space = await bed.namespace('flux');
    // Kubernetes reads the same language as Flux, with the object under a name. Asked in the order of Flux.
    const [one, two, three] = [inProgress, failed, current].map((text) =>
      text.replace(/\bstatus\b/g, 'object.status'),
    );
    const answer = `(${one}) ? 'inProgress' : (${two}) ? 'failed' : (${three}) ? 'current' : 'unknown'`;
    await bed.api.apply(policy(space, answer));
    await bed.api.apply(BINDING);
    const asked = async (phase: string): Promise<string> => {
      const metadata = { generateName: 'asked-', namespace: space };
      const run = {
        apiVersion: API,
        kind: 'AnalysisRun',
        metadata,
        spec: { metrics: [] },
        status: { phase },
      };
      const said = await bed.api.create(run as unknown as Manifest).catch((error: unknown) => String(error));
      return typeof said === 'string' ? (/denied request: (\w+)/.exec(said)?.[1] ?? said) : '';
    };
    const endsAt = Date.now() + 30_000;
    while ((await asked('Running')) === '' && Date.now() < endsAt) await pause(200);
    const phases = ['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'];
    const answers = ['inProgress', 'inProgress', 'current', 'failed', 'failed', 'failed'];
    assert.deepEqual(await Promise.all(phases.map(asked)), answers);
  });

  void test('the commands of the page say how a run has ended', async () => {
    const commands = (blocksOf('sh').at(-1) ?? '').trim().replace('http://web/', `${url}/`);
    assert.equal(last(await shell(commands)), 'Successful');
    const bad = commands.replaceAll('verify-42', 'verify-43').replace('/health', '/broken');
    assert.equal(last(await shell(bad)), 'Failed');
  });

  void test('so does the exit code of the one command that waits', async () => {
    const command = (blocksOf('sh').at(-2) ?? '').trim().replace('http://web/', `${url}/`);
    assert.match(await shell(command), /\n✔ Successful {2}verify-41 {2}after \d+s\n/);
    const bad = command.replace('verify-41', 'verify-40').replace('/health', '/broken');
    await assert.rejects(shell(bad), { code: 1, stdout: /\n✖ Failed {2}verify-40 {2}after \d+s\n/ });
  });

  for (const [script, phase] of [
    ['exit 0', 'Successful'],
    ['exit 1', 'Failed'],
  ] as const)
    void test(`smoke-test: a script that says ${script} is ${phase}`, async () => {
      const name = `smoke-${phase.toLowerCase()}`;
      const args = `-a image=demo/check:1 -a script='${script}' -a url=${url}`;
      await shell(`kubectl sluice create analysisrun --global --from smoke-test --name ${name} ${args}`);
      assert.equal((await ended(name))?.status?.phase, phase);
    });

  void test('smoke-test: an image that is not there is no success', async () => {
    const args = '-a image=demo/check:nonexistent -a script=true';
    await shell(`kubectl sluice create analysisrun --global --from smoke-test --name smoke-lost ${args}`);
    assert.equal((await ended('smoke-lost'))?.status?.phase, 'Inconclusive');
  });

  void test('reads Secrets, and deletes what has ended', async () => {
    await bed.api.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'access', namespace },
      stringData: { token: 'open' },
    });
    const secretKeyRef = { name: 'access', key: 'token' };
    await bed.api.create({
      apiVersion: API,
      kind: 'AnalysisRun',
      metadata: { name: 'secret', namespace },
      spec: {
        args: [{ name: 'token', valueFrom: { secretKeyRef } }],
        metrics: [{ ...check('/health?{{args.token}}'), successCondition: 'true' }],
        ttlStrategy: { secondsAfterCompletion: 2 },
      },
    });
    assert.equal((await ended('secret'))?.status?.phase, 'Successful');
    await bed.api.until(ref('secret'), (found) => found === null, 30);
  });

  void test('touches no Rollout', async () => {
    await bed.install([join(ROOT, 'crds/rollouts.yaml')]);
    const labels = { app: 'web' };
    const rollout = await bed.api.apply({
      apiVersion: API,
      kind: 'Rollout',
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'demo/app:1' }] } },
        strategy: { canary: {} },
      },
    });
    const { uid = '' } = rollout.metadata;
    await bed.api.create({
      apiVersion: API,
      kind: 'AnalysisRun',
      metadata: {
        name: 'of-rollout',
        namespace,
        ownerReferences: [{ apiVersion: API, kind: 'Rollout', name: 'web', uid, controller: true }],
      },
      spec: { metrics: [check('/health')] },
    });
    assert.equal((await ended('of-rollout'))?.status?.phase, 'Successful');
    const left = await bed.api.get({ apiVersion: API, kind: 'Rollout', namespace, name: 'web' });
    assert.equal(left.metadata.resourceVersion, rollout.metadata.resourceVersion);
    const made = await bed.api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
    assert.deepEqual(made, []);
  });

  void test('needs the rights that it has, and no others', async () => {
    await controller.kill('SIGTERM');
    // The API server tells of a watch when it has noticed its end.
    const isWatch = (right: string) => right.endsWith(' watch');
    const endsAt = Date.now() + 60_000;
    while (!granted().filter(isWatch).every(isUsed) && Date.now() < endsAt) await pause(100);
    const refused = audited().filter((line) => line.responseStatus?.code === 403);
    assert.deepEqual(
      refused.map((line) => `${line.verb} ${line.requestURI}`),
      [],
    );
    const unused = granted().filter((right) => !isUsed(right));
    assert.deepEqual(unused, Object.keys(UNUSED));
    const resources = new Set(audited().flatMap(({ objectRef }) => objectRef?.resource ?? []));
    const all = ['analysisruns', 'events', 'jobs', 'leases', 'pods', 'secrets'];
    assert.deepEqual([...resources].sort(), all);
  });

  /** Runs commands as the page has them, one after the other, and returns what they print. */
  async function shell(commands: string): Promise<string> {
    const plugin = `node ${join(ROOT, 'src/cli/kubectl-sluice.ts')}`;
    const context = ['--kubeconfig', bed.kubeconfig('admin'), '-n', namespace].join(' ');
    const lines = commands.split('\n').map((line) => {
      const [, name = '', rest = ''] = /^(kubectl(?: sluice)?) (.*)$/.exec(line) ?? [];
      return `${name === 'kubectl' ? bed.kubectl : plugin} ${rest} ${context}`;
    });
    const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const options = { encoding: 'utf8', env: { ...process.env, PATH: path } } as const;
    return (await promisify(execFile)('sh', ['-e', '-c', lines.join('\n')], options)).stdout;
  }

  function audited(): readonly Audited[] {
    const lines = readFileSync(bed.auditFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Audited);
  }

  function isUsed(right: string): boolean {
    return audited().some(({ verb, objectRef }) => {
      const { apiGroup = '', resource = '' } = objectRef ?? {};
      return `${apiGroup}/${resource} ${verb}` === right;
    });
  }
});

interface Flux {
  readonly spec: {
    readonly healthCheckExprs: readonly Readonly<Record<'inProgress' | 'failed' | 'current', string>>[];
  };
}

const ADMISSION = 'admissionregistration.k8s.io/v1';

/** Denies every run in a namespace, and says what the expression gives. */
function policy(namespace: string, messageExpression: string): Manifest {
  const resources = ['analysisruns'];
  const rule = { apiGroups: ['argoproj.io'], apiVersions: ['*'], operations: ['CREATE'], resources };
  return {
    apiVersion: ADMISSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'flux' },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      matchConditions: [{ name: 'here', expression: `request.namespace == '${namespace}'` }],
      validations: [{ expression: 'false', messageExpression }],
    },
  };
}

const BINDING: Manifest = {
  apiVersion: ADMISSION,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'flux' },
  spec: { policyName: 'flux', validationActions: ['Deny'] },
};

const last = (text: string) => text.trim().split('\n').at(-1);

function blocksOf(language: string): readonly string[] {
  const found = PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...found].map((match) => match[1] ?? '');
}

/** What the Deployment of a rendered overlay starts the controller with. */
function flagsIn(file: string): readonly string[] {
  const deployment = readManifests(file).find(({ kind }) => kind === 'Deployment') as unknown as {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
  };
  return deployment.spec.template.spec.containers.flatMap(({ args }) => args);
}

interface Container {
  readonly args: readonly string[];
}

interface Role {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** Every right of the controller, as `group/resource verb`. */
function granted(): readonly string[] {
  const roles = readManifests(join(ROOT, 'deploy/overlays/analysis-only/rbac.yaml')).filter(({ kind }) =>
    ['Role', 'ClusterRole'].includes(kind),
  );
  return roles.flatMap((role) =>
    (role as unknown as Role).rules.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
    ),
  );
}
