import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_COUNTS, type Report } from '../../src/sync/report.ts';
import type { Commit } from '../../src/sync/source.ts';
import { refusalLines, reportLine, verdictText } from '../../src/sync/words.ts';

const commit: Commit = {
  hash: `a1b2c3d${'0'.repeat(33)}`,
  parents: [],
  author: 'Ada <a@b>',
  message: 'message',
};
const report = (counts: Partial<Report['counts']>): Report => ({
  commit,
  counts: { ...NO_COUNTS, ...counts },
  pending: [],
  notes: [],
  drifts: [],
  wanted: [],
});

const rows: readonly (readonly [said: string, wanted: string])[] = [
  [
    reportLine(report({ created: 2, changed: 1, unchanged: 14, pruned: 1 })),
    'a1b2c3d "message": 2 created, 1 changed, 14 unchanged, 1 pruned',
  ],
  [reportLine(report({ repaired: 1 })), 'a1b2c3d "message": 1 repaired'],
  [reportLine(report({})), 'a1b2c3d "message": nothing to do'],
  [verdictText({ kind: 'healthy', afterMs: 41_600 }), 'healthy after 42 s'],
  [verdictText({ kind: 'late', afterMs: 300_000, objects: [] }), 'not healthy after 5 min 0 s'],
  [
    refusalLines({
      kind: 'refused',
      commit,
      problems: [
        { file: 'a.yaml', line: 3, message: 'no' },
        { file: '/', line: 0, message: 'nothing' },
      ],
    }).join('\n'),
    'a1b2c3d "message": nothing is applied, what was in force stays\na.yaml:3: no\n/: nothing',
  ],
];

for (const [said, wanted] of rows) void test(wanted, () => assert.equal(said, wanted));
