import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { resources } from '../../src/api/resources.ts';
import { routersOf } from '../../src/routers/index.ts';
import { parseSettings } from '../../src/shell/flags.ts';
import { HOME, SECRETS, usesOfWatched } from '../../src/shell/uses.ts';
import { VERSION } from '../../src/version.ts';

const ROOT = join(import.meta.dirname, '../..');
const USES = [...usesOfWatched(), ...SECRETS, ...HOME];

interface Found {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
}

function read(path: string): readonly Found[] {
  const documents = parseAllDocuments(readFileSync(join(ROOT, path), 'utf8'));
  assert.deepEqual(
    documents.flatMap((document) => document.errors),
    [],
  );
  return documents.map((document) => document.toJS() as Found);
}

interface Deployment {
  readonly selector: { readonly matchLabels: object };
  readonly template: {
    readonly metadata: { readonly labels: object };
    readonly spec: { readonly containers: readonly Container[] };
  };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

const deployment = read('deploy/base/deployment.yaml')[0]?.spec as Deployment;
const [container = assert.fail('no container')] = deployment.template.spec.containers;

void test('every kind that the shell talks about is in the table of uses', () => {
  const files = globSync('src/{shell,notify}/**/*.ts', { cwd: ROOT }).filter(
    (file) => !file.endsWith('uses.ts') && !file.endsWith('kube/resources.ts'),
  );
  const named = new Set(
    files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bresources\.(\w+)/g)].map(
        (match) => match[1] ?? '',
      ),
    ),
  );
  const used = new Set(USES.map((use) => use.resource.kind));
  const missing = Object.entries(resources)
    .filter(([name, resource]) => named.has(name) && !used.has(resource.kind))
    .map(([name]) => name);
  assert.ok(named.has('rollouts'));
  assert.deepEqual(missing, []);
});

void test('what routers write, the controller may write', () => {
  const found = routersOf({
    nginx: { stableIngress: 'web' },
    plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } },
  } as Parameters<typeof routersOf>[0]);
  assert.ok(found.kind === 'routers');
  const target = {
    rollout: { name: 'web', namespace: 'shop', uid: 'u' },
    stableService: 'stable',
    canaryService: 'canary',
    maxWeight: 100,
    managedRoutes: [],
  };
  const refs = found.routers.flatMap((router) => router.refs(target));
  const lacking = refs.flatMap((ref) => {
    const verbs = USES.filter((use) => use.resource.kind === ref.kind).flatMap((use) => use.verbs);
    const needs = ['list', 'watch', ...(ref.written ? ['patch'] : []), ...(ref.created ? ['create'] : [])];
    return needs
      .filter((verb) => !verbs.some((granted) => granted === verb))
      .map((verb) => `${verb} ${ref.kind}`);
  });
  assert.ok(refs.length >= 3);
  assert.deepEqual(lacking, []);
});

interface Kustomization {
  readonly resources: readonly string[];
  readonly components?: readonly string[];
}

const named = ({ resources, components = [] }: Kustomization) => [...resources, ...components];

void test('kustomizations name files that are there', () => {
  const files = globSync('deploy/**/kustomization.yaml', { cwd: ROOT });
  const missing = files.flatMap((file) =>
    named(read(file)[0] as unknown as Kustomization)
      .map((resource) => join(dirname(file), resource))
      .filter((path) => !existsSync(join(ROOT, path))),
  );
  assert.ok(files.length >= 7);
  assert.deepEqual(missing, []);
});

void test('the Deployment starts this version, with flags that it knows and ports that it opens', () => {
  assert.equal(container.image, `sluice:${VERSION}`);
  const settings = parseSettings(container.args, { POD_NAMESPACE: 'sluice' });
  const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  assert.deepEqual(ports, { metrics: settings.metricsPort, health: settings.healthzPort });
  assert.equal(settings.logFormat, 'json');
});

void test('selectors select the pods of the Deployment', () => {
  const labels = deployment.template.metadata.labels;
  const service = read('deploy/base/service.yaml')[0]?.spec as { readonly selector: object };
  const budget = read('deploy/overlays/high-availability/disruption-budget.yaml')[0]?.spec as Deployment;
  for (const selector of [deployment.selector.matchLabels, service.selector, budget.selector.matchLabels])
    assert.deepEqual({ ...labels, ...selector }, labels);
});
