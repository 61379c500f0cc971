import { row, type Topic } from '../case.ts';
import { configMap, rollout } from '../objects.ts';

const kind = { show: ({ kind: own }: { readonly kind: string }) => own };
const MIB = 1024 * 1024;

/** How large and how deep things may be. */
export const limits: Topic = {
  name: 'limits',
  cases: [
    row('a ConfigMap of a MiB', async ({ post }) => {
      await post('configmaps', configMap('x', { a: 'x'.repeat(MIB - 1) }), kind);
      await post('configmaps', configMap('y', { a: 'x'.repeat(MIB) }), kind);
    }),
    row('a Secret of a MiB', async ({ post }) => {
      const secret = (name: string, size: number) => ({
        metadata: { name },
        stringData: { a: 'x'.repeat(size) },
      });
      await post('secrets', secret('y', MIB + 1), kind);
    }),
    row('a body that is too large', async ({ post }) => {
      await post('configmaps', configMap('x', { a: 'x'.repeat(3 * MIB) }), kind);
      await post(
        'rollouts',
        { ...rollout('x'), metadata: { name: 'x', annotations: { a: 'x'.repeat(3 * MIB) } } },
        kind,
      );
    }),
    row('a custom resource of more than etcd takes', async ({ post }) => {
      const value = 'x'.repeat(1.6 * MIB);
      await post(
        'analysisruns',
        { metadata: { name: 'x' }, spec: { metrics: [], args: [{ name: 'a', value }] } },
        kind,
      );
    }),
    row('deep nesting', async ({ post }) => {
      const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      await post(
        'configmaps',
        `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":${deep}}`,
        {
          show: () => null,
        },
      );
    }),
    row('names in a path that are none', async ({ get }) => {
      await get('/api/v1/namespaces/{ns}/configmaps/A%20B');
      await get('/api/v1/namespaces/{ns}/configmaps/a%2Fb');
      await get('/api/v1/namespaces/NOT%20ONE/configmaps');
      await get('/api/v1/namespaces/{ns}/configmaps/');
      await get('/api/v1//namespaces');
    }),
  ],
};
