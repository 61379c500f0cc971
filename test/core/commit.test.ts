import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitOf, sayCommit } from '../../src/core/commit.ts';

const HASH = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';

/** What an object's annotations say of its commit, in short; null: nothing. */
const rows: readonly (readonly [
  name: string,
  hash: string,
  author: string,
  message: string,
  said: string | null,
])[] = [
  [
    'all that is known',
    HASH,
    'Ada Lovelace <ada@example.com>',
    'Faster checkout',
    'a1b2c3d Faster checkout (Ada Lovelace)',
  ],
  ['no message', HASH, 'Ada', '', 'a1b2c3d (Ada)'],
  ['no author', HASH, '', 'Faster', 'a1b2c3d Faster'],
  ['nothing but a hash', HASH.toUpperCase(), '  ', '\n\n', 'a1b2c3d'],
  ['a hash of SHA-256', HASH.padEnd(64, '0'), '', '', 'a1b2c3d'],
  ['the first line only', HASH, '', '  Faster\r\n\nSigned-off-by: Ada', 'a1b2c3d Faster'],
  ['an address alone is nobody', HASH, '<ada@example.com>', 'Faster', 'a1b2c3d Faster'],
  ['control characters', HASH, '\x1b[31mred', 'a\x07b\tc', 'a1b2c3d a�b c (�[31mred)'],
  ['text that turns around', HASH, '', 'a\u202eb\u2066c\u200bd', 'a1b2c3d a�b�c�d'],
  ['half a character', HASH, '', 'a\ud800b', 'a1b2c3d a�b'],
  ['a long message', HASH, '', '✂'.repeat(101), `a1b2c3d ${'✂'.repeat(99)}…`],
  ['a message that just fits', HASH, '', '🚀'.repeat(100), `a1b2c3d ${'🚀'.repeat(100)}`],
  ['a long name', HASH, 'x'.repeat(1_000_000), 'm', `a1b2c3d m (${'x'.repeat(39)}…)`],
  ['no hash', '', 'Ada', 'Faster', null],
  ['a hash that is too short', 'a1b2c3', '', '', null],
  ['a hash that is none', 'main; rm -rf /', 'Ada', 'Faster', null],
];

for (const [name, hash, author, message, said] of rows) {
  void test(`commit: ${name}`, () => {
    const commit = commitOf({
      'sluice.dev/commit': hash,
      'sluice.dev/commit-author': author,
      'sluice.dev/commit-message': message,
    });
    assert.equal(commit === null ? null : sayCommit(commit), said);
  });
}

void test('commit: no annotations', () => assert.equal(commitOf(undefined), null));
