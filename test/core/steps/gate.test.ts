import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateConfig } from '../../../src/api/step-plugins.ts';
import type { StepReply, Turn } from '../../../src/core/steps/plugin.ts';
import { votesIn } from '../../../src/core/steps/votes.ts';
import { bound, looks, type Sight, sees } from './sight.ts';

/** Gates: what is said and seen, and whether they open. */

const TOKEN = 'abc-tb7yo0';
const yes = `approve:${TOKEN}`;
const said = (votes: Readonly<Record<string, string>>, gate = 'step-2') =>
  Object.fromEntries(Object.entries(votes).map(([who, value]) => [`gate.sluice.dev/${gate}.${who}`, value]));

function row(
  name: string,
  config: GateConfig,
  sights: readonly Sight[],
  phase: string,
  message: string,
): void {
  void test(name, () => {
    const run = bound('sluice/gate', config);
    const turn = looks(run, ...sights);
    assert.deepEqual([turn.phase, turn.message], [phase, message]);
    // Settled: another look at the same things says the same.
    const last = sees(sights.at(-1) ?? {});
    if (turn.phase === 'Running') assert.deepEqual(run(turn.memo, last), turn);
    assert.ok(!JSON.stringify(turn.memo).includes('null'));
  });
}

row('waits for one person', {}, [{}], 'Running', 'gate step-2: 0 of 1 approval');
row(
  'who opens it',
  {},
  [{ at: 9, annotations: said({ anna: yes }) }],
  'Successful',
  'approved by anna (12:00:09 UTC)',
);
const two: GateConfig = { name: 'qa', approvals: { required: 2, from: ['anna', 'ben@example.com', 'eve'] } };
const anna = said({ anna: yes }, 'qa');
row(
  'one of two',
  two,
  [
    { at: 5, annotations: anna },
    { at: 60, annotations: anna },
  ],
  'Running',
  'gate qa: 1 of 2 approvals: anna (12:00:05 UTC)',
);
const both = said({ anna: yes, 'ben_at_example.com': `${yes} looks fine` }, 'qa');
row(
  'two at once',
  two,
  [{ annotations: both }],
  'Successful',
  'approved by anna (12:00:00 UTC), ben@example.com (12:00:00 UTC)',
);
row(
  'one after the other',
  two,
  [
    { at: 5, annotations: anna },
    { at: 60, annotations: both },
  ],
  'Successful',
  'approved by anna (12:00:05 UTC), ben@example.com (12:01:00 UTC)',
);
row('who takes it back', two, [{ at: 5, annotations: anna }, {}], 'Running', 'gate qa: 0 of 2 approvals');
row(
  'of others none counts',
  two,
  [{ annotations: said({ anna: yes, mallory: yes }, 'qa') }],
  'Running',
  'gate qa: 1 of 2 approvals: anna (12:00:00 UTC)',
);
row(
  'none for another release',
  {},
  [{ annotations: said({ anna: 'approve:xyz-tb7yo0' }) }],
  'Running',
  'gate step-2: 0 of 1 approval',
);
row(
  'nor for the same gate in an earlier try',
  {},
  [{ startedAt: 60, annotations: said({ anna: yes }) }],
  'Running',
  'gate step-2: 0 of 1 approval',
);
row(
  'nor for another gate',
  {},
  [{ annotations: said({ anna: yes }, 'qa') }],
  'Running',
  'gate step-2: 0 of 1 approval',
);
row(
  'a word without the token says nothing',
  {},
  [{ annotations: said({ anna: 'approve' }) }],
  'Running',
  'gate step-2: 0 of 1 approval',
);
const no = said({ anna: yes, eve: `reject:${TOKEN} errors in the log` }, 'qa');
row('one rejection is enough', two, [{ annotations: no }], 'Failed', 'rejected by eve: errors in the log');
row(
  'of somebody who may',
  two,
  [{ annotations: said({ mallory: `reject:${TOKEN}` }, 'qa') }],
  'Running',
  'gate qa: 0 of 2 approvals',
);

const tested: GateConfig = { annotation: 'example.com/tested' };
row('an annotation', tested, [{}], 'Running', 'gate step-2: annotation example.com/tested is not abc');
row(
  'of this version',
  tested,
  [{ annotations: { 'example.com/tested': 'abc' } }],
  'Successful',
  'annotation example.com/tested is abc',
);
row(
  'not of another',
  tested,
  [{ annotations: { 'example.com/tested': 'xyz' } }],
  'Running',
  'gate step-2: annotation example.com/tested is not abc',
);
const all: GateConfig = { annotation: 'example.com/tested', approvals: {} };
row(
  'all are needed',
  all,
  [{ annotations: { 'example.com/tested': 'abc' } }],
  'Running',
  'gate step-2: 0 of 1 approval',
);
row(
  'unless one is enough',
  { ...all, require: 'any' },
  [{ annotations: { 'example.com/tested': 'abc' } }],
  'Successful',
  'annotation example.com/tested is abc',
);
row(
  'then it says which',
  { ...all, require: 'any' },
  [{}],
  'Running',
  'gate step-2: 0 of 1 approval or annotation example.com/tested is not abc',
);

