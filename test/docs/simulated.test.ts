import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { harness } from '../cli/support/harness.ts';

/** Every release in examples and documents is played, a good one and a bad one. */
const ROOT = join(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Example {
  readonly name: string;
  readonly text: string;
}

/** What is applied together: a folder of examples, or one block of a page. */
const folders = [
  ...new Set(globSync('examples/**/*.yaml', { cwd: ROOT }).map((file) => dirname(file))),
].sort();
const pages = globSync('{README.md,docs/**/*.md,examples/**/*.md}', { cwd: ROOT }).sort();
const examples: readonly Example[] = [
  ...folders.map((folder) => ({
    name: folder,
    text: globSync(`${folder}/*.yaml`, { cwd: ROOT }).sort().map(textOf).join('\n---\n'),
  })),
  ...pages.flatMap((page) =>
    [...textOf(page).matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].map((match, i) => ({
      name: `${page}#${i + 1}`,
      text: match[1] ?? '',
    })),
  ),
];

/** Templates that an example may count on: those for the cluster, and those of the other examples. */
const templates = globSync('{analysis-templates,examples}/**/*.yaml', { cwd: ROOT })
  .sort()
  .flatMap((file) => objectsIn(textOf(file)))
  .filter(({ kind }) => /^(Cluster)?AnalysisTemplate$/.test(kind));

function objectsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as Manifest | null;
    return object !== null && typeof object === 'object' && 'kind' in object ? [object] : [];
  });
}

interface Told {
  readonly releases: readonly { readonly outcome: string }[];
  readonly warnings: readonly string[];
}

async function outcomeOf({ text }: Example, scenario: string): Promise<Told> {
  const given = objectsIn(text);
  const lacking = templates.filter(
    (one) =>
      text.includes(one.metadata.name) &&
      !given.some((other) => other.kind === one.kind && other.metadata.name === one.metadata.name),
  );
  const stdin = [...given, ...lacking].map((object) => JSON.stringify(object)).join('\n---\n');
  const flags = ['-f', '-', '-o', 'json', '--scenario', scenario];
  const { code, out, err } = await harness({ stdin }).run('simulate', ...flags);
  assert.deepEqual([code, err], [0, '']);
  return JSON.parse(out) as Told;
}

/** A canary whose analysis can fail is rolled back; without one only people could have seen it. */
function isJudged(rollout: Rollout): boolean {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  const { analysis, steps = [] } = canary ?? {};
  const inSteps = steps.map((step) => step.analysis ?? step.experiment?.analyses?.[0]);
  return [analysis, ...inSteps, blueGreen?.postPromotionAnalysis].some((one) => one !== undefined);
}

void describe('releases in examples and documents, simulated', () => {
  for (const example of examples) {
    const [rollout] = objectsIn(example.text).filter(({ kind }) => kind === 'Rollout');
    if (rollout === undefined) continue;
    void test(`${example.name}: a good release is promoted, and its queries find something`, async () => {
      const { releases, warnings } = await outcomeOf(example, 'good');
      assert.deepEqual(
        releases.map(({ outcome }) => outcome),
        ['promoted'],
      );
      const wrong = warnings.filter((warning) => /^a query|cannot fail|the release is over/.test(warning));
      assert.deepEqual(wrong, []);
    });

    const expected = isJudged(rollout as Rollout) ? 'rolled-back' : 'promoted';
    void test(`${example.name}: a bad release is ${expected}`, async () => {
      const { releases } = await outcomeOf(example, 'bad-errors');
      assert.deepEqual(
        releases.map(({ outcome }) => outcome),
        [expected],
      );
    });
  }

  void test('there are some', () => {
    const all = examples.flatMap(({ text }) => objectsIn(text).filter(({ kind }) => kind === 'Rollout'));
    assert.ok(all.length >= 5, `${all.length}`);
  });
});

/** A command in a page, with what it prints below it. `UPDATE=1` rewrites that. */
const SHOWN = /^```sh\nkubectl sluice (simulate .+)\n```\n\n```text\n([\s\S]*?)^```$/gm;

void describe('simulations that pages show', () => {
  for (const page of pages.filter((one) => textOf(one).match(SHOWN) !== null))
    void test(`${page} shows what is printed`, async () => {
      let text = textOf(page);
      for (const [whole, command = '', shown = ''] of text.matchAll(SHOWN)) {
        const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
        const argv = words.map((word) => (word.includes('/') ? join(ROOT, word) : word));
        const { out } = await harness().run(...argv);
        const block = `\`\`\`sh\nkubectl sluice ${command}\n\`\`\`\n\n\`\`\`text\n${out}\`\`\``;
        if (process.env['UPDATE'] === '1') text = text.replace(whole, () => block);
        else assert.equal(shown, out, command);
      }
      if (process.env['UPDATE'] === '1') writeFileSync(join(ROOT, page), text);
    });

  void test('there are some', () => {
    assert.ok(pages.some((page) => textOf(page).match(SHOWN) !== null));
  });
});
