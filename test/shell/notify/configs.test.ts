import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import type { Selection } from '../../../src/shell/kube/options.ts';
import { type ConfigPlaces, Configs } from '../../../src/shell/notify/configs.ts';
import { FakeClock, settle } from '../kube/fake-clock.ts';

/** Namespaces with a ConfigMap, of which each has a webhook service named after the namespace. */
async function configsOf(places: Partial<ConfigPlaces>, namespaces: readonly string[]) {
  const asked: string[] = [];
  const list = (kind: string, selection: Selection): readonly KubeObject[] => {
    asked.push(`${kind} ${selection.namespace ?? 'everywhere'} ${selection.fieldSelector ?? ''}`);
    if (kind === 'Secret') return [];
    const wanted = namespaces.filter(
      (one) => selection.namespace === undefined || selection.namespace === one,
    );
    return wanted.map((namespace) => mapIn(namespace));
  };
  const configs = new Configs(
    { namespace: null, controllerNamespace: 'home', selfService: false, ...places },
    {
      client: {
        list: async (resource, selection, project) => ({
          items: list(resource.kind, selection).map(project),
          resourceVersion: '1',
        }),
        async *watch(_resource, _selection, { signal }) {
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          yield* [];
        },
      },
      clock: new FakeClock(),
      rng: Math.random,
      log: pino({ level: 'silent' }),
      onChange: () => {},
    },
  );
  const stop = new AbortController();
  const ended = configs.run(stop.signal);
  await configs.synced;
  await settle();
  stop.abort();
  await ended;
  return {
    asked: asked.sort(),
    services: (namespace: string) => configs.of(namespace).map((one) => [...one.services.keys()]),
  };
}

function mapIn(namespace: string): KubeObject {
  const metadata = {
    name: 'argo-rollouts-notification-configmap',
    namespace,
    uid: namespace,
    resourceVersion: '1',
  };
  return {
    kind: 'ConfigMap',
    metadata,
    data: { [`service.webhook.${namespace}`]: 'url: http://x.local' },
  } as KubeObject;
}

void describe('the notification configuration', () => {
  void test("is that of the controller's namespace, asked for by name", async () => {
    const { asked, services } = await configsOf({}, ['home', 'shop']);
    assert.deepEqual(asked, [
      'ConfigMap home metadata.name=argo-rollouts-notification-configmap',
      'Secret home metadata.name=argo-rollouts-notification-secret',
    ]);
    assert.deepEqual(services('shop'), [['home']]);
  });

  void test("with self-service is first that of the rollout's own namespace", async () => {
    const { asked, services } = await configsOf({ selfService: true }, ['home', 'shop']);
    assert.match(asked.join(), /^ConfigMap everywhere .*Secret everywhere /);
    assert.deepEqual(services('shop'), [['shop'], ['home']]);
    assert.deepEqual(services('home'), [['home']]);
    assert.deepEqual(services('other'), [[], ['home']]);
  });

  void test('may be absent', async () => {
    const { services } = await configsOf({}, []);
    assert.deepEqual(services('shop'), [[]]);
  });
});
