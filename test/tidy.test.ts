import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/**
 * The tree is a test: which folder may import which, what pure folders may not contain, how long things may be.
 * The rules are explained in docs/ARCHITECTURE.md.
 */
const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** What each folder of src may import besides itself. Packages stand for npm packages; `node:` for Node's own. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  api: ['zod'],
  core: ['api', 'xstate'],
  routers: ['api', 'core', 'zod'],
  view: ['api', 'core'],
  providers: ['api', 'core', 'zod', 'node:', 'prometheus-query', 'undici', 'aws4fetch'],
  notify: ['api', 'core', 'zod', 'node:', 'undici'],
  shell: [
    'api',
    'core',
    'routers',
    'providers',
    'notify',
    'view',
    'version.ts',
    'node:',
    '@kubernetes/client-node',
    'undici',
    'pino',
    'prom-client',
    'yaml',
    'commander',
  ],
  sync: ['api', 'core', 'shell', 'version.ts', 'node:', 'yaml', 'isomorphic-git'],
  sim: [
    'api',
    'core',
    'routers',
    'providers',
    'notify',
    'view',
    'node:',
    'yaml',
    '@prometheus-io/lezer-promql',
    '@lezer/common',
    '@lezer/lr',
  ],
  cli: [
    'api',
    'core',
    'routers',
    'view',
    'providers',
    'shell',
    'sim',
    'sync',
    'version.ts',
    'node:',
    'yaml',
    'commander',
    'undici',
    '@kubernetes/client-node',
  ],
  'main.ts': ['shell', 'node:'],
  'version.ts': [],
};

/** Folders where nothing may happen: no clock, no chance, no waiting. */
const PURE = ['api', 'core', 'routers', 'view'];
const BANNED = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\basync\b/,
  /\bawait\b/,
  /\bPromise\b/,
];
const VAGUE = /^(utils?|helpers?|common|types|misc)(\.|$)/;

const MOST_LINES = 300;
const MOST_COLUMNS = 110;
/** Generated tables, which nobody reads from top to bottom. */
const GENERATED: readonly string[] = ['src/core/hash/go-types.ts'];

interface Source {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const sources: readonly Source[] = read('src');
/** What plays simulated lives and judges them is read as often as what it judges. */
const judges: readonly Source[] = read('test/sim/support');

function read(folder: string): readonly Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const text = readFileSync(join(ROOT, folder, file), 'utf8');
      return { path: `${folder}/${file}`, layer: file.split('/')[0] ?? '', text, lines: text.split('\n') };
    });
}

