import fc from 'fast-check';
import type { BlueGreenStrategy, CanaryStep, CanaryStrategy, RolloutStatus } from '../../src/api/rollout.ts';
import { formatInstant } from '../../src/core/time.ts';
import { type Draft, type Pods, type Role, type RunDraft, roleHash, type Version, ZERO } from './draft.ts';
import { stepOf } from './notation.ts';
import { Scene } from './world.ts';

/** How often properties try, unless `PROPERTY_RUNS` says otherwise. */
export function runs(usual: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? usual);
}

const small = fc.nat(6);

const pods: fc.Arbitrary<Pods> = fc
  .tuple(small, small, small)
  .map(([wanted, exist, available]) => ({ wanted, exist, available: Math.min(available, exist) }));

/** Steps of a canary; those that need a router only with one. */
export function stepsArbitrary(routed: boolean, most: number): fc.Arbitrary<readonly CanaryStep[]> {
  const basic = ['0', '1', '20', '50', '99', '100', 'pause', '0s', '30s', '5m', 'check'];
  const words = routed ? [...basic, 'scale1', 'scale50%', 'scale0', 'match'] : basic;
  return fc.array(fc.constantFrom(...words).map(stepOf), { maxLength: most });
}

const amount = fc.constantFrom(0, 1, 2, '0%', '25%', '50%', '100%');

const limits: fc.Arbitrary<Partial<CanaryStrategy>> = fc
  .tuple(fc.option(amount, { nil: undefined }), fc.option(amount, { nil: undefined }))
  .map(([maxSurge, maxUnavailable]) => ({
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  }));

const routedFields: fc.Arbitrary<Partial<CanaryStrategy>> = fc.record(
  {
    scaleDownDelaySeconds: fc.constantFrom(0, 10, 30),
    scaleDownDelayRevisionLimit: fc.constantFrom(0, 1, 2),
    abortScaleDownDelaySeconds: fc.constantFrom(0, 10, 30),
    minPodsPerReplicaSet: fc.constantFrom(0, 1, 3),
    dynamicStableScale: fc.boolean(),
  },
  { requiredKeys: [] },
);

const analysis: fc.Arbitrary<Partial<CanaryStrategy>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .nat(2)
      .map((startingStep) => ({ analysis: { templates: [{ templateName: 'check' }], startingStep } })),
  },
);

/** A strategy without a mistake in it. */
export function strategyArbitrary(routed: boolean): fc.Arbitrary<Partial<CanaryStrategy>> {
  const parts = routed ? [limits, routedFields, analysis] : [limits, analysis];
  return fc
    .tuple(...parts)
    .map((found): Partial<CanaryStrategy> => Object.assign({}, ...found))
    .filter(({ maxSurge = '25%', maxUnavailable = '25%' }) => !isZero(maxSurge) || !isZero(maxUnavailable))
    .map(withoutContradiction);
}

/** Where stable shrinks with its weight, nothing is left to be kept for a delay. */
function withoutContradiction(found: Partial<CanaryStrategy>): Partial<CanaryStrategy> {
  if (found.dynamicStableScale !== true) return found;
  const { scaleDownDelaySeconds: _seconds, scaleDownDelayRevisionLimit: _limit, ...rest } = found;
  return rest;
}

const check = { templates: [{ templateName: 'check' }] };

/** A blue-green strategy without a mistake in it. */
export const blueGreenArbitrary: fc.Arbitrary<BlueGreenStrategy> = fc
  .record(
    {
      previewReplicaCount: fc.nat(3),
      autoPromotionEnabled: fc.boolean(),
      autoPromotionSeconds: fc.constantFrom(0, 30),
      scaleDownDelaySeconds: fc.constantFrom(0, 10, 30),
      scaleDownDelayRevisionLimit: fc.constantFrom(0, 1, 2),
      abortScaleDownDelaySeconds: fc.constantFrom(0, 10, 30),
      prePromotionAnalysis: fc.constant(check),
      postPromotionAnalysis: fc.constant(check),
      previewService: fc.constant('app-preview'),
    },
    { requiredKeys: [] },
  )
  .map((found) => ({ activeService: 'app-active', ...found }));

function isZero(value: string | number): boolean {
  return Number.parseInt(String(value), 10) === 0;
}

const ROLES: readonly Role[] = ['old1', 'old2', 'stable', 'canary'];
const role = fc.constantFrom(...ROLES);

const versions: fc.Arbitrary<readonly Version[]> = fc
  .subarray([...ROLES], { minLength: 0 })
  .chain((roles) => fc.tuple(...roles.map(version)));

function version(name: Role): fc.Arbitrary<Version> {
  return fc
    .record({
      pods,
      createdAt: fc.constantFrom(null, null, ZERO - 60_000),
      owned: fc.constantFrom(true, true, true, false),
      epoch: fc.constantFrom(null, 0, 3, 4, 9),
      deadline: fc.constantFrom(null, null, -10, 0, 20, 600),
      served: fc.constantFrom({}, {}, { 'sluice.dev/served': 'true' }),
    })
    .map(({ pods: size, createdAt, owned, epoch, deadline, served }) => ({
      role: name,
      pods: size,
      createdAt,
      owned,
      annotations: {
        ...(epoch === null ? {} : { 'sluice.dev/epoch': String(epoch) }),
        ...(deadline === null ? {} : { 'scale-down-deadline': formatInstant(ZERO + deadline * 1000) }),
        ...served,
      },
    }));
}

