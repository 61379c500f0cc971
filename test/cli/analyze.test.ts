import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LONGEST_LINE } from '../../src/cli/analyze/lines.ts';
import { harness } from './support/harness.ts';

const GOLDEN = join(import.meta.dirname, '../golden/analyze');
const TEMPLATE = join(GOLDEN, 'template.yaml');

function matchFile(file: string, text: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, text);
  assert.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

/** One metric, as short as it can be. */
const SHORT = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: t}
spec:
  metrics:
    - name: errors
      provider:
        plugin:
          sluice/compare: {test: rateRatio, alpha: 0.01}
`;

/** Judges lines by a template, both as text. */
async function judge(lines: readonly string[], template = SHORT, ...flags: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'analyze-'));
  try {
    const file = join(folder, 'template.yaml');
    writeFileSync(file, template);
    const stdin = `${lines.join('\n')}\n`;
    return await harness({ stdin }).run('analyze', '-f', file, '--input', '-', ...flags);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `[run, t, canary total, canary bad, stable total, stable bad]` at 5 percent. */
function line(
  ...[run, t, ct, cb, st, sb]: readonly [string, number, number, number, number, number]
): string {
  return JSON.stringify({
    run,
    t,
    weight: 5,
    canary: { total: ct, bad: cb },
    stable: { total: st, bad: sb },
  });
}

const BAD = line('bad', 300, 1500, 8, 28_500, 28);
const OPEN = line('open', 300, 1500, 2, 28_500, 28);
const WELL = [line('well', 300, 50_000, 52, 950_000, 940), line('well', 600, 150_000, 150, 1_850_000, 1850)];

void describe('recorded counters', () => {
  for (const [format, ending] of [
    ['text', 'txt'],
    ['json', 'jsonl'],
    ['junit', 'xml'],
  ] as const)
    void test(`told as ${format}`, async () => {
      const input = join(GOLDEN, 'recorded.jsonl');
      const { code, out, err } = await harness().run(
        'analyze',
        '-f',
        TEMPLATE,
        '--input',
        input,
        '-o',
        format,
      );
      assert.equal(err, 'Not judged, as counters do not tell them: disk\n');
      assert.equal(code, 1);
      matchFile(`verdicts.${ending}`, out);
    });

  const codes: readonly (readonly [string, readonly string[], number])[] = [
    ['all proven to be healthy', WELL, 0],
    ['one that failed', [...WELL, BAD, OPEN], 1],
    ['none that failed, one undecided', [...WELL, OPEN], 3],
    ['nothing', [], 2],
  ];
  for (const [name, lines, expected] of codes)
    void test(`exit code: ${name}`, async () => assert.equal((await judge(lines)).code, expected));

  void test('the least that a template may say', async () => {
    const { out } = await judge([BAD], SHORT, '-o', 'json');
    const { run, verdict, t, e, threshold, canary, control, reason } = JSON.parse(out) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { run, verdict, t, e, threshold, canary, control },
      {
        run: 'bad',
        verdict: 'Failed',
        t: 300,
        e: 204.408,
        threshold: 100,
        canary: { bad: 8, total: 1500 },
        control: { bad: 28, total: 28_500 },
      },
    );
    assert.match(String(reason), /8 of 1 500 vs 28 of 28 500 requests over 5m00s at 5%/);
  });

  void test('runs are judged each by itself, however their lines are mixed', async () => {
    const apart = await judge([...WELL, BAD, OPEN], SHORT, '-o', 'json');
    const mixed = await judge([WELL[0] ?? '', BAD, OPEN, WELL[1] ?? ''], SHORT, '-o', 'json');
    assert.equal(mixed.out, apart.out);
    assert.equal(apart.out.trim().split('\n').length, 3);
  });

  void test('series by pod, one of which begins anew', async () => {
    const at = (t: number, a: number, b: number) =>
      JSON.stringify({
        t,
        weight: 50,
        canary: { total: { a, b }, bad: { a: 0, b: 0 } },
        stable: { total: 100, bad: 1 },
      });
    const { out } = await judge([at(0, 100, 100), at(15, 160, 20), at(30, 170, 50)], SHORT, '-o', 'json');
    assert.deepEqual((JSON.parse(out) as Record<string, unknown>)['canary'], { bad: 0, total: 120 });
  });

  void test('verdicts are told as they are reached', async () => {
    const { out } = await judge([line('open', 15, 1, 0, 19, 0), BAD, OPEN]);
    const order = [...out.matchAll(/^\S+ (\w+) {2}(\w+)/gm)].map((match) => match[2]);
    assert.deepEqual(order, ['bad', 'open']);
    assert.match(out, /2 runs: 1 failed, 0 proven healthy, 1 undecided\n$/);
  });

  void test('lines as other systems end them', async () => {
    const { code, err } = await judge([`\uFEFF${BAD}\r`, `${OPEN}\r`]);
    assert.deepEqual([code, err], [1, '']);
  });

  void test('Ctrl-C', async () => {
    const line = harness();
    line.interrupt();
    const { code } = await line.run('analyze', '-f', TEMPLATE, '--input', join(GOLDEN, 'recorded.jsonl'));
    assert.equal(code, 130);
  });

  void test('names cannot move the cursor', async () => {
    const { out } = await judge([line('\u001b[2Jx', 300, 1500, 8, 28_500, 28)]);
    assert.ok(!out.includes('\u001b'));
    const xml = await judge([line('<a "b"&\u001b', 300, 1500, 2, 28_500, 28)], SHORT, '-o', 'junit');
    assert.match(xml.out, /name="&lt;a &quot;b&quot;&amp;�"/);
  });
});

void describe('what cannot be judged', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{"run":', 'is not a JSON object'],
    ['no object', '[1]', 'is not a JSON object'],
    ['no time', '{"run": "a"}', 't must be a number of seconds'],
    ['a time that never comes', '{"t": 1e300}', 't must be a number of seconds'],
    ['a weight of too much', '{"t": 1, "weight": 500}', 'weight must be a number from 0 to 100'],
    ['a run that is no text', '{"t": 1, "run": 7}', 'run must be a text of at most 200'],
    [
      'a counter that is no number',
      '{"t": 1, "canary": {"total": "many"}}',
      'canary.total must be a number of at least 0, or such numbers by series',
    ],
    [
      'a counter below zero',
      '{"t": 1, "stable": {"bad": -1}}',
      'stable.bad must be a number of at least 0, or such numbers by series',
    ],
    ['a side that is no object', '{"t": 1, "stable": 3}', 'stable must be an object of counters'],
    [
      'a word that is none of ours',
      '{"t": 1, "stabel": {}}',
      '"stabel" is none of run, t, weight, canary, stable',
    ],
  ];
  for (const [name, text, message] of rows)
    void test(name, async () => {
      const { code, out, err } = await judge([BAD, '', text], SHORT, '-o', 'json');
      assert.deepEqual([code, out, err], [2, '', `-:3: ${message}\n`]);
    });

  void test('at most twenty lines are told', async () => {
    const { code, err } = await judge(Array.from({ length: 100 }, () => 'x'));
    assert.equal(code, 2);
    assert.equal(err.trim().split('\n').length, 21);
  });

  void test('a line that is too long', async () => {
    const { code, err } = await judge([BAD, `{"run": "${'x'.repeat(LONGEST_LINE)}"}`]);
    assert.deepEqual([code, err], [2, 'Error: -:2: is longer than 1000000 characters\n']);
  });

  void test('a second that is not later is left out, and told', async () => {
    const { code, err } = await judge([OPEN, OPEN, line('open', 15, 9, 9, 9, 9)]);
    assert.equal(code, 3);
    assert.equal(
      err,
      '-:2: second 300 is not after 300; left out\n-:3: second 15 is not after 300; left out\n',
    );
  });

  void test('a template with mistakes: all of them, with their places', async () => {
    const wrong = join(GOLDEN, 'wrong.yaml');
    const { code, out, err } = await harness({ stdin: BAD }).run('analyze', '-f', wrong, '--input', '-');
    assert.deepEqual([code, out], [2, '']);
    matchFile('wrong.txt', err.replaceAll(GOLDEN, ''));
  });

  const usages: readonly (readonly [readonly string[], RegExp])[] = [
    [['-f', TEMPLATE, '--input', '-', '--for', '1m'], /--input and --for cannot be used together/],
    [['--input', '-'], /which template\?/],
    [['-f', '-', '--input', '-'], /cannot both be standard input/],
    [['-f', TEMPLATE, '--input', '/no/such/file'], /\/no\/such\/file: .*ENOENT/],
    [['-f', join(GOLDEN, '../cli/lint/good.in.yaml'), '--input', '-'], /no metric with provider\.plugin/],
    [['-f', TEMPLATE, '--input', '-', '-o', 'yaml'], /Allowed choices are text, json, junit/],
  ];
  for (const [flags, message] of usages)
    void test(`analyze ${flags.join(' ').replaceAll(GOLDEN, '')}`, async () => {
      const { code, err } = await harness({ stdin: BAD }).run('analyze', ...flags);
      assert.equal(code, 2);
      assert.match(err, message);
    });
});

void test('docs/analysis.md shows what is told', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/analysis.md'), 'utf8');
  assert.ok(page.includes(readFileSync(join(GOLDEN, 'verdicts.txt'), 'utf8')));
});
