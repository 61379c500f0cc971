import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import { type Act, advance, type Facts, machine, type Stage } from '../../../src/core/rollout/machine.ts';
import { runs } from '../../support/worlds.ts';

/** The statechart by itself: which stages there are, what leads where, and what is more urgent than what. */

const QUIET: Facts = {
  specChanged: false,
  noStable: false,
  isStable: false,
  inRollbackWindow: false,
  unproven: false,
  abortRequested: false,
  abortedBefore: false,
  fullRequested: false,
  held: false,
  paused: false,
  resumed: false,
  pauseLeft: false,
  pastSteps: false,
  step: 'waiting',
  inconclusive: false,
  unsureExperiment: false,
  failure: null,
  stopped: null,
  promotable: false,
};

const STAGES: readonly Stage[] = ['stepping', 'paused', 'promoting', 'aborted', 'complete'];

/** What may be observed of an ordinary release: one thing at a time. */
const EVENTS = [
  {},
  { specChanged: true },
  { isStable: true, pastSteps: true },
  { abortRequested: true },
  { abortRequested: true, abortedBefore: true },
  { abortedBefore: true },
  { fullRequested: true },
  { paused: true },
  { paused: true, step: 'pauseOver' },
  { paused: true, pauseLeft: true },
  { step: 'pauseDue' },
  { step: 'previewPauseDue' },
  { step: 'done' },
  { failure: 'bad' },
  { stopped: 'bad' },
  { inconclusive: true },
  { unsureExperiment: true },
  { resumed: true },
  { pastSteps: true, step: 'none' },
  { pastSteps: true, step: 'none', promotable: true },
].map((facts) => ({ type: 'observe', facts: { ...QUIET, ...facts } as Facts }) as const);

const options = {
  events: EVENTS,
  serializeState: (state: { value: unknown }) => String(state.value) as never,
};

void test('every stage can be reached, and soon', () => {
  const paths = getShortestPaths(machine, options);
  const reached = Object.fromEntries(paths.map((path) => [String(path.state.value), path.steps.length]));
  assert.deepEqual(Object.keys(reached).sort(), [...STAGES].sort());
  assert.ok(paths.every((path) => path.steps.length <= 3));
});

interface Arrival {
  readonly state: { readonly value: unknown };
}

void test('from every stage every other one can be reached: nothing gets stuck', () => {
  const ways = new Map(
    Object.values(getAdjacencyMap(machine, options)).map(({ state, transitions }) => [
      String(state.value),
      Object.values<Arrival>(transitions).map((to) => String(to.state.value)),
    ]),
  );
  for (const from of STAGES) {
    const reached = new Set<string>([from]);
    for (const stage of reached) for (const next of ways.get(stage) ?? []) reached.add(next);
    assert.deepEqual([...reached].sort(), [...STAGES].sort(), `from ${from}`);
  }
});

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  specChanged: fc.boolean(),
  noStable: fc.boolean(),
  isStable: fc.boolean(),
  inRollbackWindow: fc.boolean(),
  unproven: fc.boolean(),
  abortRequested: fc.boolean(),
  abortedBefore: fc.boolean(),
  fullRequested: fc.boolean(),
  held: fc.boolean(),
  paused: fc.boolean(),
  resumed: fc.boolean(),
  pauseLeft: fc.boolean(),
  pastSteps: fc.boolean(),
  step: fc.constantFrom('none', 'waiting', 'done', 'pauseDue', 'previewPauseDue', 'pauseOver'),
  inconclusive: fc.boolean(),
  unsureExperiment: fc.boolean(),
  failure: fc.constantFrom(null, 'bad'),
  stopped: fc.constantFrom(null, 'bad'),
  promotable: fc.boolean(),
});

const names = (acts: readonly Act[]) => acts.map((act) => act.type).join(' ');

void test('whatever is observed: what is held neither moves on nor is promoted', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGES), anyFacts, (stage, facts) => {
      const { acts } = advance(stage, { ...facts, held: true, specChanged: false, noStable: false });
      assert.doesNotMatch(names(acts), /completeStep|promote|pause|resume/);
    }),
    { numRuns: runs(300) },
  );
});

