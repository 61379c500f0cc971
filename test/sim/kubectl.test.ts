import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/shell/clock.ts';
import { kubeconfigOf, type Serving, serve } from '../../src/sim/api-server/serve.ts';
import { ApiServer } from '../../src/sim/api-server/server.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { Random } from '../../src/sim/random.ts';

const CRDS = join(import.meta.dirname, '..', '..', 'crds');
const inCi = (process.env['CI'] ?? '') !== '';
const why = findsKubectl()
  ? false
  : 'kubectl is not on the PATH: how it gets on with the simulated server is not tested';
if (why !== false && inCi) throw new Error(why);

const rollout = (replicas: number, image: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "${image}"}]}
  strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, labels: {app: api}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: main, image: "${image}"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

void describe('stock kubectl on the simulated server', { skip: why }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kubectl-'));
  const api = new ApiServer({ clock: systemClock, random: new Random('kubectl'), assumed: [] });
  const place = { namespace: 'default', name: 'web' };
  let serving: Serving;

  before(async () => {
    serving = await serve(api);
    writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(serving), { mode: 0o600 });
  });
  after(async () => {
    await serving?.close();
    api.stop();
    rmSync(folder, { recursive: true });
  });

  /** Runs it; `input` is a file that is written first and given with `-f`. */
  const kubectl = async (words: string, input?: string): Promise<string> => {
    const file = join(folder, 'input.yaml');
    if (input !== undefined) writeFileSync(file, input);
    const args = [...words.split(' '), ...(input === undefined ? [] : ['-f', file])];
    const env = {
      ...process.env,
      KUBECONFIG: join(folder, 'kubeconfig'),
      HOME: folder,
      KUBE_EDITOR: join(folder, 'edit'),
    };
    return run(args, env);
  };
  const spec = () => api.get(kinds.rollouts, place)?.['spec'] as { readonly replicas: number };

  void test('installs our definitions by server-side apply, and waits for them', async () => {
    const told = await kubectl(`apply --server-side -f ${CRDS}`);
    assert.equal(told.match(/serverside-applied/g)?.length, 5);
    assert.match(
      await kubectl('wait --for=condition=Established crd/rollouts.argoproj.io --timeout=20s'),
      /condition met/,
    );
    assert.match(await kubectl('api-resources'), /^rollouts +ro +argoproj.io\/v1alpha1 +true +Rollout$/m);
  });

  void test('apply creates, leaves alone, and changes', async () => {
    assert.match(await kubectl('apply', rollout(2, 'app:1')), /rollout.argoproj.io\/web created/);
    const again = await kubectl('apply', rollout(2, 'app:1'));
    assert.equal(again.match(/unchanged/g)?.length, 3);
    const changed = await kubectl('apply', rollout(3, 'app:2'));
    assert.equal(changed.match(/configured/g)?.length, 2);
    assert.equal(spec().replicas, 3);
  });

  void test('get shows tables, YAML and what a path finds', async () => {
    const table = await kubectl('get rollouts,deployments,services');
    assert.match(table, /^NAME +DESIRED +CURRENT +UP-TO-DATE +AVAILABLE +AGE$/m);
    assert.match(table, /^deployment.apps\/api +0\/3 +0 +0 +\d+s$/m);
    assert.match(table, /^service\/web +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +\d+s$/m);
    assert.match(await kubectl('get rollout web -o yaml'), /- setWeight: 20$/m);
    assert.equal(await kubectl('get rollout web -o jsonpath={.spec.replicas}'), '3');
    assert.match(await kubectl('get deploy api -o wide'), /main +app:2 +app=api/);
    assert.match(await kubectl('describe deploy api'), /Replicas: +3 desired/);
    assert.match(await kubectl('explain rollout.spec.strategy.canary.steps'), /setWeight/);
  });

  void test('scale, label, annotate and patch', async () => {
    await kubectl('scale rollout web --replicas=5');
    assert.equal(spec().replicas, 5);
    await kubectl('scale deploy api --replicas=1');
    await kubectl('label rollout web a=b');
    await kubectl('annotate rollout web c=d');
    await kubectl('patch rollout web --type=merge -p {"spec":{"replicas":6}}');
    await kubectl(
      'patch deploy api -p {"spec":{"template":{"spec":{"containers":[{"name":"main","tty":true}]}}}}',
    );
    const { metadata } = api.get(kinds.rollouts, place) ?? {};
    assert.deepEqual([metadata?.labels?.['a'], metadata?.annotations?.['c'], spec().replicas], ['b', 'd', 6]);
  });

  void test('edit', async () => {
    const editor = join(folder, 'edit');
    writeFileSync(editor, '#!/bin/sh\nsed -i "s/replicas: 6/replicas: 7/" "$1"\n');
    chmodSync(editor, 0o700);
    assert.match(await kubectl('edit rollout web'), /edited/);
    assert.equal(spec().replicas, 7);
  });

  void test('server-side apply meets another manager', async () => {
    const one = 'apply --server-side --field-manager=one';
    await kubectl(`${one} --force-conflicts`, rollout(7, 'app:2'));
    await assert.rejects(
      kubectl('apply --server-side --field-manager=two', rollout(8, 'app:2')),
      /spec.replicas/,
    );
    await kubectl('apply --server-side --field-manager=two --force-conflicts', rollout(8, 'app:2'));
    assert.equal(spec().replicas, 8);
  });

  void test('wait sees a condition that comes', async () => {
    const waiting = kubectl('wait --for=condition=Healthy rollout/web --timeout=20s');
    const begun = setInterval(() => {
      if (api.watches === 0) return;
      clearInterval(begun);
      const moment = '2026-11-21T08:00:00Z';
      const condition = {
        type: 'Healthy',
        status: 'True',
        lastUpdateTime: moment,
        lastTransitionTime: moment,
      };
      const status = { conditions: [{ ...condition, reason: 'R', message: 'm' }] };
      api.merge(kinds.rollouts, place, { status }, { manager: 'test', subresource: 'status' });
    }, 5);
    assert.match(await waiting, /condition met/);
    clearInterval(begun);
  });

  void test('diff tells what would change, and dry runs change nothing', async () => {
    await assert.rejects(
      kubectl('diff --server-side --field-manager=two', rollout(9, 'app:2')),
      /\+ {2}replicas: 9/,
    );
    await kubectl('apply --server-side --field-manager=two --dry-run=server', rollout(9, 'app:2'));
    assert.equal(spec().replicas, 8);
  });

  void test('what is wrong is refused in the words of the server', async () => {
    const wrong = rollout(1, 'app:1').replace('setWeight: 20', 'setWeight: many');
    await assert.rejects(kubectl('apply', wrong), /setWeight/);
    const unknown = rollout(1, 'app:1').replace('pause: {}', 'pauze: {}');
    await assert.rejects(kubectl('apply', unknown), /unknown field "spec.strategy.canary.steps\[1\].pauze"/);
  });

  void test('create, and what else comes in the binary form', async () => {
    assert.match(await kubectl('create namespace team'), /created/);
    await kubectl('create configmap settings --from-literal=a=b');
    await kubectl('create deployment third --image=app:3 --replicas=2 --port=80');
    assert.deepEqual(api.get(kinds.configMaps, { namespace: 'default', name: 'settings' })?.['data'], {
      a: 'b',
    });
    assert.match(await kubectl('get deploy third -o wide'), /0\/2 .* app:3 /);
    assert.match(await kubectl('auth can-i create pods'), /yes/);
    assert.match(await kubectl('get --raw /readyz'), /^ok$/);
  });

  void test('delete', async () => {
    assert.match(await kubectl('delete rollout web'), /deleted/);
    await kubectl('delete deploy,svc --all');
    assert.equal(await kubectl('get all'), '');
  });
});

function findsKubectl(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'kubectl'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a run prints; rejects with all that it printed where it fails. */
function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let [out, complaints] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      complaints += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`kubectl ${args.join(' ')}: exit code ${code}: ${complaints}${out}`));
    });
  });
}
