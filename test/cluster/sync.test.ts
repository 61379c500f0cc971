import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { newRepository, type Repository } from '../sync/support/repository.ts';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject, Ref } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';
import { podTemplate } from './support/application.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PLUGIN = join(ROOT, 'src', 'cli', 'kubectl-sluice.ts');
const EXAMPLE = join(ROOT, 'examples', 'canary-gateway-api');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A namespace and a repository, and a sync from the one into the other. */
interface Field {
  readonly namespace: string;
  readonly repository: Repository;
  /** `sync --once`, with more flags. */
  once(...flags: readonly string[]): Promise<Ended>;
  /** `sync` until it is told to end. */
  follow(...flags: readonly string[]): Following;
  get(kind: string, name: string): Promise<KubeObject>;
  find(kind: string, name: string): Promise<KubeObject | null>;
  kubectl(...args: readonly string[]): string;
  ref(kind: string, name: string): Ref;
}

interface Following {
  /** Waits until the output has a match, and returns what was said up to then. */
  says(wanted: RegExp): Promise<string>;
  /** Ctrl-C. */
  end(): Promise<Ended>;
}

const VERSIONS: Readonly<Record<string, string>> = {
  Rollout: 'argoproj.io/v1alpha1',
  Deployment: 'apps/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
};

const configMap = (name: string, data: object, annotations: object = {}): string =>
  stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data });

const rollout = (name: string, tag: string, steps: readonly object[] = []): string =>
  stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, `demo/app:${tag}`),
      strategy: { canary: { steps } },
    },
  });

const deployment = (name: string, replicas: number, image = 'demo/app:1'): string =>
  stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name, image) },
  });

