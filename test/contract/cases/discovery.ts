import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { type Fields, without } from '../objects.ts';

/** The groups that the simulator serves; the real server has more. */
const groups = [
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'discovery.k8s.io',
  'coordination.k8s.io',
  'events.k8s.io',
  'rbac.authorization.k8s.io',
  'apiextensions.k8s.io',
  'argoproj.io',
];
/** And of these the resources that it serves. */
const kept = new Set([
  'configmaps',
  'endpoints',
  'events',
  'namespaces',
  'nodes',
  'pods',
  'podtemplates',
  'secrets',
  'serviceaccounts',
  'services',
  'deployments',
  'replicasets',
  'statefulsets',
  'jobs',
  'horizontalpodautoscalers',
  'poddisruptionbudgets',
  'ingresses',
  'ingressclasses',
  'endpointslices',
  'leases',
  'clusterroles',
  'clusterrolebindings',
  'roles',
  'rolebindings',
  'customresourcedefinitions',
  'rollouts',
  'analysisruns',
  'analysistemplates',
  'clusteranalysistemplates',
  'experiments',
]);
/** Parts of resources that nobody simulates. */
const otherParts = /\/(exec|log|attach|portforward|proxy|ephemeralcontainers|resize|token)$/;

const resources = {
  show: (body: KubeObject) => ({
    ...body,
    resources: (body['resources'] as readonly Fields[])
      .filter(({ name }) => kept.has(String(name).split('/')[0] ?? '') && !otherParts.test(String(name)))
      .map((resource) => without(resource, 'storageVersionHash'))
      // Definitions come in an order of their own.
      .toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1)),
  }),
};

/** Of these groups another version than v1 is simulated. */
const versions: Readonly<Record<string, string>> = { autoscaling: 'v2', 'argoproj.io': 'v1alpha1' };

interface AggregatedGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly Fields[] }[];
}

const aggregated = {
  accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
  show: (body: KubeObject) => ({
    ...body,
    items: (body['items'] as readonly AggregatedGroup[])
      .filter(({ metadata: { name = '' } }) => name === '' || groups.includes(name))
      .map((group) => ({
        ...group,
        versions: group.versions
          .filter(({ version }) => version === (versions[group.metadata.name ?? ''] ?? 'v1'))
          .map((version) => ({
            ...version,
            resources: version.resources
              .filter(({ resource }) => kept.has(String(resource)))
              .map((resource) => without(resource, 'subresources'))
              .toSorted((a, b) => (String(a['resource']) < String(b['resource']) ? -1 : 1)),
          })),
      })),
  }),
};

const schemas = (name: string) => ({
  show: (body: KubeObject) => {
    const all = (valueAt(body, 'components.schemas') ?? {}) as Readonly<Record<string, Fields>>;
    const found = Object.entries(all).find(([key]) => key.endsWith(name));
    return [
      body['openapi'],
      found?.[0],
      (found?.[1] as Fields | undefined)?.['x-kubernetes-group-version-kind'],
      Object.keys((found?.[1]['properties'] ?? {}) as object).sort(),
    ];
  },
});

/** What is served, and how one learns of it. */
export const discovery: Topic = {
  name: 'discovery',
  cases: [
    row('the roots', async ({ get }) => {
      await get('/api', {
        show: (body) => [body.kind, body['versions']],
      });
      await get('/apis', {
        show: (body) =>
          (body['groups'] as readonly { readonly name: string }[])
            .map(({ name }) => name)
            .filter((name) => groups.includes(name))
            .sort(),
      });
      await get('/', {
        show: (body) =>
          (body['paths'] as readonly string[]).filter((path) =>
            /^\/(api|apis|version|healthz|readyz|livez|openapi\/v3)(\/v1)?$/.test(path),
          ),
      });
    }),
    row('in one piece', async ({ get }) => {
      await get('/api', aggregated);
      await get('/apis', aggregated);
    }),
    row('of the core', async ({ get }) => get('/api/v1', resources).then(() => {})),
    ...groups.map((group) =>
      row(`of ${group}`, async ({ get }) => {
        const version = versions[group] ?? 'v1';
        await get(`/apis/${group}`, {
          show: ({ kind, name, preferredVersion }: KubeObject & Fields) => [kind, name, preferredVersion],
        });
        await get(`/apis/${group}/${version}`, resources);
      }),
    ),
    row('health and version', async ({ get }) => {
      await get('/healthz');
      await get('/readyz');
      await get('/livez');
      await get('/version', {
        show: (body) => [Object.keys(body).sort(), body['major'], body['minor'], body['platform']],
      });
    }),
    row('the index of OpenAPI', async ({ get }) => {
      await get('/openapi/v3', {
        show: (body) =>
          Object.entries(body['paths'] as Readonly<Record<string, Fields>>)
            .filter(
              ([path]) =>
                path === 'api/v1' ||
                groups.some((group) =>
                  [`apis/${group}/v1`, `apis/${group}/v2`, `apis/${group}/v1alpha1`].includes(path),
                ),
            )
            .sort(([a], [b]) => (a < b ? -1 : 1)),
      });
    }),
    row('documents of OpenAPI', async ({ get }) => {
      await get('/openapi/v3/api/v1', schemas('api.core.v1.ConfigMap'));
      await get('/openapi/v3/apis/apps/v1', schemas('api.apps.v1.Deployment'));
      await get('/openapi/v3/apis/argoproj.io/v1alpha1', schemas('v1alpha1.Rollout'));
      await get('/openapi/v3/apis/nobody.test/v1');
    }),
    row('reviews of oneself', async ({ post }) => {
      const attributes = (verb: string) => ({
        resourceAttributes: { verb, resource: 'pods', namespace: 'default' },
      });
      await post(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        { spec: attributes('list') },
        {
          show: ({ kind, status }) => [kind, (status as Fields)['allowed']],
        },
      );
      await post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { show: ({ kind }) => kind });
    }),
  ],
};
