import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { formatInstant } from '../../../src/core/time.ts';
import type { HttpClient, HttpOutcome } from '../../../src/providers/http.ts';
import { condition, NOW } from '../../notify/support/release.ts';
import { FakeClock } from '../kube/fake-clock.ts';
import { FakeCluster, Process } from './support/cluster.ts';

// What is owed and what is not, on time that stands still unless it is moved.

const PREFIX = 'notifications.argoproj.io/subscribe';
const SLACK = { map: { 'service.slack': 'token: t' } };
const MINUTE = 60_000;
const SECOND = 1_000;

/** A release that stands at a step since a moment. */
function under(way: RolloutStatus, at: number): RolloutStatus {
  const progressing = {
    ...condition('Progressing', 'True', 'ReplicaSetUpdated'),
    lastUpdateTime: formatInstant(at),
  };
  const duration = { rolloutStartedAt: formatInstant(NOW - MINUTE) };
  return {
    currentPodHash: 'h5',
    stableRS: 'h4',
    currentStepIndex: 0,
    conditions: [progressing],
    duration,
    ...way,
  };
}

const paused = (at: number): RolloutStatus =>
  under(
    { currentStepIndex: 1, pauseConditions: [{ reason: 'CanaryPauseStep', startTime: formatInstant(at) }] },
    at,
  );
const aborted = (at: number): RolloutStatus => under({ abort: true, abortedAt: formatInstant(at) }, at);

class Bench {
  readonly clock = new FakeClock(NOW);
  readonly cluster: FakeCluster;
  /** Titles of the messages that arrived. */
  readonly arrived: string[] = [];
  readonly bodies: string[] = [];
  answer: HttpOutcome = ok();

  constructor(
    annotations: Readonly<Record<string, string>>,
    config: ConstructorParameters<typeof FakeCluster>[2] = SLACK,
  ) {
    this.cluster = new FakeCluster(this.clock, annotations, config);
  }

  async start(): Promise<Process> {
    const fetch: HttpClient = async (request) => {
      this.bodies.push(request.body ?? '');
      const { text, channel } = JSON.parse(request.body ?? '{}') as {
        readonly text: string;
        readonly channel: string;
      };
      this.arrived.push(`${channel}: ${text.replace(/^\*shop\/checkout: (.*)\*$/, '$1')}`);
      return this.answer;
    };
    const one = new Process(this.cluster, { fetch });
    one.start();
    await this.clock.pass(SECOND);
    return one;
  }

  async set(status: RolloutStatus): Promise<void> {
    this.cluster.setStatus(status);
    await this.clock.pass(SECOND);
  }
}

function ok(): HttpOutcome {
  return { kind: 'answer', status: 200, headers: {}, body: '{"ok":true}' };
}

const ABORTS = { [`${PREFIX}.on-rollout-aborted.slack`]: 'dev' };
const ROLLED_BACK = 'dev: revision 5 (checkout:1.5) was rolled back to revision 4';

