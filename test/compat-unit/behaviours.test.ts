import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { awaits, mistakesOf, parseBehaviours, parseRecorded } from '../compat/behaviours.ts';
import { findLibrary } from '../compat/library.ts';

/** The list behind docs/reference/compatibility.md: all that it names is there, and nothing stands without a test. */

const ROOT = join(import.meta.dirname, '../..');
const RECORDED = 'test/compat/recorded.yaml';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const library = findLibrary();
const skip = library.kind === 'missing' && (process.env['CI'] ?? '') === '' ? library.why : false;

void test('each scenario of the original is listed with what it is about', { skip }, () => {
  if (library.kind === 'missing') throw new Error(library.why);
  const lines = library.library.names.map((name) => {
    return `${name}: ${JSON.stringify(library.library.scenario(name).about)}\n`;
  });
  const head =
    '# The recorded scenarios of the original controller. `UPDATE=1` rewrites it from the library.\n';
  const text = `${head}${lines.join('')}`;
  if (process.env['UPDATE'] === '1') writeFileSync(join(ROOT, RECORDED), text);
  else assert.equal(read(RECORDED), text);
});

void test('each behaviour has tests that are there, and each recorded scenario shows one', () => {
  const behaviours = parseBehaviours(read('test/compat/behaviours.yaml'));
  assert.deepEqual(mistakesOf(behaviours, parseRecorded(read(RECORDED)), ROOT), []);
});

const recorded = { 'canary-a': 'A canary.', 'canary-b': 'Another one.' };
const rows: readonly (readonly [name: string, behaviour: string, mistakes: readonly string[]])[] = [
  ['shown by a recording', 'recorded: [canary-a, canary-b]', []],
  [
    'by one that is not there',
    'recorded: [canary-a, canary-b, canary-c]',
    ['x: there is no recorded scenario canary-c'],
  ],
  [
    'a recording that shows nothing',
    'recorded: [canary-a]',
    ['no behaviour is shown by the recorded scenario canary-b'],
  ],
  [
    'a story that is not there',
    'recorded: [canary-a, canary-b], stories: [nginx, gone]',
    ['x: there is no story gone'],
  ],
  [
    'a test that is not there',
    'recorded: [canary-a, canary-b], tests: {test/tidy.test.ts: [functions fit on a screen, gone]}',
    ['x: test/tidy.test.ts has no test "gone"'],
  ],
  [
    'a file that is not there, or has no tests',
    'recorded: [canary-a, canary-b], tests: {test/gone.test.ts: [], test/run.ts: []}',
    ['x: there is no file of tests test/gone.test.ts', 'x: there is no file of tests test/run.ts'],
  ],
  [
    'tests and waiting',
    'recorded: [canary-a, canary-b], waits: for something',
    ['x: it has tests and waits all the same'],
  ],
];
for (const [name, fields, mistakes] of rows)
  void test(`the list of behaviours: ${name}`, () => {
    const list = parseBehaviours(`[{title: T, behaviours: [{id: x, says: It does this., ${fields}}]}]`);
    assert.deepEqual(mistakesOf(list, recorded, ROOT), mistakes);
  });

void test('the list of behaviours: nothing shows it', () => {
  const list = parseBehaviours('[{title: T, behaviours: [{id: x, says: It does this.}]}]');
  const said = 'x: nothing shows it, and it does not say what it waits for';
  assert.deepEqual(mistakesOf(list, {}, ROOT), [said]);
});

void test('a behaviour waits while all that shows it waits', () => {
  const waiting = { istio: ['canary-a'], alb: ['canary-b'] };
  const told = (fields: string) => {
    const list = parseBehaviours(`[{title: T, behaviours: [{id: x, says: It does this., ${fields}}]}]`);
    return list[0]?.behaviours.map((one) => awaits(one, waiting));
  };
  assert.deepEqual(told('recorded: [canary-a, canary-b]'), ['istio, alb']);
  assert.deepEqual(told('recorded: [canary-a, canary-c]'), [null]);
  assert.deepEqual(told('recorded: [canary-a], stories: [nginx]'), [null]);
  assert.deepEqual(told('waits: for something else'), ['for something else']);
});
