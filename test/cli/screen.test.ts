import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Screen } from '../../src/cli/watch/screen.ts';
import { Recorder } from './support/harness.ts';

const ESC = '\x1b';
/** A control sequence, or any other letter. */
const TOKEN = new RegExp(`${ESC}\\[[?0-9]*[a-zA-Z]|[^${ESC}]`, 'g');

/** The few controls that a screen uses, and what they do to lines of text. */
function shown(output: string): readonly string[] {
  const lines: string[] = [];
  let row = 0;
  let column = 0;
  for (const [token] of output.matchAll(TOKEN)) {
    const line = lines[row] ?? '';
    lines[row] = line;
    const up = /^.\[(\d+)A$/.exec(token)?.[1];
    if (up !== undefined) row -= Number(up);
    else if (token === '\x1b[K') lines[row] = line.slice(0, column);
    else if (token === '\x1b[J') {
      lines.length = row;
      lines[row] = line.slice(0, column);
    } else if (token === '\r') column = 0;
    else if (token === '\n') {
      row += 1;
      column = 0;
    } else if (!token.startsWith('\x1b')) {
      lines[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
  }
  return lines.slice(0, lines.at(-1) === '' ? -1 : undefined);
}

const size = { columns: 80, rows: 10 };

void test('whatever was drawn before, the last frame is what is seen', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 6 });
  const frames = fc.array(fc.array(line, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(frames, (list) => {
      const sink = new Recorder(size);
      const screen = new Screen(sink);
      for (const frame of list) screen.draw(frame);
      assert.deepEqual(
        shown(sink.text)
          .map((text) => text.trimEnd())
          .join('\n')
          .trimEnd(),
        list
          .at(-1)
          ?.map((text) => text.trimEnd())
          .join('\n')
          .trimEnd(),
      );
    }),
  );
});

void test('lines that did not change are not written again, and an equal frame writes nothing', () => {
  const sink = new Recorder(size);
  const screen = new Screen(sink);
  screen.draw(['one', 'two', 'three']);
  const before = sink.text.length;
  screen.draw(['one', 'two', 'three']);
  assert.equal(sink.text.length, before);
  screen.draw(['one', 'TWO', 'three']);
  assert.doesNotMatch(sink.text.slice(before), /one|three/);
});

void test('what does not fit is counted', () => {
  const sink = new Recorder({ columns: 80, rows: 4 });
  new Screen(sink).draw(['1', '2', '3', '4', '5']);
  assert.deepEqual(shown(sink.text), ['1', '2', '(3 more lines)']);
});

void test('lines above stay above, and the frame below them is what was drawn last', () => {
  const sink = new Recorder(size);
  const screen = new Screen(sink);
  screen.above(['one']);
  screen.draw(['status 1', 'more']);
  screen.above(['two', 'three']);
  screen.draw(['status 2']);
  screen.above(['four']);
  assert.deepEqual(shown(sink.text), ['one', 'two', 'three', 'four', 'status 2']);
  screen.clear();
  assert.deepEqual(shown(sink.text), ['one', 'two', 'three', 'four']);
  screen.draw(['status 3']);
  assert.deepEqual(shown(sink.text), ['one', 'two', 'three', 'four', 'status 3']);
});
