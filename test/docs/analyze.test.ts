import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { AnalysisRunStatus } from '../../src/api/analysis.ts';
import type { Manifest } from '../../src/api/meta.ts';
import { resources } from '../../src/api/resources.ts';
import { harness, type Ran, until } from '../cli/support/harness.ts';
import { NOW, past, servePast } from '../cli/support/past.ts';
import { samplesOf } from '../cli/support/past-pods.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/analyze.md'), 'utf8');

/** Commands that show what they tell. */
const examples = [
  ...page.matchAll(/^```sh\nkubectl sluice (analyze .*)\n```\n\n```text\n([\s\S]*?)^```$/gm),
].map((match) => ({ command: match[1] ?? '', shown: match[2] ?? '' }));

/** A version of which one pod fails four times as often as the others. */
const PODS = { pods: { 'web-1': 0.005, 'web-2': 0.005, 'web-3': 0.02, 'web-4': 0.005 } };

/** When the release goes on that is looked at now. */
const THEN = '2026-11-19T10:00:00Z';

void describe('docs/analyze.md shows what is told', () => {
  void test('there are examples', () => assert.equal(examples.length, 4));

  for (const { command, shown } of examples)
    void test(command, async () => {
      const known = past(['replicaSets', 'errors', 'requests']);
      await using server = await servePast([...known, ...samplesOf(PODS)]);
      const words = command
        .replace('http://localhost:9090', server.url)
        .split(' ')
        .map((word) => (word.startsWith('test/') ? join(ROOT, word) : word));
      const { out, err } = await played(words);
      assert.equal(err, '');
      assert.equal(out, shown);
    });

  void test('a run of the cluster is waited for', async () => {
    const [, words = '', shown = ''] =
      /^kubectl sluice (create analysisrun .*--wait.*)\n```\n\n```text\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const file = readFileSync(join(ROOT, 'test/golden/analyze/past/error-rate.yaml'), 'utf8');
    const line = harness({ now: THEN, objects: [parse(file) as Manifest] });
    const running = line.run(...words.split(' '));
    await until(() => line.store.watches > 0);
    const made = await line.store.get(resources.analysisRuns, { name: 'verify-42' });
    line.store.put({ ...made, status: failedRun() } as Manifest);
    assert.deepEqual(await running, { code: 1, out: shown, err: '' });
  });

  void test('the template is the one of the examples', () => {
    const file = readFileSync(join(ROOT, 'test/golden/analyze/past/error-rate.yaml'), 'utf8');
    assert.ok(page.includes(`\`\`\`yaml\n${file}\`\`\``));
  });

  void test('it has every flag', async () => {
    const { out } = await harness().run('analyze', '--help');
    const [, own = ''] = /^Options:\n([\s\S]*?)^Global Options:/m.exec(out) ?? [];
    const flags = [...own.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map((match) => match[1] ?? '');
    const short: Readonly<Record<string, string>> = {
      '--filename': '`-f`',
      '--argument': '`-a ',
      '--output': '`-o`',
    };
    const missing = flags.filter((flag) => !page.includes(short[flag] ?? `\`${flag}`));
    assert.deepEqual(missing, ['--input', '--no-color', '--help']);
  });
});

/** What a controller writes of a run that fails at its third measurement. */
function failedRun(): AnalysisRunStatus {
  const minute = (i: number) => `2026-11-19T10:0${i}:00Z`;
  const measurements = ['[0.01]', '[0.2]', '[0.3]'].map((value, i) => ({
    phase: i === 0 ? ('Successful' as const) : ('Failed' as const),
    startedAt: minute(i),
    finishedAt: minute(i),
    value,
  }));
  const counts = { count: 3, successful: 1, failed: 2 };
  const result = { name: 'errors', phase: 'Failed' as const, measurements, ...counts };
  return { phase: 'Failed', startedAt: minute(0), completedAt: minute(2), metricResults: [result] };
}

/** Looks at the past at once; at the present a minute after the other. */
async function played(words: readonly string[]): Promise<Ran> {
  const isPast = words.includes('--replay');
  const line = harness({ now: isPast ? NOW : THEN });
  let ran: Ran | null = null;
  const running = line.run(...words).then((one) => {
    ran = one;
    return one;
  });
  for (let looks = 1; ran === null; looks += 1) {
    await until(() => ran !== null || (line.out.text.match(/ UTC {2}/g)?.length ?? 0) >= looks);
    if (ran === null) await line.clock.pass(60_000);
  }
  return running;
}
