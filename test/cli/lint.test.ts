import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { check } from '../../src/cli/lint/check.ts';
import { harness } from './support/harness.ts';

/**
 * `<case>.in.yaml` is checked; `<case>.txt`, `.json` and `.github` are what is told. `UPDATE=1` rewrites
 * these.
 */
const GOLDEN = join(import.meta.dirname, '../golden/cli/lint');

const cases = readdirSync(GOLDEN).flatMap((file) => /^(.*)\.in\.yaml$/.exec(file)?.[1] ?? []);
const WITHOUT_ERRORS: ReadonlySet<string> = new Set(['good', 'blind']);
const formats = { text: 'txt', json: 'json', github: 'github' };

for (const name of cases) {
  for (const [format, ending] of Object.entries(formats)) {
    void test(`lint ${name}, told as ${format}`, async () => {
      const stdin = readFileSync(join(GOLDEN, `${name}.in.yaml`), 'utf8');
      const { code, out, err } = await harness({ stdin }).run('lint', '-f', '-', '-o', format);
      assert.equal(err, '');
      assert.equal(code, WITHOUT_ERRORS.has(name) ? 0 : 1);
      const path = join(GOLDEN, `${name}.${ending}`);
      if (process.env['UPDATE'] === '1') writeFileSync(path, out);
      assert.equal(out, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
    });
  }
}

/** What Kubernetes makes of plain values that YAML 1.2 reads otherwise; measured with kubectl 1.35. */
const AMBIGUOUS: readonly (readonly [text: string, meaning: string | null])[] = [
  ['y', 'true'],
  ['N', 'false'],
  ['yes', 'true'],
  ['On', 'true'],
  ['OFF', 'false'],
  ['yEs', null],
  ['true', null],
  ['010', 'the octal number 8'],
  ['-010', 'the octal number -8'],
  ['1_000', 'the number 1000'],
  ['0b11', 'the number 3'],
  ['08', null],
  ['0o14', null],
  ['0x1F', null],
  ['1:30', null],
  ['2026-01-01', null],
  ['"yes"', null],
];

for (const [text, meaning] of AMBIGUOUS) {
  void test(`${text} is read as ${meaning ?? 'it looks'}`, async () => {
    const { out } = await harness({ stdin: `any:\n  - ${text}\n` }).run('lint', '-', '-o', 'json');
    const { findings } = JSON.parse(out) as { findings: readonly object[] };
    const message = `${text} is read as ${meaning}; put it in quotes if it is text`;
    const finding = {
      file: '<stdin>',
      object: '',
      severity: 'warning',
      line: 2,
      column: 5,
      path: 'any[0]',
      message,
    };
    assert.deepEqual(findings, meaning === null ? [] : [finding]);
  });
}

void test('a namespace that is left out is no mistake: whoever applies the manifest gives one', async () => {
  const folder = join(import.meta.dirname, '../../examples/canary-nginx');
  const template = join(import.meta.dirname, '../../analysis-templates/nginx/nginx-success-rate.yaml');
  const { code, out } = await harness().run('lint', '-f', folder, '-f', template);
  assert.deepEqual([code, out], [0, '✔ 2 objects checked: 0 errors, 0 warnings\n']);
});

const LETTERS = 'abcdefghij'.split('');

void test('an endless document is told, not read', async () => {
  const levels = LETTERS.map((c, i) => (i === 0 ? `a: &a [x, x]` : `${c}: &${c} [${repeated(i)}]`));
  const { code, out } = await harness({ stdin: levels.join('\n') }).run('lint', '-');
  assert.equal(code, 1);
  assert.match(out, /error: Excessive alias count/);
});

function repeated(level: number): string {
  return Array.from({ length: 9 }, () => `*${LETTERS[level - 1] ?? ''}`).join(', ');
}

void test('no text and no object makes it stumble; every finding has a place in the text', () => {
  const field = fc.constantFrom(
    'replicas',
    'strategy',
    'canary',
    'steps',
    'setWeight',
    'template',
    'metrics',
    'x',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>(null, true, 1, -1, 'x', '', '1h', [], {}),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(field, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const kind = fc.constantFrom('Rollout', 'AnalysisTemplate', 'AnalysisRun', 'Experiment', 'List');
  const object = fc.record(
    { apiVersion: fc.constant('argoproj.io/v1alpha1'), kind, metadata: value, spec: value, items: value },
    { requiredKeys: ['apiVersion', 'kind'] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(object).map((list) => list.map((one) => stringify(one)).join('---\n')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const lines = given.split('\n').length;
      const { findings } = check([{ file: 'f', text: given }]);
      assert.ok(findings.every(({ line, column }) => line >= 1 && line <= lines + 1 && column >= 1));
    }),
  );
});

void test('files and folders are read in order; what is no manifest is left alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  try {
    mkdirSync(join(folder, 'sub'));
    const bad = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: x}\nspec: 1\n';
    writeFileSync(join(folder, 'b.yaml'), bad);
    writeFileSync(join(folder, 'sub', 'a.yml'), bad);
    writeFileSync(join(folder, 'c.json'), JSON.stringify({ kind: 'Other' }));
    writeFileSync(join(folder, 'notes.md'), '{{{');
    const { code, out } = await harness().run('lint', '-f', folder);
    assert.equal(code, 1);
    const told = out.replaceAll(folder, '').split('\n');
    assert.deepEqual(told, [
      '/b.yaml:4:1: error: spec: must be an object (Rollout x)',
      '/sub/a.yml:4:1: error: spec: must be an object (Rollout x)',
      '✖ 2 objects checked: 2 errors, 0 warnings',
      '',
    ]);
    const none = await harness().run('lint', '-f', join(folder, 'none.yaml'));
    assert.equal(none.code, 1);
    assert.match(none.err, /^Error: .*none\.yaml: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

void test('without files it asks for some', async () => {
  const { code, err } = await harness().run('lint');
  assert.deepEqual([code, err], [1, 'Error: which files? Name some with -f; - stands for standard input\n']);
});