const hour: GateConfig = { timeout: '1h' };
row('before its time is over', hour, [{ at: 3599 }], 'Running', 'gate step-2: 0 of 1 approval');
row('it gives the release up', hour, [{ at: 3600 }], 'Failed', 'gate step-2 was not opened within 1h');
row(
  'or goes on',
  { ...hour, onTimeout: 'proceed' },
  [{ at: 3600 }],
  'Successful',
  'gate step-2 was not opened within 1h; it goes on as onTimeout says',
);
row(
  'or waits for people',
  { ...hour, onTimeout: 'pause' },
  [{ at: 3600 }],
  'Running',
  'gate step-2 was not opened within 1h; waits for somebody to approve, promote or abort',
);
row(
  'who may still approve',
  { ...hour, onTimeout: 'pause' },
  [{ at: 4000, annotations: said({ anna: yes }) }],
  'Successful',
  'approved by anna (13:06:40 UTC)',
);

const hook: GateConfig = {
  webhook: {
    url: 'https://gates.example.com/web',
    successCondition: 'result.go == true',
    failureCondition: 'result.stop == true',
  },
};
const first = `${TOKEN}/1`;
const json = (value: object): StepReply => ({ kind: 'json', value: value as never });
const idle = 'gate step-2: the webhook has not said yes';
row('a service is asked', hook, [{}], 'Running', idle);
row(
  'says yes',
  hook,
  [{}, { at: 1, replies: { [first]: json({ go: true, stop: false }) } }],
  'Successful',
  'the webhook said yes',
);
row(
  'says no',
  hook,
  [{ replies: { [first]: json({ go: false, stop: true }) } }],
  'Failed',
  'the webhook said no',
);
row('says not yet', hook, [{ replies: { [first]: json({ go: false, stop: false }) } }], 'Running', idle);
row(
  'cannot be reached',
  hook,
  [{ replies: { [first]: { kind: 'failure', message: 'refused' } } }],
  'Error',
  'gate step-2: webhook: refused',
);
row(
  'says something else',
  hook,
  [{ replies: { [first]: json([1]) } }],
  'Error',
  'gate step-2: webhook: could not evaluate failureCondition "result.stop == true": array elements can only be selected using an integer (got string)',
);
row(
  'an answer to another question',
  hook,
  [{ replies: { [`${TOKEN}/2`]: json({ go: true, stop: false }) } }],
  'Running',
  idle,
);

const asked = (turn: Turn) => turn.wants.requests.map(({ id }) => id).join(' ');
const due = (turn: Turn) => (turn.wakeAt === null ? null : (turn.wakeAt - sees({}).now) / 1000);

void test('a question stays until it is answered; the next one comes after the interval', () => {
  const run = bound('sluice/gate', hook);
  const notYet = { [first]: json({ go: false, stop: false }) };
  const rows: readonly (readonly [Sight[], string, number | null])[] = [
    [[{}], first, null],
    [[{}, { at: 5 }], first, null],
    [[{}, { at: 5, replies: notYet }], '', 35],
    [[{}, { at: 5, replies: notYet }, { at: 34 }], '', 35],
    [[{}, { at: 5, replies: notYet }, { at: 35 }], `${TOKEN}/2`, null],
  ];
  for (const [sights, ids, wake] of rows) {
    const turn = looks(run, ...sights);
    assert.deepEqual([asked(turn), due(turn)], [ids, wake]);
  }
});

void test('a time-out ends the questions', () => {
  const config: GateConfig = { ...hook, timeout: '1m', onTimeout: 'pause' };
  assert.equal(asked(looks(bound('sluice/gate', config), {}, { at: 60 })), '');
});

void test('a question says what the release is', () => {
  const config: GateConfig = {
    webhook: { url: 'http://gates/web', method: 'POST', successCondition: 'result' },
  };
  const [request] = looks(bound('sluice/gate', config), {}).wants.requests;
  const body = { rollout: 'web', namespace: 'shop', revision: 'abc', gate: 'step-2', step: 2 };
  assert.deepEqual(request?.kind === 'webhook' ? JSON.parse(request.body ?? '') : null, body);
});

void test('a comment is cut, and nobody is called nothing', () => {
  const annotations = said({ '': yes, anna: `${yes} ${'x'.repeat(300)}` });
  const votes = votesIn(annotations, { gate: 'step-2', token: TOKEN }, null);
  assert.deepEqual(
    votes.map(({ who, comment }) => [who, comment.length]),
    [['anna', 200]],
  );
});
