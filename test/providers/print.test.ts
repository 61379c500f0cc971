import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Value } from '../../src/core/analysis/reading.ts';
import { parseJson } from '../../src/providers/json.ts';
import { printFixed, printFloat, printFloats, printJson } from '../../src/providers/print.ts';

const floats: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [0.98, '0.98'],
  [12345678.12345679, '12345678.12345679'],
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [-1.5e-7, '-0.00000015'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
];

for (const [value, want] of floats) {
  void test(`a sample ${value} is printed ${want}`, () => assert.equal(printFloat(value), want));
}

void test('no sample is printed with an exponent, and each is read back as it was', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = printFloat(value);
      assert.match(text, /^-?\d+(\.\d+)?$/);
      assert.equal(Number(text), value);
    }),
  );
});

void test('samples are printed as a list', () => {
  assert.equal(
    printFloats(Float64Array.of(1, 2.5, Number.NaN, Number.POSITIVE_INFINITY)),
    '[1,2.5,NaN,+Inf]',
  );
  assert.equal(printFloats(Float64Array.of()), '[]');
});

const values: readonly (readonly [Value, string])[] = [
  [null, 'null'],
  [true, 'true'],
  [2.5, '2.5'],
  [-0, '-0'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  ['1.5', '"1.5"'],
  ['<a> & "b"\u2028\n', '"\\u003ca\\u003e \\u0026 \\"b\\"\\u2028\\n"'],
  ['\ud800', '"\ufffd"'],
  [[{ name: 'a', ok: true, v: 1 }], '[{"name":"a","ok":true,"v":1}]'],
  [{ b: 1, a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]},"b":1}'],
  [Float64Array.of(1, 2), '[1,2]'],
];

for (const [value, want] of values) {
  void test(`JSON is printed ${want}`, () => assert.equal(printJson(value), want));
}

// JSON.stringify makes 0 of -0, Go does not.
function read(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (value === 0 ? 0 : value));
}

void test('what is printed means the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(read(printJson(value as Value)), read(JSON.stringify(value)));
    }),
  );
});

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

// body, value; undefined for what is taken as text
const bodies: readonly (readonly [string, Value | undefined])[] = [
  ['{"a":[1,null]} ', { a: [1, null] }],
  ['plain', undefined],
  ['', undefined],
  ['NaN', undefined],
  ['{"a":1e400}', undefined],
  ['\ufeff1', undefined],
  [deep, undefined],
];

for (const [body, want] of bodies) {
  void test(`the body ${body.slice(0, 20)} is ${want === undefined ? 'text' : 'JSON'}`, () => {
    const parsed = parseJson(body);
    assert.deepEqual(parsed, want === undefined ? { kind: 'text' } : { kind: 'json', value: want });
  });
}

const fixed: readonly (readonly [number, number, string])[] = [
  [0.987, 2, '0.99'],
  [-0.001, 2, '-0.00'],
  [1e21, 2, '1000000000000000000000.00'],
  [1 / 3, 6, '0.333333'],
  [Number.NaN, 2, 'NaN'],
  [Number.NEGATIVE_INFINITY, 6, '-Inf'],
];

for (const [value, digits, want] of fixed) {
  void test(`${value} with ${digits} digits`, () => assert.equal(printFixed(value, digits), want));
}
