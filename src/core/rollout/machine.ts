import { setup, transition } from 'xstate';

/**
 * What a rollout's life depends on, as observed in one pass. Each fact is a claim about the world and the
 * stored status together, so a lost status write only makes a transition happen again.
 */
export interface Facts {
  /** The template or the list of steps is not the one that the status speaks of. */
  readonly specChanged: boolean;
  /** No version has been verified yet and none can be identified. */
  readonly noStable: boolean;
  /** The wanted version is the stable one. */
  readonly isStable: boolean;
  /**
   * The wanted version was running recently enough for `rollbackWindow`; or, with blue-green, it was stable
   * before the present one and has kept its pods.
   */
  readonly inRollbackWindow: boolean;
  /** The stable version has never served. */
  readonly unproven: boolean;
  readonly abortRequested: boolean;
  /** The abort has been taken note of already. */
  readonly abortedBefore: boolean;
  readonly fullRequested: boolean;
  /**
   * Nothing may move forward: a person said so (`spec.paused`), or something that the spec refers to is
   * missing.
   */
  readonly held: boolean;
  /** The status names at least one pause condition. */
  readonly paused: boolean;
  /** A pause of ours was lifted by clearing the pause conditions. */
  readonly resumed: boolean;
  /** A person has moved on from the pause step that the pause condition speaks of. */
  readonly pauseLeft: boolean;
  /** All steps are behind. */
  readonly pastSteps: boolean;
  /** What the current step is about now. The preview is the one step of a blue-green release. */
  readonly step: 'none' | 'waiting' | 'done' | 'pauseDue' | 'previewPauseDue' | 'pauseOver';
  /** An analysis was inconclusive and nobody has decided yet. */
  readonly inconclusive: boolean;
  /** The same of an experiment. */
  readonly unsureExperiment: boolean;
  /** Why the release must be given up, in the words of the status; null where there is no reason. */
  readonly failure: string | null;
  /** The same of a release that cannot go back by itself; null once somebody has decided. */
  readonly stopped: string | null;
  /**
   * Enough pods of the wanted version are available, and all of its traffic goes there, for it to become
   * stable.
   */
  readonly promotable: boolean;
}

/** What a transition means for the status. `life.ts` applies them; nothing here does. */
export type Act =
  | { readonly type: 'startOver' }
  | { readonly type: 'skipSteps'; readonly params: { readonly why: SkipReason } }
  | { readonly type: 'promote'; readonly params: { readonly first: boolean } }
  | { readonly type: 'abort'; readonly params: { readonly cause: string | null } }
  | { readonly type: 'forgetAbort' }
  | { readonly type: 'forgetFull' }
  | { readonly type: 'retry' }
  | { readonly type: 'pause'; readonly params: { readonly reason: PauseReason } }
  | { readonly type: 'resume'; readonly params: { readonly by: 'user' | 'time' } }
  | { readonly type: 'completeStep' };

export type PauseReason =
  | 'CanaryPauseStep'
  | 'BlueGreenPause'
  | 'InconclusiveAnalysisRun'
  | 'InconclusiveExperiment'
  | 'PointOfNoReturn';

/** Why steps are passed over. */
export type SkipReason = 'stable' | 'window' | 'full' | 'unproven';

/** Where a rollout stands in its life. */
export type Stage = 'stepping' | 'paused' | 'promoting' | 'aborted' | 'complete';

type Observe = { readonly type: 'observe'; readonly facts: Facts };

/** What every stage reacts to before anything of its own, most urgent first. */
const ALWAYS = [
  { guard: 'specChanged', target: 'stepping', actions: 'startOver' },
  { guard: 'noStable', target: 'complete', actions: { type: 'promote', params: { first: true } } },
  { guard: 'abortOfStable', target: 'complete', actions: 'forgetAbort' },
  { guard: 'newAbort', target: 'aborted', actions: { type: 'abort', params: { cause: null } } },
  { guard: 'fullOfStable', target: 'complete', actions: 'forgetFull' },
  { guard: 'backToStable', target: 'complete', actions: { type: 'skipSteps', params: { why: 'stable' } } },
  { guard: 'alreadyStable', target: 'complete' },
] as const;

/**
 * What a release under way reacts to. `held` matches without doing anything and so hides what is below it.
 */
const UNDER_WAY = [
  { guard: 'backInWindow', target: 'promoting', actions: { type: 'skipSteps', params: { why: 'window' } } },
  { guard: 'full', target: 'promoting', actions: { type: 'skipSteps', params: { why: 'full' } } },
  {
    guard: 'failed',
    target: 'aborted',
    actions: { type: 'abort', params: ({ event }: { event: Observe }) => ({ cause: event.facts.failure }) },
  },
  { guard: 'held' },
  {
    guard: 'inconclusive',
    target: 'paused',
    actions: { type: 'pause', params: { reason: 'InconclusiveAnalysisRun' } },
  },
  {
    guard: 'unsureExperiment',
    target: 'paused',
    actions: { type: 'pause', params: { reason: 'InconclusiveExperiment' } },
  },
  { guard: 'stopped', target: 'paused', actions: { type: 'pause', params: { reason: 'PointOfNoReturn' } } },
  { guard: 'unproven', target: 'promoting', actions: { type: 'skipSteps', params: { why: 'unproven' } } },
] as const;

/**
 * The life of a rollout as a statechart. It is only ever asked what follows from one observation: no actors,
 * no timers, no invocations. The picture in the documentation is drawn from it.
 */
