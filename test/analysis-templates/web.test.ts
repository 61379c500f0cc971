import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/shell/clock.ts';
import { json, nowhere, type Reply, serve, text } from '../providers/support/server.ts';
import { openLab } from '../shell/analysis/lab.ts';
import { quickRun } from './library.ts';

// web-check by the controller's own pass with the real provider, against a server on this machine.

const spring = { field: '{$.status}', expected: 'UP' };

// what the service answers, or that it is not there; arguments; how the run ends
const rows: readonly (readonly [string, Reply | 'down', Readonly<Record<string, string>>, string])[] = [
  ['a service that is well', json({ status: 'ok' }), {}, 'Successful'],
  ['a service that is not', json({ status: 'failing' }), {}, 'Failed'],
  ['a field and a word of its own', json({ status: 'UP' }), spring, 'Successful'],
  ['another word', json({ status: 'DOWN' }), spring, 'Failed'],
  ['an error', json({ status: 'ok' }, 503), {}, 'Error'],
  ['no such field', json({}), {}, 'Error'],
  ['a page of HTML', text('<p>ok</p>'), {}, 'Failed'],
  ['a service that is not there', 'down', {}, 'Error'],
];

for (const [name, reply, args, phase] of rows)
  void test(`web-check: ${name} is ${phase}`, async () => {
    await using server = await serve(reply === 'down' ? [] : [reply]);
    const url = reply === 'down' ? await nowhere() : server.url;
    const quick = { interval: '100ms', measurements: '3', url };
    const lab = await openLab(quickRun('web-check', { ...quick, ...args }), {}, fast());
    const run = await lab.play(300);
    assert.equal(run.status?.phase, phase, JSON.stringify(run.status, null, 1));
  });

/** After an error the next measurement comes ten seconds later. */
function fast() {
  const speed = 100;
  return {
    now: () => Math.floor(systemClock.now() + systemClock.elapsed() * speed),
    elapsed: () => systemClock.elapsed() * speed,
    after: (delayMs: number, work: () => void) => systemClock.after(delayMs / speed, work),
  };
}
