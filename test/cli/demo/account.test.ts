import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOf } from '../../../src/cli/demo/account.ts';
import type { Chapter } from '../../../src/cli/demo/history.ts';
import { Ledger } from '../../../src/cli/demo/ledger.ts';
import { summary } from '../../../src/cli/demo/summary.ts';
import { plain } from '../../../src/cli/text/paint.ts';
import type { Tally } from '../../../src/sim/traffic/client.ts';

/** `1:200x90 2:500x3 -x1`: answers by version and status, and lost ones. */
function tally(text: string): Tally {
  const words = text.split(' ').filter((word) => word !== '');
  const answered = words.flatMap((word) => {
    const [, version, status, count] = /^(.*):(\d+)x(\d+)$/.exec(word) ?? [];
    return version === undefined ? [] : [{ version, status: Number(status), count: Number(count) }];
  });
  const lost = words.flatMap((word) => {
    const count = /^-x(\d+)$/.exec(word)?.[1];
    return count === undefined ? [] : [{ reason: 'ECONNRESET', count: Number(count) }];
  });
  return { sent: 0, answered, lost, waiting: 0, halfMs: 0, mostMs: 0 };
}

function ledgerOf(...readings: readonly (readonly [seconds: number, text: string])[]): Ledger {
  const ledger = new Ledger();
  for (const [seconds, text] of readings) ledger.read(tally(text), seconds * 1000);
  return ledger;
}

function users(ledger: Ledger) {
  return { users: ledger, testers: new Ledger() };
}

function chapter(
  tag: string,
  outcome: 'promoted' | 'rolled back' | null,
  weights: Chapter['weights'],
): Chapter {
  const ended = outcome === null ? null : { outcome, atMs: 20_000 };
  return { tag, message: `Release ${tag}`, committedMs: 10_000, weights, ended };
}

void describe('what users got', () => {
  const rows: readonly (readonly [string, Ledger, object])[] = [
    ['nothing yet', ledgerOf(), { requests: 0, failures: 0 }],
    [
      '3xx is an answer, 4xx and 5xx are failures',
      ledgerOf([1, '1:302x2 1:404x3 1:503x4']),
      { requests: 9, failures: 7 },
    ],
    ['lost requests count', ledgerOf([1, '1:200x2 -x3']), { requests: 5, failures: 3 }],
  ];
  for (const [title, ledger, total] of rows) void test(title, () => assert.deepEqual(ledger.total, total));

  void test('what no version answered is told with its reason', () => {
    const ledger = ledgerOf([1, '1:200x2 :503x4 -x3']);
    const lines = summary(accountOf([], users(ledger), 0), plain);
    assert.deepEqual(lines.slice(-4), [
      '  1                 2         0',
      '  answered by none  7         7',
      '  all               9         7',
      '  Of none: 4 status 503, 3 ECONNRESET',
    ]);
  });

  void test('a version is exposed from the reading before its first request to that of its last', () => {
    const ledger = ledgerOf(
      [1, '1:200x10'],
      [2, '1:200x18 2:500x2'],
      [3, '1:200x26 2:500x4'],
      [4, '1:200x36 2:500x4'],
    );
    const exposure = { version: '2', requests: 4, failures: 4, fromMs: 1000, toMs: 3000, all: 20 };
    assert.deepEqual(ledger.exposure('2'), exposure);
    assert.equal(ledger.exposure('3'), null);
  });

  void test('rates are those of the last two seconds', () => {
    const ledger = ledgerOf(
      [1, '1:200x1000'],
      [8, '1:200x1000'],
      [9, '1:200x1010'],
      [10, '1:200x1020 2:500x5'],
    );
    assert.deepEqual(Object.fromEntries(ledger.rates()), {
      1: { requests: 10, failures: 0 },
      2: { requests: 2.5, failures: 2.5 },
    });
  });
});

void describe('the account', () => {
  const readings = ledgerOf(
    [10, '1:200x100'],
    [12, '1:200x180 2:200x14 2:500x6'],
    [13, '1:200x230 2:200x14 2:500x6'],
  );

  void test('a bad release costs its failures; without a canary, the same rate of all requests of its time', () => {
    const [cost] = accountOf([chapter('2', 'rolled back', [])], users(readings), 0).costs;
    assert.equal(cost?.failureRate, 0.3);
    assert.equal(cost?.all, 100);
    assert.equal(cost?.withoutCanary, 30);
  });

  void test('one that no request got to cost nothing', () => {
    const { costs } = accountOf([chapter('9', 'rolled back', [])], users(readings), 0);
    assert.equal(costs[0]?.requests, 0);
    const lines = summary(accountOf([chapter('9', 'rolled back', [])], users(readings), 0), plain);
    assert.ok(lines.includes('  Nothing: no request of a user ever got to it.'), lines.join('\n'));
  });

  void test('weights last until the next one, or the end; nothing and all are none', () => {
    const weights = [
      { weight: 0, atMs: 10_000 },
      { weight: 20, atMs: 11_000 },
      { weight: 50, atMs: 15_000 },
      { weight: 100, atMs: 18_000 },
    ];
    const { releases } = accountOf(
      [chapter('1', 'promoted', weights), chapter('2', 'promoted', weights)],
      users(readings),
      0,
    );
    assert.deepEqual(releases[0]?.weights, []);
    assert.deepEqual(releases[1]?.weights, [
      { weight: 20, forMs: 4000 },
      { weight: 50, forMs: 3000 },
    ]);
    assert.equal(releases[1]?.tookMs, 10_000);
  });

  void test('reads well', () => {
    const chapters = [
      chapter('1', 'promoted', []),
      chapter('2', 'rolled back', [{ weight: 20, atMs: 11_000 }]),
    ];
    assert.deepEqual(summary(accountOf(chapters, users(readings), 21_300), plain), [
      'Releases, in 21.3 s in all',
      '  1  Release 1  promoted     after 10.0 s',
      '  2  Release 2  rolled back  after 10.0 s  20 % for 9.0 s',
      '',
      'Requests of users',
      '  VERSION  REQUESTS  FAILED',
      '  1        230       0',
      '  2        20        6',
      '  all      250       6',
      '',
      'What 2 cost',
      '  6 failed requests: 30.0 % of the 20 that it got in 2.0 s.',
      '  Without a canary it would have got all 100 requests of that time, and about',
      '  30 would have failed: 30.0 % of 100.',
    ]);
  });
});