function importsOf(source: Source): readonly string[] {
  const found = source.text.matchAll(
    /(?:^|\n)(?:import|export)[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}

function layerOf(source: Source, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier.startsWith('node:') ? 'node:' : packageOf(specifier);
  const target = relative(SRC, resolve(ROOT, dirname(source.path), specifier));
  return target.split('/')[0] ?? '';
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

void test('folders import only what their layer may', () => {
  const broken = sources.flatMap((source) => {
    const allowed = LAYERS[source.layer];
    if (allowed === undefined) return [`${source.path}: no layer is called ${source.layer}`];
    return importsOf(source)
      .map((specifier) => layerOf(source, specifier))
      .filter((layer) => layer !== source.layer && !allowed.includes(layer))
      .map((layer) => `${source.path}: ${source.layer} may not import ${layer}`);
  });
  assert.deepEqual(broken, []);
});

void test('routers and providers do not import one another', () => {
  const adapters = (source: Source) => importsOf(source).filter((specifier) => specifier.startsWith('./'));
  const names = [
    'nginx',
    'gateway',
    'prometheus',
    'web',
    'datadog',
    'new-relic',
    'wavefront',
    'graphite',
    'influxdb',
    'skywalking',
    'cloud-watch',
    'kayenta',
    'loki',
    'elasticsearch',
    'dynatrace',
    'splunk',
    'google-cloud-monitoring',
  ];
  const broken = sources
    .filter(
      (source) =>
        /^src\/(routers|providers)\/[^/]+\.ts$/.test(source.path) && !source.path.endsWith('/index.ts'),
    )
    .flatMap((source) => {
      const file = source.path.split('/').at(-1) ?? '';
      const own = names.find((name) => file.startsWith(name));
      const others = names.filter((name) => own !== undefined && name !== own);
      return adapters(source)
        .filter((specifier) => others.some((name) => specifier.startsWith(`./${name}`)))
        .map((specifier) => `${source.path} imports ${specifier}`);
    });
  assert.deepEqual(broken, []);
});

void test('pure folders have no clock, no chance and nothing to wait for', () => {
  const broken = sources
    .filter((source) => PURE.includes(source.layer))
    .flatMap((source) =>
      source.lines.flatMap((line, i) => {
        const code = line
          .replace(/\/\/.*$|^\s*\*.*$|\/\*.*?\*\//g, '')
          .replace(/'[^']*'|`[^`]*`|"[^"]*"/g, "''");
        return BANNED.filter((banned) => banned.test(code)).map(
          (banned) => `${source.path}:${i + 1} ${banned}`,
        );
      }),
    );
  assert.deepEqual(broken, []);
});

void test('files are short, lines are short, names say something', () => {
  const broken = [...sources, ...judges]
    .filter((source) => !GENERATED.includes(source.path))
    .flatMap((source) => [
      ...(source.lines.length - 1 > MOST_LINES ? [`${source.path}: ${source.lines.length - 1} lines`] : []),
      ...source.lines.flatMap((line, i) =>
        Array.from(line).length > MOST_COLUMNS && !isWhole(line)
          ? [`${source.path}:${i + 1} is ${line.length} columns wide`]
          : [],
      ),
      ...(VAGUE.test(source.path.split('/').at(-1) ?? '')
        ? [`${source.path}: a name that says nothing`]
        : []),
    ]);
  assert.deepEqual(broken, []);
});

/** A sentence or an address is not cut to fit. */
function isWhole(line: string): boolean {
  return line.includes('http') || /'[^']{50,}'|`[^`]{50,}`|"[^"]{50,}"/.test(line);
}

void test('functions fit on a screen', () => {
  const broken = [...sources, ...judges]
    .filter((source) => !GENERATED.includes(source.path))
    .flatMap((source) => longFunctions(source).map((found) => `${source.path}:${found}`));
  assert.deepEqual(broken, []);
});

/** Functions of more than 50 lines, by the indentation that the formatter guarantees. */
function longFunctions(source: Source): readonly string[] {
  const most = 50;
  const found: string[] = [];
  source.lines.forEach((line, start) => {
    const opens =
      /^(\s*)(?:export |private |static |async )*(?:function\*? |(?:async )?\*?#?\w+\(.*\).*\{$|.*=> \{$)/.exec(
        line,
      );
    if (opens === null || !line.trimEnd().endsWith('{')) return;
    const indent = opens[1] ?? '';
    const end = source.lines.findIndex((other, i) => i > start && other.startsWith(`${indent}}`));
    if (end - start + 1 > most) found.push(`${start + 1} has ${end - start + 1} lines`);
  });
  return found;
}

void test('nothing is left switched off or unsafe', () => {
  const marks = [
    /\bas any\b/,
    /:\s*any\b/,
    /\beval\(/,
    /new Function\(/,
    /\benum \w/,
    /TODO|FIXME|HACK/,
    /@ts-ignore/,
  ];
  const broken = sources.flatMap((source) =>
    source.lines.flatMap((line, i) =>
      marks
        .filter((mark) => mark.test(line.replace(/\/\/.*$|^\s*\*.*$|\/\*.*?\*\//g, '')))
        .map((mark) => `${source.path}:${i + 1} ${mark}`),
    ),
  );
  assert.deepEqual(broken, []);
});
