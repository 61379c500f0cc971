import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { formatInstant } from '../../../src/core/time.ts';
import { createHttpClient } from '../../../src/providers/http-client.ts';
import { systemClock } from '../../../src/shell/clock.ts';
import { condition } from '../../notify/support/release.ts';
import { json, type Reply, serve, type TestServer, text } from '../../providers/support/server.ts';
import { FakeCluster, Process } from './support/cluster.ts';

// The real HTTP client and a real receiver; only the API server is played.

const PREFIX = 'notifications.argoproj.io/subscribe';
const SUBSCRIBED = { [`${PREFIX}.on-rollout-aborted.slack`]: 'releases' };

function aborted(): RolloutStatus {
  return {
    currentPodHash: 'h5',
    stableRS: 'h4',
    abort: true,
    abortedAt: formatInstant(Date.now()),
    currentStepIndex: 0,
    conditions: [condition('Progressing', 'False', 'RolloutAborted', 'Rollout aborted update to revision 5')],
  };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `did not come true: ${what}`);
    await pause(10);
  }
}

async function withCluster(
  replies: readonly Reply[],
  annotations: Readonly<Record<string, string>>,
  work: (at: {
    readonly cluster: FakeCluster;
    readonly server: TestServer;
    readonly start: () => Process;
  }) => Promise<void>,
): Promise<void> {
  await using server = await serve(replies);
  const config = {
    map: {
      'service.slack': `token: $slack-token\napiURL: ${server.url}/api`,
      'service.webhook.ci': `url: ${server.url}/hook?secret=$hook\nretryWaitMin: 20ms\nretryWaitMax: 50ms`,
    },
    secret: { 'slack-token': 'xoxb-secret', hook: 'hook-secret' },
  };
  const cluster = new FakeCluster(systemClock, annotations, config);
  const processes: Process[] = [];
  const start = (): Process => {
    const one = new Process(cluster, { fetch: createHttpClient({}) });
    processes.push(one);
    one.start();
    return one;
  };
  await work({ cluster, server, start });
  for (const one of processes) {
    await one.stop();
    const said = JSON.stringify(one.lines);
    assert.ok(
      !/secret|xoxb/.test(said.replaceAll('argo-rollouts-notification-secret', '')),
      'a secret is in the log',
    );
  }
}

const isTold = (cluster: FakeCluster) =>
  Object.entries(cluster.notified).some(([key, value]) => key !== 'sluice:writer' && value > 0);

void describe('a message', () => {
  void test('goes to Slack once, with token and channel, and that is written down', async () => {
    await withCluster([json({ ok: true })], SUBSCRIBED, async ({ cluster, server, start }) => {
      const one = start();
      cluster.setStatus(aborted());
      await until('told', () => isTold(cluster));
      assert.equal(server.received.length, 1);
      assert.equal(server.received[0]?.url, '/api/chat.postMessage');
      assert.equal(server.received[0]?.headers['authorization'], 'Bearer xoxb-secret');
      assert.match(server.received[0]?.body ?? '', /"channel":"releases".*was rolled back to revision 4/);
      assert.deepEqual(
        Object.keys(cluster.notified).map((key) => key.split(':')[1]),
        ['on-rollout-aborted', 'writer'],
      );
      assert.equal(cluster.patches, 2);
      assert.equal(one.said('notified').length, 1);
      assert.deepEqual(
        one.outcomes.map(({ reason, delivered }) => [reason, delivered]),
        [['RolloutAborted', true]],
      );
    });
  });

  void test('that a stopped process has in hand is delivered and written down before it ends', async () => {
    await withCluster([json({ ok: true })], SUBSCRIBED, async ({ cluster, server, start }) => {
      const one = start();
      cluster.setStatus(aborted());
      await until('claimed', () => Object.keys(cluster.notified).length > 0);
      await one.stop();
      assert.ok(isTold(cluster));
      assert.equal(server.received.length, 1);
    });
  });

  void test('is tried again after 500, after 429 and after a lost connection', async () => {
    const replies = [
      text('down', 500),
      text('slow down', 429, { 'retry-after': '0' }),
      { kind: 'hang-up' } as const,
      text('', 204),
    ];
    await withCluster(
      replies,
      { [`${PREFIX}.on-rollout-aborted.ci`]: '' },
      async ({ cluster, server, start }) => {
        const one = start();
        cluster.setStatus(aborted());
        await until('told', () => isTold(cluster));
        assert.equal(server.received.length, 4);
        const reasons = one.said('notification not delivered; trying again').map((line) => line['reason']);
        assert.deepEqual(reasons.slice(0, 2), ['HTTP 500: down', 'HTTP 429: slow down']);
        assert.deepEqual(
          one.outcomes.map(({ delivered }) => delivered),
          [true],
        );
      },
    );
  });

  void test('is given up after so many tries, with a line that says why, and not begun again', async () => {
    await withCluster(
      [text('down', 503)],
      { [`${PREFIX}.on-rollout-aborted.ci`]: '' },
      async ({ cluster, server, start }) => {
        const one = start();
        cluster.setStatus(aborted());
        await until('given up', () => isTold(cluster));
        assert.equal(server.received.length, 4);
        assert.deepEqual(
          one.said('notification given up').map((line) => [line['service'], line['reason']]),
          [['ci', 'HTTP 503: down']],
        );
        assert.deepEqual(
          one.outcomes.map(({ delivered }) => delivered),
          [false],
        );
      },
    );
  });

  void test('that Slack refuses is given up at once, with advice', async () => {
    await withCluster(
      [json({ ok: false, error: 'not_in_channel' })],
      SUBSCRIBED,
      async ({ cluster, server, start }) => {
        const one = start();
        cluster.setStatus(aborted());
        await until('given up', () => isTold(cluster));
        assert.equal(server.received.length, 1);
        assert.match(
          String(one.said('notification given up')[0]?.['reason']),
          /not_in_channel \(is the channel right/,
        );
      },
    );
  });

  void test('to a service that never answers does not keep others waiting', async () => {
    const both = { ...SUBSCRIBED, [`${PREFIX}.on-rollout-aborted.ci`]: '' };
    await withCluster([{ kind: 'silence' }, json({ ok: true })], both, async ({ cluster, server, start }) => {
      const one = start();
      cluster.setStatus(aborted());
      await until('one delivered', () => one.outcomes.length === 1);
      assert.equal(server.received.length, 2);
      one.die();
    });
  });
});
