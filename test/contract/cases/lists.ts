import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, rollout } from '../objects.ts';
import type { Session } from '../session.ts';

interface Listed {
  readonly items: readonly KubeObject[];
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
}

/** What a list holds, and what it says of itself. */
const names = {
  show: (body: KubeObject) => {
    const { items, metadata } = body as unknown as Listed;
    const { continue: token, remainingItemCount } = metadata;
    return [items.map((item) => item.metadata.name), token !== undefined && token !== '', remainingItemCount];
  },
};

const labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  a: { app: 'web', tier: 'front' },
  b: { app: 'web', tier: 'back' },
  c: { app: 'db' },
  d: {},
};

async function four({ aside }: Session): Promise<void> {
  for (const [name, own] of Object.entries(labels)) {
    await aside.post('configmaps', configMap(name, {}, { labels: { ...own, own: name } }));
  }
}

const labelSelectors = [
  'app=web',
  'app==web',
  'app!=web',
  'app in (web, db)',
  'app notin (web)',
  'app',
  '!app',
  'app=web,tier=front',
  'app in (web),tier notin (back)',
  'app=',
  'own>a',
  'app in ()',
  'app in (web',
  'a b',
  '=web',
  'app=a=b',
  ',',
  'app,',
  'UPPER/low/er=x',
  'own in (a,b),own notin (b)',
  'app in (web), !tier',
  'missing!=x',
  'app = web',
  'app=-web',
] as const;

const fieldSelectors = [
  'metadata.name=b',
  'metadata.name==b',
  'metadata.name!=b',
  'metadata.namespace={ns}',
  'metadata.name=b,metadata.name=c',
  'spec.x=y',
  'metadata.uid=1',
  'metadata.name',
  '=b',
  'metadata.name=b=c',
  'metadata.name=',
  'metadata.name=b\\,c',
] as const;

