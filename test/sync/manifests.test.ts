import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { type Kinds, kindsOfCrds } from '../../src/sync/cluster/kinds.ts';
import { openLocal } from '../../src/sync/git/local.ts';
import { nameOf, readText } from '../../src/sync/manifests/declared.ts';
import { layoutOf } from '../../src/sync/manifests/layout.ts';
import { problemLine } from '../../src/sync/manifests/problem.ts';
import { ManifestReader } from '../../src/sync/manifests/reader.ts';
import { placed } from '../../src/sync/wanted.ts';
import { newRepository } from './support/repository.ts';

const map = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const signal = new AbortController().signal;

void describe('a text', () => {
  const rows: Readonly<
    Record<string, { text: string; objects?: readonly string[]; problems?: readonly string[] }>
  > = {
    'several documents, empty ones among them': {
      text: `---\n---\n${map('a')}---\n# nothing\n---\n${map('b')}`,
      objects: ['ConfigMap a', 'ConfigMap b'],
    },
    'JSON, and a list': {
      text: `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n"}}]}`,
      objects: ['Secret n/s'],
    },
    'no YAML: what it stumbles over is not repeated': {
      text: 'a: *sec-ret\n---\nb: |sec-ret\n---\nc: %sec-ret @\n]sec-ret\n',
      problems: [
        'f:1: Unresolved alias (the anchor must be set before the alias)',
        'f:3: Block scalar header includes extra characters',
        'f:5: Plain value cannot start with directive indicator character %',
        'f:6: Unexpected flow-seq-end token in YAML stream: "…"',
        'f:6: Unexpected scalar token in YAML stream: "…"',
      ],
    },
    'a key twice': {
      text: map('a', 'kind: Secret\n'),
      objects: ['Secret a'],
      problems: ['f:5: this key is there twice; the last one counts'],
    },
    'all that an object needs': {
      text: [
        'a: 1',
        'kind: A\nmetadata: {name: a}',
        'apiVersion: v1\nkind: 3\nmetadata: {name: a}',
        'apiVersion: v1\nkind: A',
        map('a').replace('name:', 'generateName:'),
        map('a', '  labels:\n    x: 1\n'),
        '- 1',
      ].join('\n---\n'),
      problems: [
        'f:1: this is no Kubernetes object: it has neither apiVersion nor kind',
        'f:3: apiVersion: must be text such as apps/v1',
        'f:7: kind: must be a word such as Deployment',
        'f:10: metadata.name: Required value',
        'f:15: metadata.generateName: what is in Git needs a name of its own',
        'f:23: metadata.labels: all values must be text',
        'f:27: this is no Kubernetes object',
      ],
    },
  };
  for (const [name, { text, objects = [], problems = [] }] of Object.entries(rows))
    void test(name, () => {
      const read = readText({ file: 'f', text });
      assert.deepEqual(read.problems.map(problemLine), problems);
      assert.deepEqual(
        read.objects.map(({ manifest }) => nameOf(manifest)),
        objects,
      );
    });

  void test('the digest is of what it says, and what only the server writes is left out', () => {
    const digests = [
      map('a', 'data: {x: "1", y: "2"}\n'),
      `# A comment.\n${map('a', 'data:\n  y: "2"\n  x: \'1\'\n')}`,
      map(
        'a',
        '  uid: abc\n  resourceVersion: "1"\n  creationTimestamp: null\ndata: {x: "1", y: "2"}\nstatus: {}\n',
      ),
      map('a', 'data: {x: "1", y: "3"}\n'),
    ].map((text) => readText({ file: 'f', text }).objects[0]?.hash);
    assert.equal(new Set(digests.slice(0, 3)).size, 1);
    assert.notEqual(digests[0], digests[3]);
  });
});

void test('a folder is built as a whole, or its files are taken as they are', () => {
  const files = [
    'apps/a.yaml',
    'apps/.hidden.yaml',
    'apps/.github/b.yaml',
    'apps/readme.md',
    'apps/b/c.json',
    'apps/k/kustomization.yaml',
    'apps/k/d.yaml',
    'apps/k/sub/kustomization.yml',
    'apps/both/Chart.yaml',
    'apps/both/kustomization.yaml',
    'apps/chart/Chart.yaml',
    'apps/chart/templates/e.yaml',
    'apps/chart/charts/sub/Chart.yaml',
  ].map((path) => ({ path, blob: path }));
  const { plain, built } = layoutOf(files, 'apps');
  assert.deepEqual(
    plain.map(({ path }) => path),
    ['apps/a.yaml', 'apps/b/c.json'],
  );
  assert.deepEqual(
    built.map(({ by, folder }) => `${by} ${folder}`),
    ['kustomize apps/k', 'kustomize apps/both', 'helm apps/chart'],
  );
  const whole = layoutOf([{ path: 'kustomization.yaml', blob: '' }, ...files], '');
  assert.deepEqual([whole.plain.length, whole.built.map(({ folder }) => folder)], [0, ['']]);
});

