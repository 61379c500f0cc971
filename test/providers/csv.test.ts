import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsv } from '../../src/providers/influxdb-csv.ts';

// A text, and its rows; null where it is not CSV.
const texts: readonly (readonly [string, readonly (readonly string[])[] | null])[] = [
  ['', []],
  ['a', [['a']]],
  [
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['\r\n\n\r\na\n', [['a']]],
  [',\n', [['', '']]],
  ['a,', [['a', '']]],
  ['"a,b"', [['a,b']]],
  ['"a\r\nb","c"\n', [['a\r\nb', 'c']]],
  ['""', []],
  ['"",', [['', '']]],
  ['"say ""yes"""', [['say "yes"']]],
  ['a"b', null],
  ['"a"b', null],
  ['"a', null],
  ['"a""', null],
  ['ä,😀', [['ä', '😀']]],
];

for (const [text, want] of texts) {
  void test(`CSV: ${JSON.stringify(text)}`, () => assert.deepEqual(parseCsv(text), want));
}

void test('what is written as CSV is read as it was', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'ü', '#'), maxLength: 6 });
  const row = fc.array(field, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row), fc.constantFrom('\n', '\r\n'), (rows, end) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = rows.map((fields) => fields.map(quoted).join(',')).join(end);
      assert.deepEqual(parseCsv(text), rows);
    }),
  );
});

void test('reading ends, whatever is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n') }), (text) => {
      parseCsv(text);
    }),
  );
});

void test('the time grows with the text and no faster', () => {
  for (const part of ['"', '""', ',', '\n', '"a",', '\r']) {
    const text = part.repeat(1_000_000);
    // Of this process alone: others may have the machine in between.
    const begin = process.cpuUsage();
    parseCsv(text);
    const milliseconds = process.cpuUsage(begin).user / 1000;
    assert.ok(milliseconds < 5_000, `${JSON.stringify(part)} took ${milliseconds} ms`);
  }
});