void describe('owed is', () => {
  void test('what happens while we look, to every recipient', async () => {
    const bench = new Bench({ [`${PREFIX}.on-rollout-aborted.slack`]: 'dev;ops' });
    await bench.start();
    await bench.set(aborted(NOW));
    assert.deepEqual(bench.arrived.sort(), [ROLLED_BACK, ROLLED_BACK.replace('dev', 'ops')]);
    assert.equal(bench.cluster.patches, 2);
  });

  void test('what happened shortly before the start', async () => {
    const bench = new Bench(ABORTS);
    bench.cluster.setStatus(aborted(NOW - 4 * MINUTE));
    await bench.start();
    assert.deepEqual(bench.arrived, [ROLLED_BACK]);
  });

  void test('each of two aborts', async () => {
    const bench = new Bench(ABORTS);
    await bench.start();
    await bench.set(aborted(NOW));
    await bench.set(under({}, NOW + MINUTE));
    await bench.set(aborted(NOW + 2 * MINUTE));
    assert.equal(bench.arrived.length, 2);
  });

  void test('a pause that is over before the message is sent', async () => {
    const bench = new Bench({ [`${PREFIX}.on-rollout-paused.slack`]: 'dev' });
    await bench.start();
    bench.cluster.setStatus(paused(NOW));
    await bench.clock.pass(10);
    await bench.set(under({ currentStepIndex: 2 }, NOW));
    assert.deepEqual(bench.arrived, ['dev: revision 5 (checkout:1.5) is paused']);
  });

  void test('told with what is known when it is sent', async () => {
    const bench = new Bench(ABORTS);
    await bench.start();
    bench.cluster.setStatus(aborted(NOW));
    await bench.clock.pass(10);
    const cause = condition(
      'Progressing',
      'False',
      'RolloutAborted',
      'Rollout aborted update to revision 5: it rains',
    );
    await bench.set({ ...aborted(NOW), conditions: [cause] });
    assert.deepEqual(bench.arrived, [ROLLED_BACK]);
    assert.match(bench.bodies[0] ?? '', /Why: it rains/);
  });

  void test('every step that was seen', async () => {
    const bench = new Bench({ [`${PREFIX}.on-rollout-step-completed.slack`]: 'dev' });
    await bench.start();
    for (const [index, after] of [0, 1, 2].map((i) => [i, i * MINUTE] as const))
      await bench.set(under({ currentStepIndex: index }, NOW + after));
    assert.equal(bench.arrived.length, 2);
  });

  void test('what waited for its service to be configured', async () => {
    const bench = new Bench(ABORTS, { map: {} });
    const one = await bench.start();
    await bench.set(aborted(NOW));
    assert.deepEqual(
      one.said('notification not possible').map((line) => line['issue']),
      ['service slack is not configured'],
    );
    bench.cluster.setConfig(SLACK);
    await bench.clock.pass(SECOND);
    assert.deepEqual(bench.arrived, [ROLLED_BACK]);
  });

  void test('what a subscription of the ConfigMap asks for', async () => {
    const bench = new Bench(
      {},
      { map: { ...SLACK.map, subscriptions: '- recipients: [slack:all]\n  triggers: [on-rollout-aborted]' } },
    );
    await bench.start();
    await bench.set(aborted(NOW));
    assert.deepEqual(bench.arrived, [ROLLED_BACK.replace('dev', 'all')]);
  });

  void test('one message for each value of oncePer', async () => {
    const trigger = '- send: [a]\n  oncePer: rollout.metadata.annotations["version"]';
    const map = { ...SLACK.map, 'trigger.on-rollout-aborted': trigger, 'template.a': 'message: aborted' };
    const bench = new Bench({ ...ABORTS, version: '1' }, { map });
    await bench.start();
    for (const minute of [0, 2, 4]) {
      await bench.set(aborted(NOW + minute * MINUTE));
      await bench.set(under({}, NOW + (minute + 1) * MINUTE));
    }
    bench.cluster.annotate({ version: '2' });
    await bench.set(aborted(NOW + 6 * MINUTE));
    assert.deepEqual(bench.arrived, ['dev: aborted', 'dev: aborted']);
  });

  void test('a message whose claim was left behind, after a minute', async () => {
    const bench = new Bench(ABORTS);
    bench.cluster.setStatus(aborted(NOW - 60 * MINUTE));
    const key = `sluice:on-rollout-aborted:h5.${(NOW - 60 * MINUTE) / 1000}:slack:dev`;
    bench.cluster.annotate({
      'notified.notifications.argoproj.io': JSON.stringify({ [key]: -(NOW / 1000) }),
    });
    await bench.start();
    assert.deepEqual(bench.arrived, []);
    await bench.clock.pass(MINUTE);
    assert.deepEqual(bench.arrived, [ROLLED_BACK]);
    assert.ok((bench.cluster.notified[key] ?? 0) > 0);
  });
});

