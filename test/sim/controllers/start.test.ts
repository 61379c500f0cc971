import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, type LocalApi } from '../../../src/sim/api-server/api.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { startControllers } from '../../../src/sim/controllers/start.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { startKubelet } from '../../../src/sim/kubelet/kubelet.ts';
import { Random } from '../../../src/sim/random.ts';
import { at, template, workload } from './world.ts';

const writing = { manager: 'user' };

// The life of a Deployment through two versions: every change of every object, with its moment.
async function history(
  seed: string,
  between: (api: LocalApi, random: Random, clock: VirtualClock) => LocalApi = (api) => api,
) {
  const clock = new VirtualClock(Date.parse('2026-11-21T08:00:00Z'));
  const random = new Random(seed);
  const server = new ApiServer({ clock, random });
  const lines: string[] = [];
  server.onChange(({ kind, before, after }) => {
    const what = after === null ? 'ends' : before === null ? 'begins' : 'changes';
    lines.push(`${clock.elapsed()} ${kind.resource} ${(after ?? before)?.metadata.name} ${what}`);
  });
  const api = between(server, new Random(`${seed} faults`), clock);
  const controllers = startControllers({ api, clock, random, options: {} });
  const startMs = { least: 300, most: 3000 };
  const kubelet = startKubelet({ api, clock, random, startMs, stopMs: { least: 50, most: 500 } });
  const place = { namespace: 'default', name: 'web' };
  server.create(kinds.deployments, { metadata: place, ...workload('web', 4) }, writing);
  await clock.run(clock.elapsed() + 20_000);
  const next = { spec: { template: template('web', 'demo/app:2') } };
  server.merge(kinds.deployments, place, next, writing);
  await clock.run(clock.elapsed() + 60_000);
  const deployment = server.get(kinds.deployments, place);
  controllers.stop();
  await kubelet.stop();
  server.stop();
  return { lines, deployment, clock };
}

void test('one seed has one history, another seed another', async () => {
  const first = await history('a');
  assert.deepEqual((await history('a')).lines, first.lines);
  assert.notDeepEqual((await history('b')).lines, first.lines);
});

void test('nothing happens any more once all have stopped', async () => {
  const { clock, lines } = await history('a');
  const count = lines.length;
  await clock.run(clock.elapsed() + 3_600_000);
  assert.equal(lines.length, count);
});

void test('whatever the API server refuses is done in the end', async () => {
  for (const seed of ['a', 'b', 'c', 'd', 'e']) {
    const { deployment } = await history(seed, (api, random, clock) => {
      const maybe = <T>(work: () => T): T => {
        // Not while they start.
        if (clock.elapsed() === 0) return work();
        if (random.chance(0.1)) throw new ApiError(409, 'Conflict', 'the object has been modified');
        if (random.chance(0.1)) throw new ApiError(500, 'InternalError', 'etcdserver: request timed out');
        return work();
      };
      return {
        get: (...given) => maybe(() => api.get(...given)),
        list: (...given) => maybe(() => api.list(...given)),
        create: (...given) => maybe(() => api.create(...given)),
        update: (...given) => maybe(() => api.update(...given)),
        merge: (...given) => maybe(() => api.merge(...given)),
        delete: (...given) => maybe(() => api.delete(...given)),
        onChange: (listener) => api.onChange(listener),
      };
    });
    const told = ['replicas', 'updatedReplicas', 'availableReplicas'].map((field) =>
      at(deployment, `status.${field}`),
    );
    assert.deepEqual(told, [4, 4, 4], `seed ${seed}`);
  }
});