export const machine = setup({
  types: { events: {} as Observe },
  guards: {
    specChanged: ({ event: { facts } }) => facts.specChanged,
    noStable: ({ event: { facts } }) => facts.noStable,
    abortOfStable: ({ event: { facts } }) => facts.abortRequested && facts.isStable,
    newAbort: ({ event: { facts } }) => facts.abortRequested && !facts.abortedBefore && !facts.fullRequested,
    fullOfStable: ({ event: { facts } }) => facts.fullRequested && facts.isStable,
    backToStable: ({ event: { facts } }) => facts.isStable && !facts.pastSteps,
    alreadyStable: ({ event: { facts } }) => facts.isStable,
    backInWindow: ({ event: { facts } }) => facts.inRollbackWindow && !facts.pastSteps,
    unproven: ({ event: { facts } }) => facts.unproven && !facts.pastSteps,
    full: ({ event: { facts } }) =>
      facts.fullRequested && (!facts.pastSteps || facts.paused || facts.abortRequested),
    failed: ({ event: { facts } }) => facts.failure !== null,
    held: ({ event: { facts } }) => facts.held,
    inconclusive: ({ event: { facts } }) => facts.inconclusive,
    unsureExperiment: ({ event: { facts } }) => facts.unsureExperiment,
    stopped: ({ event: { facts } }) => facts.stopped !== null,
    paused: ({ event: { facts } }) => facts.paused,
    resumed: ({ event: { facts } }) => facts.resumed,
    pauseLeft: ({ event: { facts } }) => facts.pauseLeft,
    retried: ({ event: { facts } }) => !facts.abortRequested && facts.abortedBefore,
    pauseDue: ({ event: { facts } }) => facts.step === 'pauseDue',
    previewPauseDue: ({ event: { facts } }) => facts.step === 'previewPauseDue',
    pauseOver: ({ event: { facts } }) => facts.step === 'pauseOver',
    stepDone: ({ event: { facts } }) => facts.step === 'done',
    pastSteps: ({ event: { facts } }) => facts.pastSteps,
    beforeEnd: ({ event: { facts } }) => !facts.pastSteps,
    promotable: ({ event: { facts } }) => facts.promotable,
    replaced: ({ event: { facts } }) => !facts.isStable,
  },
  actions: {
    startOver: () => {},
    skipSteps: (_state, _params: { why: SkipReason }) => {},
    promote: (_state, _params: { first: boolean }) => {},
    abort: (_state, _params: { cause: string | null }) => {},
    forgetAbort: () => {},
    forgetFull: () => {},
    retry: () => {},
    pause: (_state, _params: { reason: PauseReason }) => {},
    resume: (_state, _params: { by: 'user' | 'time' }) => {},
    completeStep: () => {},
  },
}).createMachine({
  id: 'rollout',
  initial: 'stepping',
  states: {
    stepping: {
      on: {
        observe: [
          ...ALWAYS,
          ...UNDER_WAY,
          { guard: 'paused', target: 'paused' },
          { guard: 'pauseOver', actions: ['completeStep', { type: 'resume', params: { by: 'user' } }] },
          { guard: 'resumed', actions: { type: 'resume', params: { by: 'user' } } },
          {
            guard: 'pauseDue',
            target: 'paused',
            actions: { type: 'pause', params: { reason: 'CanaryPauseStep' } },
          },
          {
            guard: 'previewPauseDue',
            target: 'paused',
            actions: { type: 'pause', params: { reason: 'BlueGreenPause' } },
          },
          { guard: 'stepDone', actions: 'completeStep' },
          { guard: 'pastSteps', target: 'promoting' },
        ],
      },
    },
    paused: {
      on: {
        observe: [
          ...ALWAYS,
          ...UNDER_WAY,
          {
            guard: 'pauseOver',
            target: 'stepping',
            actions: ['completeStep', { type: 'resume', params: { by: 'time' } }],
          },
          {
            guard: 'pauseLeft',
            target: 'stepping',
            actions: { type: 'resume', params: { by: 'user' } },
          },
        ],
      },
    },
    promoting: {
      on: {
        observe: [
          ...ALWAYS,
          ...UNDER_WAY,
          { guard: 'paused', target: 'paused' },
          { guard: 'resumed', actions: { type: 'resume', params: { by: 'user' } } },
          { guard: 'beforeEnd', target: 'stepping' },
          { guard: 'promotable', target: 'complete', actions: { type: 'promote', params: { first: false } } },
        ],
      },
    },
    aborted: {
      on: {
        observe: [
          ...ALWAYS,
          { guard: 'full', target: 'promoting', actions: { type: 'skipSteps', params: { why: 'full' } } },
          { guard: 'retried', target: 'stepping', actions: 'retry' },
        ],
      },
    },
    complete: { on: { observe: [...ALWAYS, { guard: 'replaced', target: 'stepping' }] } },
  },
});

/**
 * One transition: the next stage and what it means, in order. No acts and the same stage: nothing follows
 * from these facts any more.
 */
export function advance(
  stage: Stage,
  facts: Facts,
): { readonly stage: Stage; readonly acts: readonly Act[] } {
  const [next, actions] = transition(machine, machine.resolveState({ value: stage }), {
    type: 'observe',
    facts,
  });
  const acts = actions.map(({ type, params }) => ({ type, params }) as Act);
  return { stage: next.value, acts };
}
