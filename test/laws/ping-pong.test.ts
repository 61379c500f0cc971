import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LABEL } from '../../src/api/keys.ts';
import { type Cluster, hashOf } from '../support/cluster.ts';
import { type Act, act, GOOD, kubelet, pass, settle } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';
import { runs, stepsArbitrary } from '../support/worlds.ts';

/**
 * Services that take turns, under people who do anything, crashes between any two writes, and old views: requests always
 * find pods, and no selector changes while requests go through its Service.
 */
const SERVICES = ['app-ping', 'app-pong'];

type Event =
  | { readonly kind: 'pass'; readonly writes: number }
  | { readonly kind: 'stale'; readonly ago: number }
  | { readonly kind: 'user'; readonly act: Act }
  | { readonly kind: 'pods'; readonly pace: number }
  | { readonly kind: 'time'; readonly seconds: number };

const userAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('canary', 'next', 'stable').map((role): Act => ({ kind: 'image', role })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 5 }).map((replicas): Act => ({ kind: 'scale', replicas })),
  },
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

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(0, 1, 2, 3, 99, 99, 99).map((writes): Event => ({ kind: 'pass', writes })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((ago): Event => ({ kind: 'stale', ago })) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }).map((pace): Event => ({ kind: 'pods', pace })) },
  { weight: 3, arbitrary: userAct.map((what): Event => ({ kind: 'user', act: what })) },
  { weight: 1, arbitrary: fc.constantFrom(1, 31, 300).map((seconds): Event => ({ kind: 'time', seconds })) },
);

const begin: fc.Arbitrary<Scene> = fc
  .record({
    size: fc.integer({ min: 1, max: 5 }),
    steps: stepsArbitrary(true, 4),
    isDynamic: fc.boolean(),
    turn: fc.constantFrom('ping', 'pong'),
  })
  .map(({ size, steps, isDynamic, turn }) => {
    const canary = {
      pingPong: { pingService: 'app-ping', pongService: 'app-pong' },
      ...(isDynamic ? { dynamicStableScale: true } : {}),
    };
    const step = steps.length === 0 ? null : steps.length;
    return w(`stable ${size}/${size} @0%`)
      .status({ canary: { stablePingPong: turn } })
      .with({ steps, step, canary });
  });

/** The share of a Service, as the route says: 0 to 100. */
function shareOf({ ingresses }: Cluster, service: string): number {
  const [route] = ingresses as readonly { readonly spec?: unknown }[];
  const spec = route?.spec as { readonly rules: readonly { readonly backendRefs: readonly Backend[] }[] };
  return spec.rules[0]?.backendRefs.find(({ name }) => name === service)?.weight ?? 1;
}

interface Backend {
  readonly name: string;
  readonly weight?: number;
}

function selected({ services }: Cluster, service: string): string | undefined {
  return services.find(({ metadata }) => metadata.name === service)?.spec?.selector?.[LABEL.podTemplateHash];
}

function lookAt(before: Cluster, after: Cluster): void {
  for (const service of SERVICES) {
    const share = shareOf(after, service);
    const hash = selected(after, service);
    if (hash !== selected(before, service))
      assert.ok(
        share === 0 || selected(before, service) === undefined,
        `${service} is switched at ${share} %`,
      );
    const pods = after.replicaSets.find((one) => hashOf(one) === hash)?.spec.replicas ?? 0;
    if (share > 0) assert.ok(pods > 0, `${share} % go to ${service}, which has no pods`);
  }
}

/** Once a version is stable, nothing takes traffic away from it. */
function lookAtStable(before: Cluster, after: Cluster): void {
  const { stableRS, currentPodHash, canary } = after.rollout.status ?? {};
  const known = before.rollout.status;
  const isComplete =
    stableRS === currentPodHash && known?.stableRS === stableRS && known?.currentPodHash === stableRS;
  const share = (cluster: Cluster) =>
    SERVICES.filter((service) => selected(cluster, service) === stableRS).reduce(
      (sum, service) => sum + shareOf(cluster, service),
      0,
    );
  if (isComplete && share(after) < share(before))
    assert.fail(`stable, ${canary?.stablePingPong}, goes from ${share(before)} to ${share(after)} %`);
}

function playAll(start: Scene, events: readonly Event[]): void {
  let cluster = act(start.cluster, { kind: 'image', role: 'canary' });
  let { now } = start;
  const past: Cluster[] = [cluster];
  for (const happens of events) {
    let last = cluster;
    const watch = (present: Cluster) => {
      lookAt(last, present);
      lookAtStable(last, present);
      last = present;
    };
    if (happens.kind === 'pass') ({ cluster } = pass({ cluster, now }, watch, { writes: happens.writes }));
    if (happens.kind === 'stale')
      ({ cluster } = pass({ cluster, now }, watch, {
        saw: past[Math.min(happens.ago, past.length - 1)] ?? cluster,
      }));
    if (happens.kind === 'user') cluster = act(cluster, happens.act);
    if (happens.kind === 'pods') cluster = kubelet(cluster, () => happens.pace);
    if (happens.kind === 'time') now += happens.seconds * 1000;
    past.unshift(cluster);
  }
  const { last } = settle({ cluster, now }, GOOD);
  assert.ok(last.status.phase === 'Healthy' || last.because.kind === 'aborted', `ends ${last.because.kind}`);
}

void test('no selector changes under traffic, and requests always find pods', () => {
  fc.assert(fc.property(begin, fc.array(event, { maxLength: 40, size: 'max' }), playAll), {
    numRuns: runs(200),
  });
});