void test('namespaces, kinds that are coming, kinds that nobody knows, and what is there twice', () => {
  const served: Kinds = new Map([
    [
      'v1 ConfigMap',
      { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
    ],
    [
      'v1 Namespace',
      { group: '', version: 'v1', resource: 'namespaces', kind: 'Namespace', namespaced: false },
    ],
  ]);
  const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gs.x.io}\nspec: {group: x.io, scope: Cluster, names: {kind: G, plural: gs}, versions: [{name: v1}]}\n`;
  const texts = [
    map('a'),
    map('a', '  namespace: shop\n'),
    map('a', '  namespace: other\n'),
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, namespace: wrong}\n',
    'apiVersion: x.io/v1\nkind: G\nmetadata: {name: g}\n',
    'apiVersion: x.io/v2\nkind: G\nmetadata: {name: g}\n',
  ];
  const objects = texts.flatMap((text, i) => readText({ file: `${i}.yaml`, text }).objects);
  const crds = readText({ file: 'crd', text: crd }).objects.map(({ manifest }) => manifest);
  const { wanted, problems } = placed(objects, { served, coming: kindsOfCrds(crds) }, 'shop');
  assert.deepEqual(
    wanted.map(({ key, isKindNew }) => `${key}${isKindNew ? ' new' : ''}`),
    ['/ConfigMap/shop/a', '/ConfigMap/other/a', '/Namespace//ns', 'x.io/G//g new'],
  );
  assert.deepEqual(problems.map(problemLine), [
    '1.yaml:1: ConfigMap shop/a is also in 0.yaml:1',
    '5.yaml:1: the cluster does not know G of x.io/v2',
  ]);
});

void describe('a commit', () => {
  const read = async (files: Readonly<Record<string, string>>, env: object = process.env) => {
    const repository = await newRepository();
    try {
      const hash = await repository.commit('One', files);
      const source = openLocal({ path: repository.path, branch: 'main', folder: 'apps' });
      const reader = new ManifestReader({
        source,
        namespace: 'shop',
        env: env as Record<string, string>,
        check: null,
      });
      const { objects, problems, built } = await reader.read(hash, signal);
      return {
        objects: objects.map(({ manifest }) => nameOf(manifest)),
        problems: problems.map(problemLine),
        built: [...built],
      };
    } finally {
      repository.remove();
    }
  };

  void test('is read as a whole, with every problem', async () => {
    const { objects, problems } = await read({
      'apps/a.yaml': map('a'),
      'apps/b.yaml': 'kind: [',
      'apps/c.yaml': 'a: 1',
      'apps/d.yaml': '\u0000'.repeat(5 * 1024 * 1024),
      'other/e.yaml': 'kind: [',
    });
    assert.deepEqual(objects, ['ConfigMap a']);
    assert.deepEqual(
      problems.map((line) => line.replace(/(b\.yaml:\d+): .*/, '$1')),
      [
        'apps/b.yaml:1',
        'apps/c.yaml:1: this is no Kubernetes object: it has neither apiVersion nor kind',
        'apps/d.yaml: larger than 4 MiB',
      ],
    );
  });

  const kustomized = {
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': map('a'),
    'apps/kustomization.yaml': 'resources: [../base]\nnamePrefix: my-\n',
  };
  const hasKustomize = [
    ['kustomize', 'version'],
    ['kubectl', 'kustomize', '--help'],
  ].some(([program = '', ...args]) => spawnSync(program, args).status === 0);
  const why =
    hasKustomize || process.env['CI'] !== undefined ? false : 'neither kustomize nor kubectl is installed';
  void test('is built by kustomize, with bases from elsewhere in it', { skip: why }, async () => {
    assert.deepEqual(await read(kustomized), {
      objects: ['ConfigMap my-a'],
      problems: [],
      built: ['/ConfigMap//my-a'],
    });
    const { problems } = await read({ ...kustomized, 'base/kustomization.yaml': 'resources: [none.yaml]\n' });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^apps\/kustomization\.yaml: kustomize: [\s\S]*none\.yaml/);
    assert.doesNotMatch(problems[0] ?? '', /sluice-build-\w+\/files\//);
  });

  void test('needs programs that may not be there, and then says which', async () => {
    const nowhere = { PATH: '/nonexistent' };
    const { problems } = await read({ ...kustomized, 'apps/x/Chart.yaml': 'name: x\n' }, nowhere);
    assert.deepEqual(problems, [
      'apps/kustomization.yaml: a kustomization needs the program kustomize or kubectl, and neither is installed',
    ]);
    const chart = await read({ 'apps/x/Chart.yaml': 'name: x\n' }, nowhere);
    assert.deepEqual(chart.problems, [
      'apps/x/Chart.yaml: a chart needs the program helm, which is not installed',
    ]);
  });
});
