import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, rollout } from '../objects.ts';

/** Type and name of an event, and one field; whole where it is no event. */
const brief = {
  show: (event: KubeObject) => {
    const { type, object } = event as unknown as { type: string; object?: KubeObject };
    if (object === undefined) return event;
    return [type, object.kind, object.metadata.name, object['data'], object.metadata['annotations']];
  },
};
const after = ({ metadata }: KubeObject): string => `resourceVersion=${metadata.resourceVersion ?? ''}`;

/** Watches: what is told first, then, and at the end. */
export const watches: Topic = {
  name: 'watches',
  cases: [
    row('what is there, then what happens', async ({ aside, post, patch, delete: remove, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch('configmaps?watch=true');
      await watching.has(1);
      await patch('configmaps/x', 'merge', { data: { a: '2' } });
      await post('configmaps', configMap('y'));
      await remove('configmaps/x');
      await watching.has(4);
      watching.close();
    }),
    row('only what happens after a version', async ({ aside, get, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const { body } = await get('configmaps');
      const watching = await watch(`configmaps?watch=true&${after(body)}`, {
        ...brief,
        as: 'configmaps?resourceVersion=SEEN',
      });
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      await aside.delete('configmaps/x');
      await watching.has(2);
      watching.close();
    }),
    row('what happened since a version', async ({ aside, watch }) => {
      const { body } = await aside.post('configmaps', configMap('x', { a: '1' }));
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      await aside.post('configmaps', configMap('y'));
      await aside.delete('configmaps/y');
      const watching = await watch(`configmaps?watch=1&${after(body)}`, {
        ...brief,
        as: 'configmaps?resourceVersion=SEEN',
      });
      await watching.has(3);
      watching.close();
    }),
    row('from any version', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch('configmaps?watch=true&resourceVersion=0', brief);
      await watching.has(1);
      watching.close();
    }),
    row('the end of the beginning', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch(
        'configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      );
      await watching.has(2);
      await aside.post('configmaps', configMap('y'));
      await watching.has(3);
      watching.close();
    }),
    row('the end of the beginning of custom resources', async ({ aside, watch }) => {
      await aside.post('rollouts', rollout('x'));
      const watching = await watch(
        'rollouts?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0',
      );
      await watching.has(2);
      await aside.delete('rollouts/x');
      await watching.has(3);
      watching.close();
    }),
    row('initial events without bookmarks', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch(
        'configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
        brief,
      );
      await watching.has(1);
      watching.close();
    }),
    row('no initial events', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch(
        'configmaps?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan',
        brief,
      );
      await aside.post('configmaps', configMap('y'));
      await watching.has(1);
      watching.close();
    }),
    row('a selection: what enters and leaves it', async ({ aside, watch }) => {
      const label = (value: string) => ({ metadata: { labels: { show: value } } });
      await aside.post('configmaps', configMap('x', { a: '1' }, { labels: { show: 'yes' } }));
      await aside.post('configmaps', configMap('y', { a: '1' }, { labels: { show: 'no' } }));
      const watching = await watch('configmaps?watch=true&labelSelector=show%3Dyes', brief);
      await watching.has(1);
      await aside.patch('configmaps/y', 'merge', label('yes'));
      await aside.patch('configmaps/x', 'merge', label('no'));
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      await aside.patch('configmaps/y', 'merge', { data: { a: '2' } });
      await aside.delete('configmaps/x');
      await aside.delete('configmaps/y');
      await watching.has(5);
      watching.close();
    }),
    row('one object by its name', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      await aside.post('configmaps', configMap('y', { a: '1' }));
      const one = await watch('configmaps?watch=true&fieldSelector=metadata.name%3Dy', brief);
      const old = await watch('/api/v1/watch/namespaces/{ns}/configmaps/y', brief);
      const part = await watch('configmaps/y?watch=true', brief);
      await aside.patch('configmaps/x', 'merge', { data: { a: '2' } });
      await aside.patch('configmaps/y', 'merge', { data: { a: '2' } });
      for (const watching of [one, old, part]) {
        await watching.has(2);
        watching.close();
      }
    }),
    row('custom resources', async ({ aside, watch }) => {
      await aside.post('rollouts', rollout('x'));
      const watching = await watch('rollouts?watch=true&allowWatchBookmarks=true');
      await watching.has(2);
      await aside.patch('rollouts/x/status', 'merge', { status: { phase: 'Healthy' } });
      await aside.patch('rollouts/x', 'merge', { spec: { paused: true } });
      await aside.delete('rollouts/x');
      await watching.has(5);
      watching.close();
    }),
    row('an object that waits for its finalizers', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', {}, { finalizers: ['a.test/wait'] }));
      const watching = await watch('configmaps?watch=true');
      await watching.has(1);
      await aside.delete('configmaps/x');
      await aside.patch('configmaps/x', 'merge', { metadata: { finalizers: null } });
      await watching.has(3);
      watching.close();
    }),
    row('the time that the client gives', async ({ watch }) => {
      const watching = await watch('configmaps?watch=true&timeoutSeconds=1', brief);
      await watching.over();
    }),
    row('a version that is forgotten', async ({ watch }) => {
      // Nothing is remembered from before a kind was there.
      const watching = await watch('rollouts?watch=true&resourceVersion=1');
      await watching.over();
    }),
    row('versions that cannot be', async ({ watch }) => {
      for (const query of [
        'resourceVersion=text',
        'resourceVersionMatch=Exact&resourceVersion=5',
        'sendInitialEvents=true',
        'sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=5',
        'sendInitialEvents=perhaps&resourceVersionMatch=NotOlderThan',
        'labelSelector=a%20b',
        'fieldSelector=spec.colour%3Dred',
        'timeoutSeconds=long',
        'timeoutSeconds=-1&resourceVersion=text',
      ]) {
        const watching = await watch(`configmaps?watch=true&${query}`);
        await watching.has(1);
        watching.close();
      }
    }),
    row('as a table', async ({ aside, watch }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }));
      const watching = await watch('configmaps?watch=true', {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      });
      await watching.has(1);
      await aside.patch('configmaps/x', 'merge', { data: { b: '2' } });
      await watching.has(2);
      watching.close();
    }),
  ],
};
