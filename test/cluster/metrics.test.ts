import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';

void describe('the metrics of a controller at work', () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('metrics');
    controller = await startController(bed, { args: ['--namespace', 'sluice'] });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  const get = async (url: string): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await request(url);
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  /** Series of a name by their labels as text. */
  const series = async (name: string): Promise<ReadonlyMap<string, number>> => {
    const { text } = await get(`${controller.metrics}/metrics`);
    const found = text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
    return new Map([...found].map((match) => [match[1] ?? '', Number(match[2])]));
  };

  void test('a rollout is shown with phase, pods and events, and is not when it is gone', async () => {
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace, name: 'web' };
    await bed.api.apply({
      apiVersion: rollout.apiVersion,
      kind: rollout.kind,
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'demo/app:1' }] },
        },
        strategy: { canary: { steps: [{ setWeight: 50 }] } },
      },
    });
    await bed.api.until(rollout, (found) => valueAt(found, 'status.phase') === 'Healthy', 60);
    const name = `namespace="${namespace}",name="web"`;
    const info = `${name},strategy="canary",traffic_router="",phase="Completed"`;
    assert.deepEqual([...(await series('rollout_info'))], [[info, 1]]);
    assert.equal((await series('rollout_info_replicas_available')).get(name), 2);
    const events = await series('rollout_events_total');
    assert.equal(events.get(`${name},type="Normal",reason="RolloutCompleted"`), 1);
    const patch = { spec: { template: { metadata: { annotations: { again: 'yes' } } } } };
    await bed.api.patch(rollout, 'merge', patch);
    const ended = 'status="Promoted"';
    await until(async () => ((await series('rollout_duration_seconds_count')).get(ended) ?? 0) >= 1);
    await bed.api.delete(rollout);
    await bed.api.until(rollout, (left) => left === null);
    await until(async () => (await series('rollout_info')).size === 0);
  });

  void test('requests, passes, queues, memory and leadership are shown', async () => {
    const requests = await series('controller_clientset_k8s_request_total');
    assert.ok((requests.get('kind="rollouts",verb="Patch",status_code="200"') ?? 0) > 0);
    assert.ok(((await series('rollout_reconcile_count')).get('') ?? 0) > 0);
    // Something may be due just now.
    await until(async () => (await series('workqueue_depth')).get('name="rollout"') === 0);
    assert.equal((await series('leader_election_master_status')).get('name="sluice"'), 1);
    assert.ok(((await series('process_resident_memory_bytes')).get('') ?? 0) > 1e7);
  });

  void test('it is alive and ready; other pages are not there', async () => {
    assert.deepEqual(await get(`${controller.health}/healthz`), { status: 200, text: 'ok\n' });
    assert.equal((await get(`${controller.health}/readyz`)).status, 200);
    assert.equal((await get(`${controller.metrics}/other`)).status, 404);
  });
});

/** Waits until `holds` is true; fails after half a minute. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > endsAt) throw new Error('still not so after half a minute');
    await pause(50);
  }
}
