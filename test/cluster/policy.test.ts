import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Agent, request } from 'undici';
import type { Manifest } from '../../src/api/meta.ts';
import { isObject } from '../../src/api/path.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { validateRollout } from '../../src/api/validate/index.ts';
import { issuesOf, joined, POLICY_ROWS, type PolicyRow } from '../api/policy-rows.ts';
import { nginxWith, rolloutWith } from '../api/rollouts.ts';
import { findLibrary } from '../compat/library.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { readManifests } from './bed/install.ts';

const ROOT = join(import.meta.dirname, '../..');
const POLICIES = join(ROOT, 'deploy/components/validation/policies.yaml');
const RECORDED = JSON.parse(
  readFileSync(join(ROOT, 'test/api/vectors/invalid-rollouts.json'), 'utf8'),
) as readonly { readonly name: string; readonly spec: Rollout['spec'] }[];
const PLURALS: Readonly<Record<string, string>> = {
  Rollout: 'rollouts',
  AnalysisTemplate: 'analysistemplates',
  ClusterAnalysisTemplate: 'clusteranalysistemplates',
};

/** What the API server said. */
interface Answer {
  readonly status: number;
  /** Empty where the object was taken. */
  readonly message: string;
  readonly warnings: readonly string[];
}

void describe('the admission policies in a real API server', () => {
  let bed: Bed;
  let namespace: string;
  let dispatcher: Agent;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('policy');
    dispatcher = new Agent({ connect: { ca: readFileSync(bed.caFile, 'utf8') }, headersTimeout: 30_000 });
    await storeInvalid();
    await bed.install([POLICIES]);
    await areInForce();
  });
  after(async () => {
    await dispatcher?.destroy();
    await bed?.stop();
  });

  const send = async (method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> => {
    const type = method === 'POST' ? 'application/json' : 'application/merge-patch+json';
    const answer = await request(bed.server + path, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${bed.tokens.admin}`, 'content-type': type },
      body: JSON.stringify(body),
    });
    const { message = '' } = (await answer.body.json()) as { readonly message?: string };
    const lines = answer.headers['warning'] ?? [];
    return {
      status: answer.statusCode,
      message: answer.statusCode < 400 ? '' : message,
      warnings: typeof lines === 'string' ? [lines] : lines,
    };
  };
  const collection = (kind: string) => {
    const place = kind.startsWith('Cluster') ? '' : `/namespaces/${namespace}`;
    return `/apis/argoproj.io/v1alpha1${place}/${PLURALS[kind]}`;
  };
  const create = (manifest: Manifest, options = '?dryRun=All') => {
    const isHere = !manifest.kind.startsWith('Cluster');
    // Names of scenarios may hold a symbol.
    const metadata = { name: manifest.metadata.name.replace('<ns>', 'ns'), ...(isHere ? { namespace } : {}) };
    return send('POST', collection(manifest.kind) + options, { ...manifest, metadata });
  };
  const patch = (name: string, body: object, subresource = '') =>
    send('PATCH', `${collection('Rollout')}/${name}${subresource}`, body);

  /** From a time before there were policies. */
  async function storeInvalid(): Promise<void> {
    const rollout = rolloutWith({ minReadySeconds: -1 });
    const old = { ...rollout, metadata: { ...rollout.metadata, name: 'old' } };
    assert.equal((await create(old, '')).status, 201);
  }

  /** The API server reads policies from a cache, in no certain order. */
  async function areInForce(): Promise<void> {
    const bad = POLICY_ROWS.filter(({ name }) =>
      /interval-missing|active-is-preview|threshold-type/.test(name),
    );
    assert.equal(bad.length, 3);
    const deadline = Date.now() + 60_000;
    for (const row of bad)
      for (;;) {
        const { message, warnings } = await create(row.manifest);
        if (message !== '' || warnings.length > 0) break;
        assert.ok(Date.now() < deadline, `${row.name}: no policy after a minute`);
      }
  }

  const agrees = async ({ manifest, refusedBy, warnedBy }: PolicyRow) => {
    const { status, message, warnings } = await create(manifest);
    const said = joined(issuesOf(manifest));
    if (refusedBy.length > 0) {
      assert.equal(status, 422, message);
      assert.equal(message.slice(message.indexOf('denied request: ') + 16), said);
      return;
    }
    assert.equal(message, '');
    if (warnedBy.length === 0) return assert.deepEqual(warnings, []);
    const [warning = ''] = warnings;
    assert.ok(warning.endsWith(`${said.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`), warning);
  };
  for (const row of POLICY_ROWS)
    void test(`says what the controller would say: ${row.name}`, () => agrees(row));

  /** Objects that were not made for this: what the validation takes is taken, without a warning. */
  const agreesOn = async (manifests: readonly Manifest[]) => {
    const wrong: string[] = [];
    for (const manifest of manifests.filter(({ kind }) => PLURALS[kind] !== undefined)) {
      const { message, warnings } = await create(manifest);
      const issues = issuesOf(manifest);
      const isTold = message !== '' || warnings.length > 0;
      if (isTold !== issues.length > 0)
        wrong.push(`${manifest.metadata.name}: ${message} ${warnings.join()}, but: ${joined(issues)}`);
    }
    assert.deepEqual(wrong, []);
  };

  void test('is content with the examples', () =>
    agreesOn(
      globSync('{examples,analysis-templates/*}/**/*.yaml', { cwd: ROOT }).flatMap((file) =>
        readManifests(join(ROOT, file)),
      ),
    ));

  void test('agrees on what the original refused, and on all else', () =>
    agreesOn(RECORDED.map(({ name, spec }) => ({ ...rolloutWith({}), metadata: { name }, spec }))));

  const library = findLibrary();
  void test('agrees on everything that was applied in the recorded scenarios', {
    skip: library.kind === 'missing' && library.why,
  }, async () => {
    assert.ok(library.kind === 'found');
    const scenarios = library.library.names.map((name) => library.library.scenario(name));
    const manifests = scenarios.flatMap(({ given, steps }) => [
      ...given,
      ...steps.flatMap(({ action }) => (action.kind === 'apply' ? action.manifests : [])),
    ]);
    assert.ok(manifests.length > 500);
    await agreesOn(manifests as unknown as readonly Manifest[]);
  });

  /** All that the policies say, without what they are called. */
  const saidOf = ({ message, warnings }: Answer): readonly string[] => {
    const denied = message === '' ? [] : [message.slice(message.indexOf('denied request: ') + 16)];
    const warned = warnings.map((line) =>
      line
        .replace(/^299 - "Validation failed for .*? with binding '[^']*': |"$/g, '')
        .replaceAll(/\\(.)/g, '$1'),
    );
    return [...denied, ...warned].flatMap((text) => text.split('; ')).sort();
  };

  void test('says of several mistakes in one object exactly what the controller would say', async () => {
    let several = 0;
    const rows = POLICY_ROWS.filter(
      ({ name, manifest }) => manifest.kind === 'Rollout' && name !== 'a step too many',
    );
    const wrong: string[] = [];
    for (const [i, row] of rows.entries())
      for (let j = 1; j <= 9; j++) {
        const other = rows[(i + j * j) % rows.length] ?? row;
        const mixed = mix(row.manifest, other.manifest) as Manifest;
        const said = saidOf(await create(mixed));
        const issues = issuesOf(mixed)
          .map(({ path, message }) => `${path}: ${message}`)
          .sort();
        if (issues.length > 1) several++;
        if (!isDeepStrictEqual(said, issues))
          wrong.push(
            `${row.name} with ${other.name}:\n  ${said.join('\n  ')}\nbut:\n  ${issues.join('\n  ')}`,
          );
      }
    assert.ok(several > 500, String(several));
    assert.deepEqual(wrong, []);
  });

  void test('an old mistake does not stand in the way of labels and of the status', async () => {
    const labelled = await patch('old', { metadata: { labels: { a: 'b' } } });
    assert.deepEqual([labelled.status, labelled.message], [200, '']);
    const told = await patch('old', { status: { phase: 'Degraded' } }, '/status');
    assert.deepEqual([told.status, told.message], [200, '']);
    const scaled = await patch('old', { spec: { replicas: 3 } }, '/scale');
    assert.deepEqual([scaled.status, scaled.message], [200, '']);
  });

  void test('but a change of the spec must be right', async () => {
    assert.match((await patch('old', { spec: { paused: true } })).message, /spec\.minReadySeconds.*-1/);
    assert.equal((await patch('old', { spec: { minReadySeconds: 0 } })).status, 200);
    assert.match(
      (await patch('old', { spec: { minReadySeconds: 600 } })).message,
      /must be greater than min/,
    );
  });

  void test('what is deleted and still has a finalizer can lose it', async () => {
    const rollout = rolloutWith({ strategy: { canary: { steps: [] } } });
    const metadata = { ...rollout.metadata, name: 'going', finalizers: ['sluice.dev/test'] };
    const path = `${collection('Rollout')}/going`;
    assert.equal(
      (await send('POST', collection('Rollout'), { ...rollout, metadata: { ...metadata, namespace } }))
        .status,
      201,
    );
    await bed.api.wire.send('DELETE', path);
    const freed = await patch('going', { metadata: { finalizers: null } });
    assert.deepEqual([freed.status, freed.message], [200, '']);
  });

  void test('a null counts as absent', async () => {
    const { status, message } = await create(rolloutWith({ workloadRef: null, replicas: null }));
    assert.deepEqual([status, message], [201, '']);
  });

  void test('so many mistakes that they cannot be told', async () => {
    const steps = Array.from({ length: 90 }, () => ({ setWeight: 101, setCanaryScale: {} }));
    const rollout = rolloutWith({ strategy: { canary: { steps } } });
    const { status, message } = await create(rollout);
    assert.equal(status, 422);
    assert.match(message, /kubectl sluice lint tells all/);
  });

  void test('as large a rollout as anybody has costs no more than the API server allows', async () => {
    const texts = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
    const labels = Object.fromEntries(texts(60).map((name) => [name, name]));
    const containers = texts(30).map((name, i) => ({
      name,
      image: 'demo/app:1',
      ports: texts(20).map((port, j) => ({ name: port, containerPort: 1000 + i * 20 + j })),
      env: texts(100).map((variable) => ({ name: variable, value: 'x'.repeat(100) })),
    }));
    const match = texts(20).map((name) => ({ headerName: name, headerValue: { regex: `^${name}.*$` } }));
    const args = texts(20).map((name) => ({
      name,
      valueFrom: { fieldRef: { fieldPath: `metadata.labels['${name}']` } },
    }));
    const steps = texts(100).flatMap((_, i) => [
      { setHeaderRoute: { name: 'h', match } },
      { pause: { duration: `${i}m` } },
      { analysis: { templates: [{ templateName: 't' }], args } },
    ]);
    const rollout = nginxWith({
      trafficRouting: { istio: { virtualService: { name: 'v' } }, managedRoutes: [{ name: 'h' }] },
      steps,
    });
    const template = { metadata: { labels: { app: 'web', ...labels } }, spec: { containers } };
    const large = { ...rollout, spec: { ...rollout.spec, template } };
    assert.deepEqual(validateRollout(large), []);
    const taken = await create(large);
    assert.deepEqual([taken.status, taken.message, taken.warnings], [201, '', []]);
    const other = { ...large, spec: { ...large.spec, selector: { matchLabels: { app: 'other' } } } };
    assert.match((await create(other)).message, /`selector` does not match template `labels`/);
  });
});

/** Two JSON values as one: fields of both, the steps of both; else the second counts. */
function mix(one: unknown, other: unknown, key = ''): unknown {
  if (Array.isArray(one) && Array.isArray(other) && key === 'steps')
    return [...(one as unknown[]), ...(other as unknown[])];
  if (!isObject(one) || !isObject(other)) return other === undefined ? one : other;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(keys.map((member) => [member, mix(one[member], other[member], member)]));
}