void describe('kubectl sluice sync on a real API server', { concurrency: 2 }, () => {
  let bed: Bed;
  let controller: Controller;
  const repositories: Repository[] = [];
  const running = new Set<ChildProcess>();

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    for (const child of running) child.kill('SIGKILL');
    for (const repository of repositories) repository.remove();
    await controller?.kill();
    await bed?.stop();
  });

  const field = async (name: string): Promise<Field> => {
    const namespace = await bed.namespace(name);
    const repository = await newRepository();
    repositories.push(repository);
    const ref = (kind: string, called: string): Ref => ({
      apiVersion: VERSIONS[kind] ?? 'v1',
      kind,
      namespace,
      name: called,
    });
    const begin = (flags: readonly string[]): ChildProcess => {
      const place = ['--kubeconfig', bed.kubeconfig('user'), '-n', namespace];
      const args = [PLUGIN, 'sync', '--repo', repository.path, ...flags, ...place];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      child.once('exit', () => running.delete(child));
      return child;
    };
    return {
      namespace,
      repository,
      once: (...flags) => ended(begin(['--once', ...flags])),
      follow: (...flags) => following(begin(flags)),
      get: (kind, called) => bed.api.get(ref(kind, called)),
      find: (kind, called) => bed.api.find(ref(kind, called)),
      kubectl: (...args) =>
        execFileSync(bed.kubectl, ['--kubeconfig', bed.kubeconfig('user'), '-n', namespace, ...args], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      ref,
    };
  };

  void test('commits are applied once, each object with the commit that changed it', async () => {
    const at = await field('commits');
    const first = await at.repository.commit('Two maps\n\nand more words', {
      'a.yaml': configMap('a', { key: '1' }),
      'b.yaml': configMap('b', { key: '1' }),
    });
    const made = await at.once();
    assert.deepEqual([made.code, made.err], [0, '']);
    assert.match(
      made.out,
      new RegExp(`^${first.slice(0, 7)} "Two maps": 2 created; healthy after \\d+ s\n$`),
    );
    const a = await at.get('ConfigMap', 'a');
    assert.deepEqual(
      ['commit', 'commit-author', 'commit-message'].map(
        (key) => a.metadata.annotations?.[`sluice.dev/${key}`],
      ),
      [first, 'Ada Example <ada@example.com>', 'Two maps'],
    );

    const second = await at.repository.commit('Another b', { 'b.yaml': configMap('b', { key: '2' }) });
    const changed = await at.once();
    assert.match(changed.out, /"Another b": 1 changed, 1 unchanged; healthy/);
    assert.equal((await at.get('ConfigMap', 'a')).metadata.resourceVersion, a.metadata.resourceVersion);
    const b = await at.get('ConfigMap', 'b');
    assert.equal(valueAt(b, 'data.key'), '2');
    assert.equal(b.metadata.annotations?.['sluice.dev/commit'], second);

    await at.repository.commit('Only words', { 'a.yaml': `# Words.\n${configMap('a', { key: '1' })}` });
    assert.match((await at.once()).out, /"Only words": 2 unchanged; healthy/);
    assert.equal((await at.get('ConfigMap', 'a')).metadata.resourceVersion, a.metadata.resourceVersion);
    assert.equal((await at.get('ConfigMap', 'b')).metadata.resourceVersion, b.metadata.resourceVersion);
  });

  void test('what is in Git no more is pruned, unless it is protected or everything would go', async () => {
    const at = await field('prune');
    const keep = { 'argocd.argoproj.io/sync-options': 'Prune=false' };
    await at.repository.commit('Four', {
      'apps/gone.yaml': configMap('gone', {}),
      'apps/kept.yaml': configMap('kept', {}, { 'sluice.dev/prune': 'disabled' }),
      'apps/argo.yaml': configMap('argo', {}, keep),
      'apps/stays.yaml': configMap('stays', {}),
    });
    assert.equal((await at.once('--path', 'apps')).code, 0);
    await bed.api.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'copy',
        namespace: at.namespace,
        labels: (await at.get('ConfigMap', 'gone')).metadata.labels,
      },
    });
    await at.repository.commit('One', {
      'apps/gone.yaml': null,
      'apps/kept.yaml': null,
      'apps/argo.yaml': null,
    });
    const pruned = await at.once('--path', 'apps');
    assert.match(pruned.out, /"One": 1 unchanged, 1 pruned; healthy/);
    assert.match(
      pruned.err,
      /ConfigMap \S+\/kept is in Git no more, and stays: sluice\.dev\/prune is disabled/,
    );
    assert.match(pruned.err, /\/argo is in Git no more, and stays: argocd/);
    assert.equal(await at.find('ConfigMap', 'gone'), null);
    assert.ok(await at.find('ConfigMap', 'kept'));
    assert.ok(await at.find('ConfigMap', 'copy'), 'a label alone makes nothing ours');

    await at.repository.commit('None', { 'apps/stays.yaml': null, 'apps/readme.txt': 'Nothing here.' });
    const refused = await at.once('--path', 'apps');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /no manifests in the folder\. The 3 objects from before stay as they are/);
    assert.ok(await at.find('ConfigMap', 'stays'));
  });

  void test('a broken file keeps everything as it was, and every problem is told', async () => {
    const at = await field('broken');
    await at.repository.commit('Good', { 'a.yaml': configMap('a', { key: '1' }) });
    assert.equal((await at.once()).code, 0);
    await at.repository.commit('Bad', {
      'a.yaml': configMap('a', { key: '2' }),
      'b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b\n',
      'c.yaml': configMap('c', {}).replace('kind: ConfigMap', 'kind: Konfig'),
      'd.yaml': 'kind: [\n',
    });
    const broken = await at.once();
    assert.deepEqual([broken.code, broken.out], [1, '']);
    assert.match(broken.err, /"Bad": nothing is applied[\s\S]*b\.yaml:\d+: [\s\S]*d\.yaml:\d+: /);
    assert.equal(valueAt(await at.get('ConfigMap', 'a'), 'data.key'), '1');

    await at.repository.commit('Unknown', { 'b.yaml': null, 'd.yaml': null });
    assert.match((await at.once()).err, /c\.yaml:1: the cluster does not know Konfig of v1/);
    await at.repository.commit('Refused', {
      'c.yaml': rollout('c', '1').replace('replicas: 1', 'replicas: many'),
      'e.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: e}\nspec: {ports: [{port: 99999}]}\n',
    });
    const refused = await at.once();
    assert.match(refused.err, /c\.yaml:\d+: Rollout c: spec\.replicas: must be an integer/);
    await at.repository.commit('Refused by the server', { 'c.yaml': null });
    assert.match((await at.once()).err, /e\.yaml:1: Service \S+\/e: .*99999/);
    assert.equal(valueAt(await at.get('ConfigMap', 'a'), 'data.key'), '1');
  });

  void test('drift is told, and put back with --self-heal; values of Secrets are not told', async () => {
    const at = await field('drift');
    await at.repository.commit('Three', {
      'a.yaml': configMap('a', { key: 'git' }),
      's.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: first-secret}\n',
      'd.yaml': deployment('d', 1),
    });
    assert.equal((await at.once()).code, 0);
    const edit = (kind: string, name: string, patch: object) =>
      at.kubectl('patch', kind, name, '--type=merge', '-p', JSON.stringify(patch));
    edit('configmap', 'a', { data: { key: 'hand' } });
    edit('secret', 's', { stringData: { password: 'other-secret' } });
    at.kubectl('set', 'image', 'deployment/d', 'app=demo/app:9');
    const told = await at.once();
    assert.equal(told.code, 0);
    assert.match(told.out, /"Three": 3 unchanged/);
    assert.match(told.err, /ConfigMap \S+\/a: data\.key is "hand", in Git "git" \(kubectl-patch\)/);
    assert.match(told.err, /Secret \S+\/s: data\.password is not as in Git \(kubectl-patch\)/);
    assert.match(told.err, /Deployment .*\.image is "demo\/app:9", in Git "demo\/app:1" \(kubectl-set\)/);
    assert.doesNotMatch(told.err, /-secret|b3RoZXI|Zmlyc3Q/);

    const follow = at.follow('--self-heal', '--interval', '1s');
    await follow.says(/: 3 repaired/);
    assert.equal(valueAt(await at.get('ConfigMap', 'a'), 'data.key'), 'git');
    at.kubectl('delete', 'configmap', 'a');
    await follow.says(/: 2 unchanged, 1 repaired/);
    assert.ok((await at.get('ConfigMap', 'a')).metadata.annotations?.['sluice.dev/commit']);
    const { code } = await follow.end();
    assert.equal(code, 0);
  });

  void test('what others have set is not taken without --force-conflicts, sizes of autoscalers never', async () => {
    const at = await field('conflict');
    await at.repository.commit('One', {
      'a.yaml': configMap('a', { key: '1' }),
      'd.yaml': deployment('d', 1),
    });
    assert.equal((await at.once()).code, 0);
    const path = await bed.api.path(at.ref('ConfigMap', 'a'));
    await bed.api.wire.send(
      'PATCH',
      `${path}?fieldManager=operator`,
      { data: { key: 'theirs' } },
      'application/merge-patch+json',
    );
    const scale = await bed.api.path(at.ref('Deployment', 'd'), 'scale');
    await bed.api.wire.send(
      'PATCH',
      `${scale}?fieldManager=kube-controller-manager`,
      { spec: { replicas: 2 } },
      'application/merge-patch+json',
    );
    await at.repository.commit('Two', {
      'a.yaml': configMap('a', { key: '2' }),
      'd.yaml': deployment('d', 1, 'demo/app:2'),
    });
    const conflict = await at.once();
    assert.equal(conflict.code, 1);
    assert.match(conflict.out, /"Two": 1 changed; healthy/);
    assert.match(conflict.err, /ConfigMap \S+\/a is not applied: data\.key was set by operator; --force/);
    assert.equal(valueAt(await at.get('ConfigMap', 'a'), 'data.key'), 'theirs');
    const scaled = await at.get('Deployment', 'd');
    assert.equal(valueAt(scaled, 'spec.replicas'), 2);
    assert.equal(valueAt(scaled, 'spec.template.spec.containers.0.image'), 'demo/app:2');

    const forced = await at.once('--force-conflicts', '--self-heal');
    assert.deepEqual([forced.code, forced.err], [0, '']);
    assert.match(forced.out, /"Two": 1 changed, 1 unchanged; healthy/);
    assert.equal(valueAt(await at.get('ConfigMap', 'a'), 'data.key'), '2');
    assert.equal(valueAt(await at.get('Deployment', 'd'), 'spec.replicas'), 2);
  });

  void test('namespaces and kinds may come with what needs them', async () => {
    const at = await field('order');
    const group = `${at.namespace}.example.com`;
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `gadgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Gadget', plural: 'gadgets' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
              },
            },
          },
        ],
      },
    };
    const inside = `${at.namespace}-inside`;
    await at.repository.commit('All at once', {
      'a.yaml': stringify({
        apiVersion: `${group}/v1`,
        kind: 'Gadget',
        metadata: { name: 'g', namespace: inside },
        spec: { size: 1 },
      }),
      'b.json': JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: inside } }),
      'c.yaml': stringify(crd),
    });
    const made = await at.once();
    assert.deepEqual([made.code, made.err], [0, '']);
    assert.match(made.out, /3 created; healthy/);
    const gadget = { apiVersion: `${group}/v1`, kind: 'Gadget', namespace: inside, name: 'g' };
    assert.equal(valueAt(await bed.api.get(gadget), 'spec.size'), 1);
    await at.repository.commit('Gone', { 'a.yaml': null, 'c.yaml': null, 'd.yaml': configMap('d', {}) });
    const pruned = await at.once();
    assert.match(pruned.out, /1 created, 1 unchanged, 1 pruned/);
    assert.match(
      pruned.err,
      /CustomResourceDefinition \S+ is in Git no more, and stays: .*--prune-everything/,
    );
  });

  void test('a new commit is seen at once, its rollout is waited for, and Ctrl-C ends it', async () => {
    const at = await field('follow');
    await at.repository.commit('First', { 'web.yaml': rollout('web', '1') });
    const follow = at.follow('--interval', '10m');
    await follow.says(/"First": 1 created; waiting[\s\S]*"First": healthy after \d+ s/);
    const before = performance.now();
    await at.repository.commit('Second', { 'web.yaml': rollout('web', '2') });
    await follow.says(/"Second": 1 changed; waiting/);
    assert.ok(performance.now() - before < 60_000, 'long before the interval is over');
    await follow.says(/"Second": healthy after \d+ s/);
    await at.repository.commit('Third', {
      'web.yaml': rollout('web', '3', [{ setWeight: 50 }, { pause: {} }]),
    });
    await follow.says(/"Third": 1 changed; waiting/);
    await bed.api.until(
      at.ref('Rollout', 'web'),
      (object) => valueAt(object, 'status.phase') === 'Paused',
      60,
    );
    await bed.api.patch(at.ref('Rollout', 'web'), 'merge', { status: { abort: true } }, 'status');
    await follow.says(/"Third": not healthy[\s\S]*Rollout \S+\/web: Degraded: RolloutAborted/);
    const { code, err } = await follow.end();
    assert.equal(code, 0, err);
  });

  void test('weights and selectors stay with the controller in the middle of a release', async () => {
    const at = await field('release');
    const example = (file: string) => readFileSync(join(EXAMPLE, file), 'utf8');
    const files = {
      'rollout.yaml': example('rollout.yaml').replace('pause: {duration: 5m}', 'pause: {}'),
      'services.yaml': example('services.yaml'),
      'httproute.yaml': example('httproute.yaml'),
    };
    await at.repository.commit('Version 1', files);
    const first = await at.once();
    assert.match(first.out, /"Version 1": 4 created; healthy/, first.err);
    await at.repository.commit('Version 2', {
      'rollout.yaml': files['rollout.yaml'].replace('demo/web:1', 'demo/web:2'),
    });
    const follow = at.follow('--self-heal', '--force-conflicts', '--interval', '1s');
    await follow.says(/"Version 2": 1 changed, 3 unchanged/);
    await bed.api.until(at.ref('Rollout', 'web'), (one) => valueAt(one, 'status.phase') === 'Paused', 60);
    const selector = (object: unknown) => valueAt(object, 'spec.selector');
    const weights = (object: unknown) =>
      [0, 1].map((i) => valueAt(object, `spec.rules.0.backendRefs.${i}.weight`));
    const before = await Promise.all(['web-stable', 'web-canary'].map((name) => at.get('Service', name)));
    assert.deepEqual(weights(await at.get('HTTPRoute', 'web')), [90, 10]);

    await at.repository.commit('Another port, host and path', {
      'services.yaml': files['services.yaml'].replaceAll('port: 80\n', 'port: 80\n      name: http\n'),
      'httproute.yaml': files['httproute.yaml']
        .replace('web.example.com', 'shop.example.com')
        .replace(
          '- backendRefs:',
          '- matches: [{path: {type: PathPrefix, value: /shop}}]\n      backendRefs:',
        ),
    });
    const said = await follow.says(/"Another port, host and path": 3 changed, 1 unchanged/);
    const after = await Promise.all(['web-stable', 'web-canary'].map((name) => at.get('Service', name)));
    const route = await at.get('HTTPRoute', 'web');
    assert.deepEqual(after.map(selector), before.map(selector));
    assert.equal(valueAt(after[0], 'spec.ports.0.name'), 'http');
    assert.deepEqual([valueAt(route, 'spec.hostnames.0'), ...weights(route)], ['shop.example.com', 90, 10]);
    assert.equal(valueAt(route, 'spec.rules.0.matches.0.path.value'), '/shop');

    await bed.api.patch(at.ref('Rollout', 'web'), 'merge', { status: { promoteFull: true } }, 'status');
    await bed.api.until(at.ref('Rollout', 'web'), (one) => valueAt(one, 'status.phase') === 'Healthy', 60);
    await follow.says(/"Another port, host and path": healthy after/);
    assert.deepEqual(weights(await at.get('HTTPRoute', 'web')), [100, 0]);
    const { out, err } = await follow.end();
    assert.doesNotMatch(out + err, /repaired|Warning/, said);
    const last = await at.once();
    assert.deepEqual([last.code, last.err], [0, '']);
    assert.match(last.out, /: 4 unchanged; healthy/);
  });

  void test('what cannot be read is told, and waited for', async () => {
    const at = await field('trouble');
    const branchless = await at.once();
    assert.deepEqual([branchless.code, branchless.out], [1, '']);
    assert.match(branchless.err, /^Error: \S+ has no branch main\n$/);
    const follow = at.follow('--interval', '1s');
    await follow.says(/Warning: \S+ has no branch main; trying again/);
    await at.repository.commit('At last', { 'a.yaml': configMap('a', {}) });
    await follow.says(/"At last": 1 created[\s\S]*it works again|it works again[\s\S]*"At last": 1 created/);
    await follow.end();
    const folder = await at.once('--path', 'nowhere');
    assert.match(folder.err, /^Error: there is no folder nowhere at \w{7}\n$/);
    assert.ok(await at.find('ConfigMap', 'a'));
  });
});

async function ended(child: ChildProcess): Promise<Ended> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    exit,
  ]);
  return { code, out, err };
}

/** A process whose output is read as it comes; both streams in one text. */
function following(child: ChildProcess): Following {
  let said = '';
  let out = '';
  let err = '';
  let wake = (): void => {};
  const hear = (chunk: Buffer, isErr: boolean): void => {
    said += chunk.toString();
    if (isErr) err += chunk.toString();
    else out += chunk.toString();
    wake();
  };
  child.stdout?.on('data', (chunk: Buffer) => hear(chunk, false));
  child.stderr?.on('data', (chunk: Buffer) => hear(chunk, true));
  const exit = once(child, 'exit') as Promise<[number | null]>;
  return {
    says: async (wanted) => {
      const deadline = AbortSignal.timeout(90_000);
      deadline.addEventListener('abort', () => wake());
      while (!wanted.test(said)) {
        if (deadline.aborted || child.exitCode !== null)
          throw new Error(`never said ${wanted.source}:\n${said}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          void exit.then(() => resolve());
        });
      }
      return said;
    },
    end: async () => {
      child.kill('SIGINT');
      const [code] = await exit;
      return { code, out, err };
    },
  };
}