const phase = fc.constantFrom('', 'Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive');
const aRun: fc.Arbitrary<RunDraft> = fc
  .record({
    kind: fc.constantFrom('Step', 'Background', 'PrePromotion', 'PostPromotion'),
    phase,
    message: fc.constantFrom('', 'it was bad'),
    role,
    index: fc.constantFrom(0, 1, 2),
    age: fc.constantFrom(-100, 0, 5),
    again: fc.constantFrom('', '.1'),
  })
  .map(({ kind, role: of, index, again, ...rest }) => {
    const base = `app-${roleHash(of)}-${ROLES.indexOf(of) + 1}`;
    const end = { Step: `-${index}`, Background: '', PrePromotion: '-pre', PostPromotion: '-post' }[kind];
    const name = `${base}${end}${again}`;
    return { ...rest, kind: kind as RunDraft['kind'], role: of, name, index: kind === 'Step' ? index : null };
  });

const time = fc
  .constantFrom(-3600, -60, -30, -1, 0, 5)
  .map((seconds) => formatInstant(ZERO + seconds * 1000));
const pause = fc.record({
  reason: fc.constantFrom('CanaryPauseStep', 'BlueGreenPause', 'InconclusiveAnalysisRun'),
  startTime: time,
});

/** What a status may say that the objects do not. */
const status: fc.Arbitrary<Partial<RolloutStatus>> = fc
  .record(
    {
      abort: fc.boolean(),
      abortedAt: time,
      promoteFull: fc.boolean(),
      pauseConditions: fc.array(pause, { minLength: 1, maxLength: 2 }),
      controllerPause: fc.constant(true),
      currentStepIndex: fc.nat(4),
      collisionCount: fc.nat(2),
    },
    { requiredKeys: [] },
  )
  .map((found) => found as Partial<RolloutStatus>);

const summary = fc.option(fc.tuple(aRun, phase), { nil: null });

/** Any mixture of objects and status, however unlikely. */
export const anyScene: fc.Arbitrary<Scene> = fc
  .constantFrom('basic', 'routed', 'blueGreen')
  .chain((kind) => sceneArbitrary(kind === 'routed', kind === 'blueGreen'));

function sceneArbitrary(routed: boolean, isBlueGreen: boolean): fc.Arbitrary<Scene> {
  return fc
    .record({
      versions,
      replicas: fc.option(small, { nil: undefined }),
      steps: fc.option(stepsArbitrary(routed, 3), { nil: undefined }),
      canary: strategyArbitrary(routed),
      blueGreen: isBlueGreen ? blueGreenArbitrary : fc.constant(null),
      checkpoint: fc.boolean(),
      wants: role,
      knows: fc.option(role, { nil: null, freq: 8 }),
      stable: fc.option(role, { nil: null, freq: 8 }),
      step: fc.option(fc.nat(4), { nil: null, freq: 8 }),
      weight: routed ? fc.constantFrom('none' as const, 0, 1, 20, 50, 100) : fc.constant(null),
      epoch: fc.constantFrom(0, 4, 5),
      status,
      stepRun: summary,
      backgroundRun: summary,
      preRun: summary,
      postRun: summary,
      runs: fc.uniqueArray(aRun, { maxLength: 3, selector: (run) => run.name }),
      paused: fc.constantFrom(false, false, true),
      deadline: fc.constantFrom(
        {},
        { progressDeadlineSeconds: 30 },
        { progressDeadlineSeconds: 30, progressDeadlineAbort: true },
      ),
      window: fc.constantFrom(
        {},
        {},
        { rollbackWindow: { revisions: 1 } },
        { rollbackWindow: { revisions: 3 } },
      ),
      managed: fc.boolean(),
      selects: fc.record(
        { stable: role, canary: role, active: fc.option(role), preview: fc.option(role) },
        { requiredKeys: [] },
      ),
      after: fc.constantFrom(0, 1, 29, 30, 31, 600, 100_000),
    })
    .map((found) => new Scene(draftOf(found)));
}

interface Found
  extends Pick<
    Draft,
    | 'versions'
    | 'replicas'
    | 'steps'
    | 'canary'
    | 'blueGreen'
    | 'wants'
    | 'knows'
    | 'stable'
    | 'step'
    | 'weight'
    | 'epoch'
    | 'status'
    | 'runs'
    | 'managed'
    | 'selects'
  > {
  readonly stepRun: readonly [RunDraft, string] | null;
  readonly backgroundRun: readonly [RunDraft, string] | null;
  readonly preRun: readonly [RunDraft, string] | null;
  readonly postRun: readonly [RunDraft, string] | null;
  readonly checkpoint: boolean;
  readonly paused: boolean;
  readonly deadline: object;
  readonly window: object;
  readonly after: number;
}

function draftOf(drawn: Found): Draft {
  const { stepRun, backgroundRun, preRun, postRun, checkpoint, paused, deadline, window, after, ...found } =
    drawn;
  const canary = {
    ...(stepRun === null ? {} : { currentStepAnalysisRunStatus: summarized(stepRun) }),
    ...(backgroundRun === null ? {} : { currentBackgroundAnalysisRunStatus: summarized(backgroundRun) }),
  };
  const blueGreen = {
    ...(preRun === null ? {} : { prePromotionAnalysisRunStatus: summarized(preRun) }),
    ...(postRun === null ? {} : { postPromotionAnalysisRunStatus: summarized(postRun) }),
    ...(checkpoint ? { scaleUpPreviewCheckPoint: true } : {}),
  };
  return {
    ...found,
    spec: { ...(paused ? { paused } : {}), ...deadline, ...window },
    status: { ...found.status, canary, ...(found.blueGreen === null ? {} : { blueGreen }) },
    annotations: {},
    now: ZERO + after * 1000,
  };
}

function summarized([run, seen]: readonly [RunDraft, string]) {
  return { name: run.name, status: seen as never };
}
