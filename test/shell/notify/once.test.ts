import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatInstant } from '../../../src/core/time.ts';
import type { HttpClient, HttpOutcome } from '../../../src/providers/http.ts';
import { sleep } from '../../../src/shell/clock.ts';
import { NOW } from '../../notify/support/release.ts';
import { FakeClock } from '../kube/fake-clock.ts';
import { FakeCluster, Process } from './support/cluster.ts';

// Once, whatever happens: crashes before or after any request, answers that get lost, conflicts, two controllers.

const PREFIX = 'notifications.argoproj.io/subscribe';
const ANNOTATIONS = { [`${PREFIX}.on-rollout-aborted.a`]: 'x', [`${PREFIX}.on-rollout-aborted.b`]: 'x;y' };
const CONFIG = { map: { 'service.slack.a': 'token: t', 'service.slack.b': 'token: t' } };
const ABORTED = { currentPodHash: 'h5', stableRS: 'h4', abort: true, abortedAt: formatInstant(NOW) };
const SERVICES = ['a x', 'b x', 'b y'];

/** What the receiver does with a request. */
type Answer = 'takes' | 'takes its time' | 'breaks' | 'is busy';
/** When a process dies: around its n-th request of any kind. */
interface Crash {
  readonly request: number;
  readonly when: 'before' | 'after';
}

const ANSWERS: Readonly<Record<Answer, HttpOutcome>> = {
  takes: { kind: 'answer', status: 200, headers: {}, body: '{"ok":true}' },
  'takes its time': { kind: 'answer', status: 200, headers: {}, body: '{"ok":true}' },
  breaks: { kind: 'answer', status: 503, headers: {}, body: '' },
  'is busy': { kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: '' },
};

class World {
  readonly clock = new FakeClock(NOW);
  readonly cluster = new FakeCluster(this.clock, ANNOTATIONS, CONFIG);
  /** How often each recipient was told. */
  readonly told = new Map(SERVICES.map((name) => [name, 0]));
  readonly #answers: Answer[];

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  /** A process that dies around its request `crash`; `died` resolves then. */
  start(crash: Crash | null): { readonly process: Process; readonly died: Promise<void> } {
    let requests = 0;
    let dead = (): void => {};
    const died = new Promise<void>((resolve) => {
      dead = resolve;
    });
    let isDead = false;
    const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
      const isLast = crash !== null && ++requests === crash.request;
      // What is asked of the dead never ends.
      if (isDead || (isLast && crash.when === 'before')) return this.#never(() => (isDead = true), dead);
      const result = await work();
      if (isLast) return this.#never(() => (isDead = true), dead);
      return result;
    };
    const client = this.cluster.client();
    const fetch: HttpClient = (request) => guarded(() => this.#receive(request.body ?? ''));
    const process = new Process(this.cluster, {
      fetch,
      client: { ...client, patch: (...args) => guarded(() => client.patch(...args)) as never },
    });
    process.start();
    return { process, died };
  }

  #never<T>(mark: () => void, tell: () => void): Promise<T> {
    mark();
    tell();
    return new Promise<T>(() => {});
  }

  async #receive(body: string): Promise<HttpOutcome> {
    const { channel, username } = JSON.parse(body) as {
      readonly channel: string;
      readonly username?: string;
    };
    const answer = this.#answers.shift() ?? 'takes';
    const name = `${username ?? ''} ${channel}`;
    if (answer !== 'takes' && answer !== 'takes its time') return ANSWERS[answer];
    this.told.set(name, (this.told.get(name) ?? 0) + 1);
    if (answer === 'takes its time') await sleep(this.clock, 9_000);
    return ANSWERS[answer];
  }
}

// The services differ by user name, so that the receiver knows which one sent.
CONFIG.map['service.slack.a'] += '\nusername: a';
CONFIG.map['service.slack.b'] += '\nusername: b';

const answers = fc.array(fc.constantFrom<Answer>('takes', 'takes its time', 'breaks', 'is busy'), {
  maxLength: 8,
});
const crashes = fc.array(
  fc.record({
    request: fc.integer({ min: 1, max: 9 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  { maxLength: 3 },
);
const faults = fc.array(fc.constantFrom('refused' as const, 'applied and lost' as const), { maxLength: 3 });
const lag = fc.constantFrom(0, 30, 400);

async function live(world: World, plan: readonly Crash[]): Promise<number> {
  let deaths = 0;
  for (const crash of [...plan, null]) {
    const { process, died } = world.start(crash);
    if (deaths === 0 && world.cluster.rollout.status?.abort !== true) {
      await world.clock.pass(50);
      world.cluster.setStatus(ABORTED);
    }
    let isDead = false;
    void died.then(() => {
      isDead = true;
    });
    // Small steps until it dies; a survivor gets all the time it needs.
    for (let passed = 0; passed < 200_000 && !isDead; passed += 500) await world.clock.pass(500);
    if (!isDead) {
      process.die();
      continue;
    }
    deaths++;
    process.die();
    await world.clock.pass(1_000);
  }
  return deaths;
}

void describe('everybody is told', () => {
  void test('exactly once, whatever receiver and API server do, as long as no process dies', async () => {
    await fc.assert(
      fc.asyncProperty(answers, faults, lag, async (replies, patchFaults, lagMs) => {
        const world = new World(replies);
        world.cluster.lagMs = lagMs;
        world.cluster.patchFaults.push(...patchFaults);
        await live(world, []);
        assert.deepEqual(
          [...world.told],
          SERVICES.map((name) => [name, 1]),
        );
      }),
      { numRuns: 40 },
    );
  });

  void test('at least once and at most twice, where processes die before or after any request', async () => {
    await fc.assert(
      fc.asyncProperty(answers, crashes, lag, async (replies, plan, lagMs) => {
        const world = new World(replies);
        world.cluster.lagMs = lagMs;
        const deaths = await live(world, plan);
        for (const [name, count] of world.told) {
          // Who has taken over a claim marks the message as told before it sends it: a second death there loses it.
          if (deaths < 2) assert.ok(count >= 1, `${name} was told ${count} times after ${deaths} deaths`);
          assert.ok(
            count <= (deaths === 0 ? 1 : 2),
            `${name} was told ${count} times after ${deaths} deaths`,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  void test('exactly once by two controllers that both believe to lead', async () => {
    await fc.assert(
      fc.asyncProperty(answers, lag, async (replies, lagMs) => {
        const world = new World(replies);
        world.cluster.lagMs = lagMs;
        const [one, two] = [world.start(null), world.start(null)];
        await world.clock.pass(50);
        world.cluster.setStatus(ABORTED);
        for (let passed = 0; passed < 200_000; passed += 500) await world.clock.pass(500);
        one.process.die();
        two.process.die();
        assert.deepEqual(
          [...world.told],
          SERVICES.map((name) => [name, 1]),
        );
      }),
      { numRuns: 30 },
    );
  });
});
