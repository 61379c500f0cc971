import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LABEL } from '../../src/api/keys.ts';
import type { Decision } from '../../src/core/plan.ts';
import { bg } from '../support/blue-green.ts';
import { type Cluster, hashOf, weightIn, withPods } from '../support/cluster.ts';
import { type Role, roleHash, roleOf } from '../support/draft.ts';
import { type Act, act, analyst, GOOD, handBack, kubelet, pass, settle } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';
import { blueGreenArbitrary, runs, stepsArbitrary, strategyArbitrary } from '../support/worlds.ts';

/**
 * Users, pods, analyses, time, crashes and stale views in any order. Whatever happens, the invariants hold after every
 * single write; and once it is over, everything settles.
 */
type Event =
  | { readonly kind: 'pass' }
  /** The process dies after so many writes, the status being the first. */
  | { readonly kind: 'crash'; readonly writes: number }
  /** A pass over a view in which some kinds are as they were some events ago. */
  | { readonly kind: 'stale'; readonly ago: number; readonly kinds: readonly (keyof Cluster)[] }
  | { readonly kind: 'user'; readonly act: Act }
  | { readonly kind: 'pods'; readonly pace: number }
  | { readonly kind: 'fail'; readonly role: Role }
  | { readonly kind: 'measure'; readonly verdict: string }
  | { readonly kind: 'handBack' }
  | { readonly kind: 'time'; readonly seconds: number };

const role = fc.constantFrom('canary', 'canary', 'next', 'stable');

const userAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: role.map((to): Act => ({ kind: 'image', role: to })) },
  { weight: 1, arbitrary: fc.nat(6).map((replicas): Act => ({ kind: 'scale', replicas })) },
  { weight: 1, arbitrary: fc.boolean().map((paused): Act => ({ kind: 'hold', paused })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Act>(
      { kind: 'abort' },
      { kind: 'retry' },
      { kind: 'promote' },
      { kind: 'full' },
    ),
  },
);

const kinds = fc.subarray<keyof Cluster>(['rollout', 'replicaSets', 'services', 'ingresses', 'runs'], {
  minLength: 1,
});

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Event>({ kind: 'pass' }) },
  { weight: 4, arbitrary: fc.nat(100).map((pace): Event => ({ kind: 'pods', pace: 1 + (pace % 4) })) },
  { weight: 3, arbitrary: userAct.map((what): Event => ({ kind: 'user', act: what })) },
  { weight: 2, arbitrary: fc.nat(4).map((writes): Event => ({ kind: 'crash', writes })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 6 }), kinds)
      .map(([ago, of]): Event => ({ kind: 'stale', ago, kinds: of })),
  },
  { weight: 1, arbitrary: role.map((of): Event => ({ kind: 'fail', role: of })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('Successful', 'Successful', 'Failed', 'Inconclusive')
      .map((verdict): Event => ({ kind: 'measure', verdict })),
  },
  { weight: 2, arbitrary: fc.constantFrom(1, 30, 300).map((seconds): Event => ({ kind: 'time', seconds })) },
);

const AT = '2026-03-01T12:00:00Z';
const HEALTHY = {
  type: 'Healthy',
  status: 'True',
  reason: 'RolloutHealthy',
  message: 'Rollout is healthy',
  lastUpdateTime: AT,
  lastTransitionTime: AT,
} as const;

/** How traffic gets to pods. */
type Way = 'pods' | 'router' | 'blueGreen';

function begin(way: Way): fc.Arbitrary<Scene> {
  if (way === 'blueGreen')
    return fc
      .tuple(fc.integer({ min: 1, max: 5 }), blueGreenArbitrary)
      .map(([size, blueGreen]) => bg(`stable ${size}/${size}`, blueGreen).status({ conditions: [HEALTHY] }));
  const routed = way === 'router';
  return fc
    .record({
      size: fc.integer({ min: 1, max: 5 }),
      steps: stepsArbitrary(routed, 4),
      canary: strategyArbitrary(routed),
    })
    .map(({ size, steps, canary }) => {
      const step = steps.length === 0 ? null : steps.length;
      return w(`stable ${size}/${size}${routed ? ' @0%' : ''}`).with({ steps, step, canary });
    });
}

/** What must hold after every write of ours. `view` is what the decision saw; pods may have died since. */
function invariant(cluster: Cluster, decision: Decision, before: Cluster, view: Cluster): void {
  const { status, spec } = cluster.rollout;
  const weight = weightIn(cluster);
  const size = spec.replicas ?? 1;
  if (spec.strategy?.canary?.trafficRouting !== undefined && size > 0) {
    if (weight > 0) assert.ok(behind(cluster, 'app-canary') > 0, `weight ${weight} goes to nothing`);
    // Where the rollout was, or is seen, scaled to zero, nothing serves until pods are there again.
    const scaled = behind(before, 'app-stable') === 0 || view.rollout.spec.replicas === 0;
    const served = scaled || behind(cluster, 'app-stable') > 0;
    assert.ok(served || weight === 100, 'the stable Service selects nothing any more');
  }
  activeInvariant(cluster, before, view);
  // Where nothing is to be stored, a pass may not find out that somebody has aborted a moment ago.
  if (view.rollout.status?.abort === true && status?.abort === true)
    assert.ok(weight <= weightIn(before), 'an abort raises the weight');
  const old = before.rollout.status?.stableRS;
  const stable = status?.stableRS;
  if (old !== undefined && stable !== old) {
    const failed = view.runs.some(
      (run) =>
        hashOf(run) === stable &&
        ['Failed', 'Error'].includes(run.status?.phase ?? '') &&
        [
          decision.status.canary?.currentStepAnalysisRunStatus?.name,
          decision.status.blueGreen?.postPromotionAnalysisRunStatus?.name,
        ].includes(run.metadata.name),
    );
    assert.ok(!failed, 'a version with a failed analysis became stable');
    const pods = view.replicaSets.find((rs) => hashOf(rs) === stable);
    assert.ok(
      (pods?.status?.availableReplicas ?? 0) > 0 || size === 0,
      `${roleOf(stable)} became stable without pods`,
    );
  }
}