/** Lists: pages, selectors, versions. */
export const lists: Topic = {
  name: 'lists',
  cases: [
    row('nothing', async ({ get }) => {
      await get('configmaps');
      await get('rollouts');
      await get('deployments');
      await get('configmaps?limit=5');
    }),
    row('something', async (session) => {
      await four(session);
      await session.get('configmaps');
      await session.aside.post('rollouts', rollout('x'));
      await session.get('rollouts');
    }),
    row('of a namespace that is not there', async ({ get }) => {
      await get('/api/v1/namespaces/nowhere/configmaps', names);
      await get('/apis/argoproj.io/v1alpha1/namespaces/nowhere/rollouts', names);
      await get('/api/v1/namespaces/nowhere/configmaps/x');
    }),
    ...labelSelectors.map((selector) =>
      row(`label selector ${selector}`, async (session) => {
        await four(session);
        await session.get(`configmaps?labelSelector=${encodeURIComponent(selector)}`, names);
        await session.get(`rollouts?labelSelector=${encodeURIComponent(selector)}`, names);
      }),
    ),
    ...fieldSelectors.map((selector) =>
      row(`field selector ${selector}`, async (session) => {
        await four(session);
        const text = encodeURIComponent(selector.replace('{ns}', session.namespace));
        await session.aside.post('rollouts', rollout('b'));
        await session.get(`configmaps?fieldSelector=${text}`, names);
        await session.get(`rollouts?fieldSelector=${text}`, names);
      }),
    ),
    row('field selectors of pods and events', async ({ get }) => {
      await get('pods?fieldSelector=status.phase=Running', names);
      await get('pods?fieldSelector=spec.nodeName=', names);
      await get('pods?fieldSelector=spec.restartPolicy=Always,status.podIP=1.2.3.4', names);
      await get('pods?fieldSelector=spec.hostname=x', names);
      await get('events?fieldSelector=involvedObject.name=x,type=Warning', names);
      await get('events?fieldSelector=involvedObject.color=x', names);
      await get('namespaces?fieldSelector=status.phase=Nothing', names);
      await get('secrets?fieldSelector=type=Opaque', names);
      await get('jobs?fieldSelector=status.successful=1', names);
      await get('replicasets?fieldSelector=status.replicas=5', names);
      await get('nodes?fieldSelector=spec.unschedulable=true', names);
      await get('services?fieldSelector=spec.type=NodePort', names);
    }),
    row('pages', async (session) => {
      await four(session);
      const { body } = await session.get('configmaps?limit=2');
      const token = (body as unknown as Listed).metadata.continue ?? '';
      const next = encodeURIComponent(token);
      await session.aside.post('configmaps', configMap('bb'));
      await session.aside.delete('configmaps/d');
      const page = (query: string) =>
        session.get(`configmaps?${query.replace('NEXT', next)}`, { ...names, as: `configmaps?${query}` });
      await page('limit=1&continue=NEXT');
      await page('continue=NEXT');
      await page('limit=1&continue=NEXT&resourceVersion=5');
      await page('limit=1&continue=NEXT&resourceVersion=0');
      await page('limit=1&continue=NEXT&labelSelector=app');
    }),
    row('pages of a selection', async (session) => {
      await four(session);
      await session.get('configmaps?limit=1&labelSelector=app=web', names);
      await session.get('configmaps?limit=2&labelSelector=app=web', names);
      await session.get('configmaps?limit=4', names);
      await session.get('configmaps?limit=3', names);
      await session.get('configmaps?limit=0', names);
    }),
    row('pages that cannot be', async ({ get }) => {
      await get('configmaps?limit=-1', names);
      await get('configmaps?limit=many');
      await get('configmaps?continue=text');
      await get(
        `configmaps?continue=${Buffer.from('{"v":"meta.k8s.io/v2","rv":1,"start":"x"}').toString('base64url')}`,
      );
      await get(
        `configmaps?continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":0,"start":"x"}').toString('base64url')}`,
      );
      await get(`configmaps?continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1}').toString('base64url')}`);
    }),
    row('of a version', async (session) => {
      await four(session);
      const { body } = await session.aside.get('configmaps');
      const version = body.metadata.resourceVersion ?? '';
      await session.aside.post('configmaps', configMap('e'));
      await session.aside.delete('configmaps/a');
      const at = (query: string) =>
        session.get(`configmaps?${query.replace('SEEN', version)}`, { ...names, as: `configmaps?${query}` });
      await at('resourceVersion=SEEN&resourceVersionMatch=Exact');
      await at('resourceVersion=SEEN&resourceVersionMatch=NotOlderThan');
      await at('resourceVersion=SEEN');
      await at('resourceVersion=SEEN&limit=2');
      await at('resourceVersion=0');
      await at('resourceVersion=0&resourceVersionMatch=NotOlderThan');
    }),
    row('of versions that cannot be', async ({ get }) => {
      await get('configmaps?resourceVersion=text');
      await get('configmaps?resourceVersion=-1');
      await get('configmaps?resourceVersion=0&resourceVersionMatch=Exact');
      await get('configmaps?resourceVersionMatch=Exact');
      await get('configmaps?resourceVersion=5&resourceVersionMatch=Near');
      await get('configmaps?sendInitialEvents=true');
      await get('rollouts?resourceVersion=text');
      await get('rollouts?resourceVersionMatch=NotOlderThan');
    }),
    row('of a version that is yet to come', async ({ get }) => {
      await get('configmaps?resourceVersion=999999999');
      await get('configmaps?resourceVersion=999999999&resourceVersionMatch=Exact');
    }),
    row('an object of a version', async ({ aside, get }) => {
      const { body } = await aside.post('configmaps', configMap('x', { a: '1' }));
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      const { resourceVersion = '' } = body.metadata;
      const data = { show: (body: KubeObject) => body['data'] };
      await get('configmaps/x?resourceVersion=0', data);
      await get(`configmaps/x?resourceVersion=${resourceVersion}`, {
        ...data,
        as: 'configmaps/x?resourceVersion=SEEN',
      });
      await get('configmaps/x?resourceVersion=text');
    }),
    row('of all namespaces', async ({ aside, get, namespace }) => {
      const label = { labels: { everywhere: namespace } };
      await aside.post('configmaps', configMap('x', {}, label));
      await aside.post('namespaces', { metadata: { name: `a-${namespace}` } });
      await aside.post(`/api/v1/namespaces/a-${namespace}/configmaps`, configMap('y', {}, label));
      await get(`*configmaps?labelSelector=everywhere=${namespace}`);
      await get(`*configmaps?labelSelector=everywhere=${namespace}&limit=1`);
      await get(`*configmaps?fieldSelector=metadata.namespace=a-${namespace}`, names);
    }),
    row('in YAML', async (session) => {
      await session.aside.post('configmaps', configMap('x', { a: '1', number: '5', text: 'true' }));
      await session.get('configmaps/x', { accept: 'application/yaml', show: () => 'yaml' });
      await session.get('configmaps', { accept: 'application/yaml', show: () => 'yaml' });
    }),
  ],
};
