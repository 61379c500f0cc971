import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { main } from '../../src/cli/program.ts';
import { TRIGGERS } from '../../src/notify/triggers.ts';
import { systemClock } from '../../src/shell/clock.ts';
import { Metrics } from '../../src/shell/metrics/metrics.ts';
import { makeStores } from '../../src/shell/stores.ts';

const ROOT = join(import.meta.dirname, '../..');
const pages = globSync('{README.md,docs/**/*.md,examples/**/*.md}', { cwd: ROOT }).sort();
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

void describe('pages', () => {
  for (const page of pages)
    void test(`${page}: what it links to is there`, () => {
      const targets = [...textOf(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
      const missing = targets
        .filter((target) => !target.includes('://'))
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)));
      assert.deepEqual(missing, []);
    });

  for (const page of pages)
    void test(`${page}: files that it names are there`, () => {
      const prose = textOf(page).replace(/^```[\s\S]*?^```$/gm, '');
      const named = [...prose.matchAll(/`((?:src|test|tools|deploy|crds|docs|bench|examples)\/[^`\s]*)`/g)];
      const missing = named
        .map((match) => match[1] ?? '')
        .filter((path) => globSync(path, { cwd: ROOT }).length === 0);
      assert.deepEqual(missing, []);
    });
});

void describe('commands in pages', () => {
  const scripts = (
    JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
  ).scripts;
  const lines = pages.flatMap((page) =>
    [...textOf(page).matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```$/gm)].flatMap((block) =>
      (block[1] ?? '').split('\n').map((line) => ({ page, line: line.trim() })),
    ),
  );
  const commands = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));

  for (const { page, line } of commands)
    void test(`${page}: ${line}`, () => {
      const npm = /^npm (?:run (?:-s )?)?([\w:-]+)/.exec(line)?.[1];
      if (npm !== undefined) assert.ok(npm === 'ci' || npm in scripts, `${npm} is no script`);
      for (const [, path = ''] of line.matchAll(/ -[fk] ([\w./-]+)/g))
        assert.ok(existsSync(join(ROOT, path)), `${path} is not there`);
      assert.match(line, /^(npm|kubectl|ln|docker) /);
    });

  const plugin = commands.flatMap(({ line }) =>
    [...line.matchAll(/(?:kubectl sluice|npm run -s sluice --) (\w[\w-]*)/g)].map((match) => match[1] ?? ''),
  );
  for (const command of new Set(plugin))
    void test(`kubectl sluice ${command} is a command`, async () => {
      const { code, out } = await run(command, '--help');
      assert.equal(code, 0);
      assert.match(out, new RegExp(`Usage: kubectl sluice ${command}`));
    });
});

void describe('docs/ARCHITECTURE.md', () => {
  const map = [...textOf('docs/ARCHITECTURE.md').matchAll(/^\| `(src\/[^`]+)` \|/gm)].map(
    (match) => match[1] ?? '',
  );

  void test('its code map has every folder of src, and no other', () => {
    const folders = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
    assert.deepEqual(map.filter((path) => !path.endsWith('.ts')).sort(), folders.sort());
  });

  void test('it names invariants, one a line', () => {
    const invariants = textOf('docs/ARCHITECTURE.md').match(/^Invariant: .*\.$/gm) ?? [];
    assert.ok(invariants.length >= 10);
  });
});

void describe('docs/adr', () => {
  const records = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));

  void test('all are in the list, numbered without a gap', () => {
    const listed = [...textOf('docs/adr/README.md').matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(
      (match) => match[1],
    );
    assert.deepEqual(listed, records.sort());
    assert.deepEqual(
      records.map((name) => Number(name.slice(0, 4))),
      records.map((_, index) => index + 1),
    );
  });

  for (const record of records)
    void test(`${record} says what forced us, what we chose, what it costs and how to leave it`, () => {
      const heads = [...textOf(`docs/adr/${record}`).matchAll(/^\*\*([^*]+)\.\*\*/gm)].map(
        (match) => match[1],
      );
      assert.deepEqual(heads, ['Context', 'Decision', 'Consequences', 'How we would leave it']);
    });
});

void test('docs/operations.md has every metric of ours', async () => {
  const metrics = new Metrics({ version: '1', commit: '' }, systemClock);
  const stores = makeStores(() => {});
  const object = {
    apiVersion: 'v1',
    kind: 'Rollout',
    metadata: { name: 'a', namespace: 'b', resourceVersion: '1' },
  };
  stores.rollouts.replace([object as never], '1');
  metrics.show({ stores, queues: {}, isLeading: () => true });
  const { body } = await metrics.page();
  const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? '');
  const text = textOf('docs/operations.md');
  const missing = names
    .filter((name) => !/^(process|nodejs)_/.test(name))
    .filter((name) => !text.includes(name) && !text.includes(name.replace('rollout_info_replicas', '')));
  assert.ok(names.includes('rollout_info'));
  assert.deepEqual(missing, []);
});

void test('docs/operations.md has every trigger of notifications', () => {
  const text = textOf('docs/operations.md');
  assert.deepEqual(
    [...TRIGGERS].filter((trigger) => !text.includes(`\`${trigger}\``)),
    [],
  );
});

/** Runs a command line of the plugin that needs no cluster. */
async function run(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const sink = (write: (text: string) => void) => ({ write, isTerminal: false, size: () => null });
  const code = await main(argv, {
    out: sink((text) => {
      out += text;
    }),
    err: sink(() => {}),
    env: {},
    clock: systemClock,
    ended: new AbortController().signal,
    readStdin: () => Promise.resolve(''),
    connect: () => Promise.reject(new Error('no cluster here')),
  });
  return { code, out };
}