void test('whatever is observed: a failure is never followed by progress', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGES), anyFacts, (stage, facts) => {
      const { acts } = advance(stage, { ...facts, failure: 'bad', noStable: false });
      if (stage !== 'aborted') assert.doesNotMatch(names(acts), /completeStep|promote/);
    }),
    { numRuns: runs(300) },
  );
});

void test('whatever is observed: an abort that is asked for is never passed over but for more urgent things', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGES), anyFacts, (stage, facts) => {
      const asked = { ...facts, abortRequested: true, abortedBefore: false };
      const { acts } = advance(stage, asked);
      if (facts.specChanged || facts.noStable || facts.isStable || facts.fullRequested) return;
      assert.equal(names(acts), 'abort');
    }),
    { numRuns: runs(300) },
  );
});

const rows: readonly (readonly [
  says: string,
  from: Stage,
  facts: Partial<Facts>,
  to: Stage,
  acts: string,
])[] = [
  ['nothing observed, nothing done', 'stepping', {}, 'stepping', ''],
  ['a new spec before all', 'aborted', { specChanged: true, abortRequested: true }, 'stepping', 'startOver'],
  ['the first version is stable', 'stepping', { noStable: true }, 'complete', 'promote'],
  ['a person asks for an abort', 'stepping', { abortRequested: true }, 'aborted', 'abort'],
  [
    'full before an abort',
    'stepping',
    { abortRequested: true, fullRequested: true },
    'promoting',
    'skipSteps',
  ],
  ['a failure before a hold', 'stepping', { failure: 'bad', held: true }, 'aborted', 'abort'],
  ['full before a failure', 'paused', { failure: 'bad', fullRequested: true }, 'promoting', 'skipSteps'],
  ['a hold before doubt', 'stepping', { held: true, inconclusive: true }, 'stepping', ''],
  ['a pause that was left', 'paused', { paused: true, pauseLeft: true }, 'stepping', 'resume'],
  ['also of an experiment', 'stepping', { unsureExperiment: true, step: 'done' }, 'paused', 'pause'],
  ['doubt before the next step', 'stepping', { inconclusive: true, step: 'done' }, 'paused', 'pause'],
  ['a pause that is due', 'stepping', { step: 'pauseDue' }, 'paused', 'pause'],
  ['the pause of a preview', 'stepping', { step: 'previewPauseDue' }, 'paused', 'pause'],
  ['a pause that is over', 'paused', { paused: true, step: 'pauseOver' }, 'stepping', 'completeStep resume'],
  ['a pause that is not', 'paused', { paused: true }, 'paused', ''],
  ['a step that is done', 'stepping', { step: 'done' }, 'stepping', 'completeStep'],
  ['the last step is behind', 'stepping', { pastSteps: true }, 'promoting', ''],
  ['ready to be stable', 'promoting', { pastSteps: true, promotable: true }, 'complete', 'promote'],
  ['ready, but paused', 'promoting', { pastSteps: true, promotable: true, paused: true }, 'paused', ''],
  [
    'aborted, nothing goes on',
    'aborted',
    { abortRequested: true, abortedBefore: true, step: 'done' },
    'aborted',
    '',
  ],
  ['the abort taken back', 'aborted', { abortedBefore: true }, 'stepping', 'retry'],
  ['back to stable', 'stepping', { isStable: true }, 'complete', 'skipSteps'],
  [
    'the abort of what is stable',
    'complete',
    { isStable: true, abortRequested: true },
    'complete',
    'forgetAbort',
  ],
  ['full of what is stable', 'complete', { isStable: true, fullRequested: true }, 'complete', 'forgetFull'],
  ['back to a version within the window', 'stepping', { inRollbackWindow: true }, 'promoting', 'skipSteps'],
  ['beside a version that has never served', 'stepping', { unproven: true }, 'promoting', 'skipSteps'],
  ['a pause beside such a version', 'paused', { unproven: true, paused: true }, 'promoting', 'skipSteps'],
  ['a person holds it', 'stepping', { unproven: true, held: true }, 'stepping', ''],
];
for (const [says, from, facts, to, acts] of rows)
  void test(says, () => {
    const step = advance(from, { ...QUIET, ...facts });
    assert.deepEqual([step.stage, names(step.acts)], [to, acts]);
  });
