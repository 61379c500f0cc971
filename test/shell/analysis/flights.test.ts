import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Taken } from '../../../src/core/analysis/record.ts';
import { type Act, Flights } from '../../../src/shell/analysis/flights.ts';
import { systemClock } from '../../../src/shell/clock.ts';

const never = new AbortController().signal;
const takenOf = (metric: string): Taken => ({
  metric,
  after: 0,
  measurement: { phase: 'Successful' },
  metadata: {},
});

/** Flights of run `k`, and what became of the work that was begun. */
function open() {
  const flights = new Flights(systemClock);
  const aborted: string[] = [];
  const begun: string[] = [];
  const begin = (metric: string, act: Act, ends: boolean, uid = 'u') =>
    flights.start('k', uid, { metric, act }, (signal) => {
      begun.push(`${metric} ${act}`);
      signal.addEventListener('abort', () => aborted.push(metric));
      return ends ? Promise.resolve(takenOf(metric)) : new Promise(() => {});
    });
  return { flights, aborted, begun, begin };
}

const names = (taken: readonly Taken[]) => taken.map(({ metric }) => metric);

void test('what has come in is kept until it is stored', async () => {
  const { flights, begin } = open();
  begin('a', 'start', true);
  begin('b', 'start', false);
  await flights.settle('k', 10, never);
  assert.deepEqual(names(flights.settled('k')), ['a']);
  assert.equal(flights.isBusy('k'), true);
  flights.land('k', flights.settled('k'));
  assert.deepEqual([flights.has('k', 'a'), flights.has('k', 'b')], [false, true]);
});

void test('a metric is measured once at a time', async () => {
  const { flights, begun, begin } = open();
  begin('a', 'start', true);
  begin('a', 'start', true);
  await flights.settle('k', 1000, never);
  begin('a', 'resume', true);
  assert.deepEqual(begun, ['a start']);
});

void test('a run that ends calls off what is on its way, but not what has come in or ends something', async () => {
  const { flights, aborted, begin } = open();
  begin('in', 'start', true);
  begin('out', 'start', false);
  begin('again', 'resume', false);
  begin('end', 'terminate', false);
  await flights.settle('k', 10, never);
  flights.cancel('k');
  assert.deepEqual(aborted, ['out', 'again']);
  assert.deepEqual(names(flights.settled('k')), ['in']);
  assert.equal(flights.has('k', 'end'), true);
});

void test('a run that is made anew has nothing to do with the one before', async () => {
  const { flights, aborted, begin } = open();
  begin('a', 'start', false);
  flights.keepOnly('k', 'u');
  assert.deepEqual(aborted, []);
  flights.keepOnly('k', 'other');
  assert.deepEqual(aborted, ['a']);
  assert.equal(flights.isBusy('k'), false);
});

void test('nobody waits for what is not there, nor after the end', async () => {
  const { flights, begin } = open();
  await flights.settle('k', 60_000, never);
  begin('a', 'start', false);
  await flights.settle('k', 60_000, AbortSignal.abort());
  flights.drop('k');
  assert.equal(flights.isBusy('k'), false);
});
