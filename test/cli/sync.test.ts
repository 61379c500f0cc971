import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from './support/harness.ts';

const rows: Readonly<Record<string, readonly [args: string, err: RegExp]>> = {
  'no repository': ['sync', /^error: required option '--repo <path\|url>' not specified/i],
  'a folder that is none': ['sync --repo /nonexistent', /^Error: \/nonexistent is no Git repository\n$/],
  'a time that is none': [
    'sync --repo /nonexistent --interval soon',
    /^Error: --interval: soon is not a duration/,
  ],
  'a time that is too short': ['sync --repo /nonexistent --interval 10ms', /of at least 1s\n$/],
  'a patience that is none': [
    'sync --repo /nonexistent --timeout -1s',
    /^Error: --timeout: -1s is not a duration/,
  ],
  'two wishes about pruning': [
    'sync --repo /nonexistent --no-prune --prune-everything',
    /^Error: say either --no-prune or --prune-everything\n$/,
  ],
  'a branch that is an option': [
    'sync --repo /nonexistent --branch=-x',
    /^Error: "-x" is not the name of a branch\n$/,
  ],
  'a folder outside': [
    'sync --repo /nonexistent --path ../x',
    /^Error: "\.\.\/x" is not a folder of the repository\n$/,
  ],
  'a password': ['sync --repo https://a:b@c/d', /^Error: put no credentials into the URL/],
};

for (const [name, [args, err]] of Object.entries(rows)) {
  void test(`sync refuses ${name}`, async () => {
    const ran = await harness().run(...args.split(' '));
    assert.deepEqual([ran.code, ran.out], [1, '']);
    assert.match(ran.err, err);
  });
}