/** Users see a version with pods, and a switch is to one that serves. */
function activeInvariant(cluster: Cluster, before: Cluster, view: Cluster): void {
  const [was, is] = [before, cluster].map(activeHash);
  if (is === undefined || view.rollout.spec.replicas === 0 || cluster.rollout.spec.replicas === 0) return;
  const wanted = (of: Cluster, hash: string | undefined) =>
    of.replicaSets.find((rs) => hashOf(rs) === hash)?.spec.replicas ?? 0;
  if (wanted(before, was) > 0 || was !== is)
    assert.ok(wanted(cluster, is) > 0, `users see ${roleOf(is)}, which has no pods`);
  if (was === is) return;
  const pods = view.replicaSets.find((rs) => hashOf(rs) === is)?.status?.availableReplicas ?? 0;
  assert.ok(pods > 0, `users are sent to ${roleOf(is)}, of which no pod serves`);
}

function activeHash({ services }: Cluster): string | undefined {
  const active = services.find(({ metadata }) => metadata.name === 'app-active');
  return active?.spec?.selector?.[LABEL.podTemplateHash];
}

/** Pods asked for behind a Service. */
function behind(cluster: Cluster, service: string): number {
  const selector = cluster.services.find((s) => s.metadata.name === service)?.spec?.selector;
  const selected = cluster.replicaSets.find((rs) => hashOf(rs) === selector?.[LABEL.podTemplateHash]);
  return selected?.spec.replicas ?? 0;
}

function playAll(start: Scene, events: readonly Event[]): void {
  let cluster = act(start.cluster, { kind: 'image', role: 'canary' });
  let { now } = start;
  const past: Cluster[] = [cluster];
  for (const happens of events) {
    const before = cluster;
    const view = viewOf(cluster, happens, past);
    const watch = (present: Cluster, decision: Decision) => invariant(present, decision, before, view);
    cluster = after(cluster, happens, view, now, watch);
    if (happens.kind === 'time') now += happens.seconds * 1000;
    past.unshift(cluster);
  }
  cluster = act(act(cluster, { kind: 'hold', paused: false }), { kind: 'scale', replicas: 3 });
  const { last } = settle({ cluster, now }, GOOD);
  assert.ok(last.status.phase === 'Healthy' || last.because.kind === 'aborted', `ends ${last.because.kind}`);
}

function viewOf(cluster: Cluster, happens: Event, past: readonly Cluster[]): Cluster {
  if (happens.kind !== 'stale') return cluster;
  const older = past[Math.min(happens.ago, past.length - 1)] ?? cluster;
  return { ...cluster, ...Object.fromEntries(happens.kinds.map((kind) => [kind, older[kind]])) };
}

function after(
  cluster: Cluster,
  happens: Event,
  view: Cluster,
  now: number,
  watch: (present: Cluster, decision: Decision) => void,
): Cluster {
  switch (happens.kind) {
    case 'pass':
      return pass({ cluster, now }, watch).cluster;
    case 'crash':
      return pass({ cluster, now }, watch, { writes: happens.writes }).cluster;
    case 'stale':
      return pass({ cluster, now }, watch, { saw: view }).cluster;
    case 'user':
      return act(cluster, happens.act);
    case 'pods':
      return kubelet(cluster, () => happens.pace);
    case 'fail':
      return withPods(cluster, (rs) => {
        const { availableReplicas: _available, readyReplicas: _ready, ...rest } = rs.status ?? {};
        return hashOf(rs) === roleHash(happens.role) ? rest : rs.status;
      });
    case 'measure':
      return analyst(cluster, () => happens.verdict);
    case 'handBack':
      return handBack(cluster);
    case 'time':
      return cluster;
    default:
      return happens satisfies never;
  }
}

const WAYS = { pods: 'without a router', router: 'with a router', blueGreen: 'blue-green' } as const;
for (const way of ['pods', 'router', 'blueGreen'] as const) {
  void test(`${WAYS[way]}: whatever happens in whatever order, it stays safe and settles`, () => {
    fc.assert(fc.property(begin(way), fc.array(event, { maxLength: 40, size: 'max' }), playAll), {
      numRuns: runs(300),
    });
  });
}

/** Changes of strategy in the middle of anything. */
const turn: fc.Arbitrary<Event> = fc
  .oneof(
    blueGreenArbitrary.map((blueGreen) => ({ blueGreen, canary: null })),
    stepsArbitrary(false, 3).map((steps) => ({ blueGreen: null, canary: { steps } })),
  )
  .map((strategy): Event => ({ kind: 'user', act: { kind: 'strategy', ...strategy } }));
const handsBack = fc.constant<Event>({ kind: 'handBack' });
const turns = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: event },
    { weight: 1, arbitrary: turn },
    { weight: 1, arbitrary: handsBack },
  ),
  { maxLength: 40, size: 'max' },
);

void test('from one strategy to the other in the middle of anything: it settles', () => {
  fc.assert(
    fc.property(begin('blueGreen'), turns, (start, events) => {
      playAll(start, events);
    }),
    { numRuns: runs(300) },
  );
});
