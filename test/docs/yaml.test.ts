import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import type { AnalysisTemplateRef } from '../../src/api/analysis.ts';
import type { Manifest, StringMap } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { check } from '../../src/cli/lint/check.ts';
import { parseConfig } from '../../src/notify/config.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Snippet {
  readonly file: string;
  readonly text: string;
}

const files = globSync('{examples,analysis-templates/*}/**/*.yaml', { cwd: ROOT }).sort();
const pages = globSync('{README.md,docs/**/*.md,examples/**/*.md}', { cwd: ROOT }).sort();

/** Code blocks of a page that are said to be YAML. */
function blocks(page: string): readonly Snippet[] {
  const found = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm);
  return [...found].map((match, index) => ({ file: `${page}#${index + 1}`, text: match[1] ?? '' }));
}

const snippets: readonly Snippet[] = [
  ...files.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') })),
  ...pages.flatMap(blocks),
];

function objectsOf({ file, text }: Snippet): readonly Manifest[] {
  const documents = parseAllDocuments(text);
  const errors = documents.flatMap((document) => document.errors.map((error) => `${file}: ${error.message}`));
  assert.deepEqual(errors, []);
  return documents.flatMap((document) => {
    const object = document.toJS() as Manifest | null;
    return object !== null && typeof object === 'object' && 'kind' in object ? [object] : [];
  });
}

/** Objects of a snippet and of those in its folder: what is applied together. */
function together(snippet: Snippet): readonly Manifest[] {
  const folder = snippet.file.split('/').slice(0, -1).join('/');
  const near = snippets.filter(({ file }) => file.startsWith(`${folder}/`) && file.endsWith('.yaml'));
  return (snippet.file.endsWith('.yaml') ? near : [snippet]).flatMap(objectsOf);
}

void describe('YAML in examples and documents', () => {
  for (const snippet of snippets)
    void test(`${snippet.file} has no mistake`, () => {
      objectsOf(snippet);
      const { findings } = check([{ file: snippet.file, text: snippet.text }]);
      const errors = findings.filter((finding) => finding.severity === 'error');
      assert.deepEqual(errors, []);
    });

  void test('there are examples of all kinds', () => {
    const kinds = new Set(snippets.flatMap(objectsOf).map((object) => object.kind));
    for (const kind of ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'ConfigMap', 'HTTPRoute'])
      assert.ok(kinds.has(kind), kind);
  });
});

/** `# FILE` in the first line of a block: what follows stands in that file, line by line, without comments. */
const EXCERPT = /^# (examples\/\S+)\n([\s\S]*)$/;

void describe('excerpts of examples in pages', () => {
  const excerpts = pages.flatMap(blocks).flatMap(({ file, text }) => {
    const [, of, body] = EXCERPT.exec(text) ?? [];
    return of === undefined || body === undefined ? [] : [{ file, of, body }];
  });

  for (const { file, of, body } of excerpts)
    void test(`${file} is cut from ${of}`, () => {
      const whole = essence(readFileSync(join(ROOT, of), 'utf8'));
      assert.ok(`\n${whole}\n`.includes(`\n${essence(body)}\n`), body);
    });

  void test('there are some', () => assert.ok(excerpts.length >= 5));
});

/** Lines without comments and without the indentation that depends on where they stand. */
function essence(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}

void describe('what examples refer to', () => {
  const clusterTemplates = files
    .filter((file) => file.startsWith('analysis-templates/'))
    .flatMap((file) => objectsOf({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

  for (const snippet of snippets.filter(({ file }) => file.endsWith('.yaml')))
    for (const rollout of objectsOf(snippet).filter(({ kind }) => kind === 'Rollout'))
      void test(`${snippet.file}: Services, routes and templates are there`, () => {
        const canary = (rollout as Rollout).spec?.strategy?.canary;
        const near = together(snippet);
        const has = (kind: string, name: string) =>
          near.some((object) => object.kind === kind && object.metadata.name === name);
        const blueGreen = (rollout as Rollout).spec?.strategy?.blueGreen;
        const named = [
          canary?.stableService,
          canary?.canaryService,
          blueGreen?.activeService,
          blueGreen?.previewService,
        ];
        const services = named.filter((name) => name !== undefined);
        for (const name of services) assert.ok(has('Service', name), `Service ${name}`);
        const ingress = canary?.trafficRouting?.nginx?.stableIngress;
        if (ingress !== undefined) assert.ok(has('Ingress', ingress), `Ingress ${ingress}`);
        const steps = (canary?.steps ?? []).flatMap((step) => step.analysis?.templates ?? []);
        const refs: readonly AnalysisTemplateRef[] = [
          ...(canary?.analysis?.templates ?? []),
          ...(blueGreen?.prePromotionAnalysis?.templates ?? []),
          ...(blueGreen?.postPromotionAnalysis?.templates ?? []),
          ...steps,
        ];
        const { workloadRef } = (rollout as Rollout).spec;
        if (workloadRef !== undefined)
          assert.ok(has(workloadRef.kind ?? '', workloadRef.name ?? ''), 'the workload');
        for (const { templateName = '', clusterScope = false } of refs)
          assert.ok(
            clusterScope
              ? clusterTemplates.some(({ metadata }) => metadata.name === templateName)
              : has('AnalysisTemplate', templateName),
            `template ${templateName}`,
          );
      });

  void test('the notification configuration works as it is', () => {
    const text = readFileSync(join(ROOT, 'examples/notifications/config.yaml'), 'utf8');
    const [map, secret] = objectsOf({ file: 'config', text }) as readonly (Manifest & {
      readonly data?: StringMap;
      readonly stringData?: StringMap;
    })[];
    const config = parseConfig('sluice', map?.data ?? {}, secret?.stringData ?? {}, (source) => ({
      kind: 'value',
      value: parse(source) as unknown,
    }));
    assert.deepEqual(config.issues, []);
    assert.deepEqual([...config.services.keys()], ['slack', 'releases', 'pipeline']);
  });
});
