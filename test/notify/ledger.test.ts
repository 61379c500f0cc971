import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  CLAIM_MS,
  entered,
  isStored,
  ledgerKey,
  parseLedger,
  printLedger,
  staleAt,
  standing,
} from '../../src/notify/ledger.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const SECONDS = NOW / 1000;
const KEY = ledgerKey({ trigger: 'on-a', service: 'slack', recipient: 'x' }, 'h.1', null);

/** The entry's value, and how it stands. */
const STANDINGS: readonly (readonly [why: string, value: unknown, stands: string])[] = [
  ['no entry', undefined, 'open'],
  ['told', SECONDS, 'done'],
  ['told long ago', 1, 'done'],
  ['claimed now', -SECONDS, 'claimed'],
  ['claimed almost a minute ago', -(SECONDS - 59), 'claimed'],
  ['claimed a minute ago', -(SECONDS - 60), 'stale'],
  ['claimed in the future, by a clock that was set back', -(SECONDS + 3600), 'stale'],
  ['a value of somebody else', 'yes', 'open'],
];

void describe('an entry stands', () => {
  for (const [why, value, stands] of STANDINGS)
    void test(why, () => assert.equal(standing(new Map([[KEY, value]]), KEY, NOW), stands));
});

void test('a claim is written as a negative time, and what is told as a positive one', () => {
  const ledger = entered(new Map(), { claimed: ['sluice:a'], told: ['sluice:b'], writer: 7 }, NOW);
  assert.equal(printLedger(ledger), `{"sluice:a":-${SECONDS},"sluice:b":${SECONDS},"sluice:writer":7}`);
  assert.equal(staleAt(ledger, 'sluice:a'), NOW + CLAIM_MS);
  assert.equal(staleAt(ledger, 'sluice:b'), null);
});

void test('entries of others stay, old ones of ours go, those with a value for oncePer stay', () => {
  const old = SECONDS - 4000;
  const text = JSON.stringify({
    'on-x:[0].abc:slack:c': old,
    other: { deep: 1 },
    'sluice:old': old,
    'sluice:t:once=v:s:r': old,
    'sluice:young': SECONDS - 10,
  });
  const ledger = entered(parseLedger(text), { claimed: [], told: ['sluice:new'], writer: 7 }, NOW);
  assert.deepEqual(
    [...ledger.keys()],
    ['on-x:[0].abc:slack:c', 'other', 'sluice:t:once=v:s:r', 'sluice:young', 'sluice:new', 'sluice:writer'],
  );
});

void test('the ledger has a bound, and the newest entries stay', () => {
  let ledger = parseLedger('{}');
  for (let i = 0; i < 300; i++)
    ledger = entered(ledger, { claimed: [], told: [`sluice:once:once=${i}`], writer: 7 }, NOW + i * 1000);
  assert.equal(ledger.size, 100);
  assert.ok(ledger.has('sluice:once:once=299') && !ledger.has('sluice:once:once=100'));
});

void test('text that is no ledger is an empty one', () => {
  for (const text of ['', 'x', '[]', '5', 'null', '{"a":']) assert.equal(parseLedger(text).size, 0);
});

void test('what is entered is read back', () => {
  const keys = fc.uniqueArray(
    fc.string({ minLength: 1, maxLength: 20 }).map((id) => `sluice:${id}`),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(keys, keys, (claimed, told) => {
      const open = claimed.filter((key) => !told.includes(key));
      const ledger = parseLedger(printLedger(entered(new Map(), { claimed: open, told, writer: 7 }, NOW)));
      assert.ok(open.every((key) => standing(ledger, key, NOW) === 'claimed'));
      assert.ok(told.every((key) => standing(ledger, key, NOW) === 'done'));
    }),
  );
});

void test('a write whose answer was lost is known by its writer and time', () => {
  const ledger = entered(new Map(), { claimed: ['sluice:a'], told: ['sluice:b'], writer: 7 }, NOW);
  assert.equal(isStored(ledger, 'sluice:a', 7, NOW + 999), 'claimed');
  assert.equal(isStored(ledger, 'sluice:b', 7, NOW), 'told');
  assert.equal(isStored(ledger, 'sluice:a', 8, NOW), null);
  assert.equal(isStored(ledger, 'sluice:a', 7, NOW + 1000), null);
  assert.equal(isStored(ledger, 'sluice:c', 7, NOW), null);
});