void describe('not owed is', () => {
  void test('what happened long before the start', async () => {
    const bench = new Bench(ABORTS);
    bench.cluster.setStatus(aborted(NOW - 6 * MINUTE));
    await bench.start();
    await bench.clock.pass(10 * MINUTE);
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[], 0]);
  });

  void test('what happened before somebody subscribed', async () => {
    const bench = new Bench({});
    await bench.start();
    await bench.set(aborted(NOW));
    bench.cluster.annotate(ABORTS);
    await bench.clock.pass(MINUTE);
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[], 0]);
  });

  void test('what a predecessor has told', async () => {
    const bench = new Bench(ABORTS);
    const one = await bench.start();
    await bench.set(aborted(NOW));
    await one.stop();
    await bench.start();
    await bench.clock.pass(10 * MINUTE);
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[ROLLED_BACK], 2]);
  });

  void test('anything without a subscription', async () => {
    const bench = new Bench({ other: 'x' });
    await bench.start();
    await bench.set(aborted(NOW));
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[], 0]);
  });

  void test('anything for another trigger, an unknown trigger or an unknown service, which is said once', async () => {
    const triggers = {
      [`${PREFIX}.on-rollout-completed.slack`]: 'a',
      [`${PREFIX}.on-typo.slack`]: 'b',
      [`${PREFIX}.on-rollout-aborted.teams`]: 'c',
    };
    const bench = new Bench(triggers);
    const one = await bench.start();
    await bench.set(aborted(NOW));
    bench.cluster.annotate({ touched: 'yes' });
    await bench.clock.pass(MINUTE);
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[], 0]);
    const issues = one.said('notification not possible').map((line) => String(line['issue']));
    assert.deepEqual(issues.sort(), [
      'service teams is not configured',
      'subscribed to a trigger that is never fired',
    ]);
  });

  void test('a message for a new value of oncePer before the transition that it belongs to', async () => {
    const trigger = '- send: [a]\n  oncePer: rollout.metadata.annotations["version"]';
    const template = 'message: aborted {{index .rollout.metadata.annotations "version"}}';
    const map = { ...SLACK.map, 'trigger.on-rollout-aborted': trigger, 'template.a': template };
    const bench = new Bench({ ...ABORTS, version: '1' }, { map });
    await bench.start();
    await bench.set(aborted(NOW));
    bench.cluster.annotate({ version: '2' });
    await bench.clock.pass(MINUTE);
    assert.deepEqual(bench.arrived, ['dev: aborted 1']);
    await bench.set(under({}, NOW + 2 * MINUTE));
    await bench.set(aborted(NOW + 3 * MINUTE));
    assert.deepEqual(bench.arrived, ['dev: aborted 1', 'dev: aborted 2']);
  });

  void test('a transition for which the condition does not hold, even if it does later', async () => {
    const map = {
      ...SLACK.map,
      'trigger.on-rollout-aborted': '- send: [a]\n  when: rollout.metadata.annotations["loud"] == "yes"',
      'template.a': 'message: a',
    };
    const bench = new Bench({ ...ABORTS, loud: 'no' }, { map });
    await bench.start();
    await bench.set(aborted(NOW));
    bench.cluster.annotate({ loud: 'yes' });
    await bench.clock.pass(MINUTE);
    assert.deepEqual([bench.arrived, bench.cluster.patches], [[], 0]);
  });
});

void describe('a service', () => {
  void test('that asks for peace gets it from all messages', async () => {
    const bench = new Bench({
      [`${PREFIX}.on-rollout-aborted.slack`]: 'dev',
      [`${PREFIX}.on-rollout-paused.slack`]: 'dev',
    });
    bench.answer = { kind: 'answer', status: 429, headers: { 'retry-after': '120' }, body: '' };
    await bench.start();
    await bench.set(paused(NOW));
    assert.equal(bench.arrived.length, 1);
    bench.answer = ok();
    await bench.set(aborted(NOW + SECOND));
    await bench.clock.pass(MINUTE);
    assert.equal(bench.arrived.length, 1);
    await bench.clock.pass(MINUTE);
    assert.equal(bench.arrived.length, 3);
  });

  void test('that stays broken is given up within ten minutes or so, and the message is not begun again', async () => {
    const bench = new Bench(ABORTS);
    bench.answer = { kind: 'answer', status: 500, headers: {}, body: 'down' };
    const one = await bench.start();
    await bench.set(aborted(NOW));
    await bench.clock.pass(11 * MINUTE);
    assert.deepEqual(
      one.outcomes.map(({ delivered, milliseconds }) => delivered || milliseconds > 10 * MINUTE),
      [false],
    );
    const tries = bench.arrived.length;
    bench.answer = ok();
    bench.cluster.annotate({ touched: 'yes' });
    await bench.clock.pass(10 * MINUTE);
    await one.stop();
    await bench.start();
    await bench.clock.pass(10 * MINUTE);
    assert.equal(bench.arrived.length, tries);
    assert.ok(tries > 5 && tries < 15);
  });
});

void test('the configuration is told about where something is wrong with it, and never shows a secret', async () => {
  const config = {
    map: { 'service.slack': 'token: $t\napiURL: $u', 'template.a': 'message: "{{oops}}"' },
    secret: { t: 'xoxb', u: 'sssh' },
  };
  const bench = new Bench(ABORTS, config);
  const one = await bench.start();
  const issues = one
    .said('notification configuration')
    .map((line) => `${String(line['key'])}: ${String(line['issue'])}`);
  assert.deepEqual(issues, [
    'service.slack: apiURL: must be an address that begins with http:// or https://',
    'template.a: message: line 1: function oops is not known',
  ]);
  assert.ok(!/xoxb|sssh/.test(JSON.stringify(one.lines)));
});

void test('a notifier that is stopped before it begins, or before anything could be read, ends', async () => {
  const never: Partial<ReturnType<FakeCluster['client']>> = { list: () => new Promise(() => {}) };
  for (const isEarly of [true, false]) {
    const bench = new Bench(ABORTS);
    const reader = { ...bench.cluster.client(), ...never };
    const one = new Process(bench.cluster, { fetch: () => new Promise(() => {}), reader });
    const stop = new AbortController();
    if (isEarly) stop.abort();
    const ended = one.notifier.run(stop.signal, stop.signal);
    stop.abort();
    await ended;
  }
});
