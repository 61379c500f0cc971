import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { graphite } from '../../src/providers/graphite.ts';
import { ask, line, valueIn } from './support/ask.ts';
import { findGraphite, type RealGraphite, startGraphite } from './support/real-graphite.ts';

// The same provider against the real thing: what the golden files claim must be true.

const python = findGraphite();
const reason = 'no Graphite here: install the package "graphite-web"';
// With CI set nothing may be left out, so the missing package makes the tests fail.
const skip = python === null && (process.env['CI'] ?? '') === '' ? reason : false;

const span = '&from=1795247700&until=1795248000';
const endless = 'scale(constantLine(1e308),1e10)';

// query, the reading in a line
const rows: readonly (readonly [string, string, string])[] = [
  ['points', `target=constantLine(2.5)${span}`, '[2.500000,2.500000,2.500000]'],
  ['a query on several lines', `target=constantLine(\n  2.5\n)\n${span}`, '[2.500000,2.500000,2.500000]'],
  ['only null', `target=removeAboveValue(constantLine(5),1)${span}`, '[]'],
  ['infinity', `target=${endless}${span}`, '[+Inf,+Inf,+Inf]'],
  [
    'the first of two series',
    `target=constantLine(1)&target=constantLine(2)${span}`,
    '[1.000000,1.000000,1.000000]',
  ],
  ['nothing', `target=no.such${span}`, 'error graphite: Get "<url>/render": no values found'],
  ['no query', '', 'error graphite: Get "<url>/render": no values found'],
  [
    'a function that is not there',
    `target=noSuch(a)${span}`,
    'error! graphite: Get "<url>/render": received non 2xx response code: 400: ' +
      'Invalid parameters (Received request for unknown function: noSuch); targets: "noSuch(a)"',
  ],
];

let real: RealGraphite | null = null;

before(async () => {
  if (skip === false) real = await startGraphite(python);
});

after(async () => {
  await real?.[Symbol.asyncDispose]();
});

for (const [name, query, want] of rows) {
  void test(`a real Graphite answers ${name}`, { skip }, async () => {
    assert.ok(real !== null);
    const got = line(await graphite.start({ address: real.url, query }, ask()));
    assert.equal(got, want.replace('<url>', real.url));
  });
}

void test('a real Graphite is asked with a format of its own', { skip }, async () => {
  assert.ok(real !== null);
  const query = `target=constantLine(1)${span}&format=png`;
  assert.deepEqual(
    valueIn(await graphite.start({ address: real.url, query }, ask())),
    Float64Array.of(1, 1, 1),
  );
});
