import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  canonicalQuantity,
  compareQuantities,
  isSameQuantity,
  parseQuantity,
  type Quantity,
  roundUpToMilli,
} from '../../../src/api/quantity.ts';
import { readVectors } from './vectors.ts';

type Row = readonly [text: string, canonical: string | null, rounded?: string];

const rows = readVectors<readonly Row[]>('quantities.json');

function parsed(text: string): Quantity {
  const quantity = parseQuantity(text);
  assert.ok(quantity, text);
  return quantity;
}

void test('quantities are read and spelled as in Go', () => {
  const spelled = rows.map(([text]) => [text, canonicalQuantity(text), parseQuantity(text)?.text ?? null]);
  assert.deepEqual(
    spelled,
    rows.map(([text, canonical]) => [text, canonical, canonical]),
  );
});

void test('quantities are rounded up to thousandths as in Go', () => {
  const accepted = rows.filter(([, canonical]) => canonical !== null);
  assert.deepEqual(
    accepted.map(([text]) => [text, roundUpToMilli(parsed(text)).text]),
    accepted.map(([text, canonical, rounded]) => [text, rounded ?? canonical]),
  );
});

const same: readonly (readonly [string, string, boolean])[] = [
  ['1024', '1Ki', true],
  ['0.5', '500m', true],
  ['1e3', '1k', true],
  ['0', '0Gi', true],
  ['-1', '-1000m', true],
  ['1', '-1', false],
  ['1M', '1Mi', false],
  ['1e1000000', '10e999999', true],
];

for (const [a, b, expected] of same) {
  void test(`${a} and ${b} are ${expected ? 'the same amount' : 'different amounts'}`, () => {
    assert.equal(isSameQuantity(parsed(a), parsed(b)), expected);
  });
}

const refused: readonly unknown[] = [
  '',
  ' ',
  null,
  undefined,
  true,
  {},
  ['1'],
  Number.NaN,
  Number.POSITIVE_INFINITY,
];

for (const raw of refused) {
  void test(`${JSON.stringify(raw) ?? 'undefined'} is no quantity`, () => {
    assert.equal(parseQuantity(raw), null);
    assert.equal(canonicalQuantity(raw), null);
  });
}

const number = fc.tuple(fc.nat(), fc.constantFrom('', '.5', '.25', '.125'));
const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-3');

void test('a spelling keeps the amount', () => {
  fc.assert(
    fc.property(number, suffix, ([whole, fraction], unit) => {
      const first = parsed(`${whole}${fraction}${unit}`);
      assert.ok(isSameQuantity(first, parsed(first.text)));
    }),
  );
});

const ordered: readonly (readonly [smaller: string, larger: string])[] = [
  ['-1', '1m'],
  ['-2', '-1'],
  ['-1Gi', '0'],
  ['0', '1n'],
  ['999m', '1'],
  ['.5', '501m'],
  ['1k', '1Ki'],
  ['1.5Gi', '2G'],
  ['1e3', '1001'],
  ['7E', '1e999999999'],
];
for (const [smaller, larger] of ordered) {
  void test(`${smaller} is less than ${larger}`, () => {
    const [a, b] = [parsed(smaller), parsed(larger)];
    assert.ok(compareQuantities(a, b) < 0 && compareQuantities(b, a) > 0);
  });
}

void test('amounts that are the same compare as such, however they are spelled', () => {
  fc.assert(
    fc.property(number, suffix, ([whole, fraction], unit) => {
      const first = parsed(`${whole}${fraction}${unit}`);
      assert.equal(compareQuantities(first, parsed(first.text)), 0);
    }),
  );
});
