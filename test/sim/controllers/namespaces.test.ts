import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { kinds } from '../../../src/sim/kinds.ts';
import { startWorld, type TestWorld, workload } from './world.ts';

void describe('a namespace', () => {
  let world: TestWorld;
  afterEach(() => world.stop());
  const account = () => world.get(kinds.serviceAccounts, 'default');

  void test('has a ServiceAccount, also when somebody deletes it', async () => {
    world = startWorld();
    await world.until('account', () => account() !== null);
    const { uid } = account()?.metadata ?? {};
    world.api.delete(kinds.serviceAccounts, { namespace: 'test', name: 'default' });
    await world.until('another one', () => account() !== null && account()?.metadata.uid !== uid);
    for (const name of ['default', 'kube-system']) {
      assert.notEqual(world.api.get(kinds.namespaces, { name }), null);
    }
  });

  void test('that is deleted is emptied first and takes in nothing new', async () => {
    world = startWorld();
    world.create(kinds.deployments, 'web', workload('web', 2));
    world.create(kinds.configMaps, 'settings', { data: { a: 'b' } });
    world.create(kinds.services, 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    await world.until('pods', () => world.list(kinds.pods).length === 2);
    world.api.delete(kinds.namespaces, { name: 'test' });
    assert.throws(() => world.create(kinds.configMaps, 'more', {}), { reason: 'Forbidden' });
    await world.until('gone', () => world.api.get(kinds.namespaces, { name: 'test' }) === null);
    for (const kind of [kinds.pods, kinds.replicaSets, kinds.deployments, kinds.configMaps, kinds.events]) {
      assert.deepEqual(world.list(kind), [], kind.resource);
    }
  });
});
