import type { Manifest, StringMap } from '../../../src/api/meta.ts';
import type { Objects } from '../../../src/sim/mesh/data-plane.ts';

/** Objects that stay as they are. */
export function objectsOf(manifests: readonly Manifest[]): Objects {
  const place = ({ metadata: { namespace = '', name } }: Manifest) => `${namespace}/${name}`;
  return {
    get: (kind, { namespace = '', name }) =>
      manifests.find((one) => one.kind === kind.kind && place(one) === `${namespace}/${name}`) ?? null,
    list: (kind, { namespace, labels = {} } = {}) =>
      manifests
        .filter((one) => one.kind === kind.kind)
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .filter(({ metadata }) =>
          Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
        )
        .sort((a, b) => (place(a) < place(b) ? -1 : 1)),
  };
}

/** A Service in namespace `shop` that selects `app: NAME` on port 80. */
export function service(name: string, more: object = {}): Manifest {
  const spec = { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'web' }], ...more };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

/** A pod in namespace `shop` with label `app`, on port 8080. */
export function pod(
  name: string,
  app: string,
  { ready = true, labels = {}, ...more }: { ready?: boolean; labels?: StringMap; going?: boolean } = {},
): Manifest {
  const going = more.going === true ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels: { app, ...labels }, ...going },
    spec: { containers: [{ name: 'app', ports: [{ name: 'web', containerPort: 8080 }] }] },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

/** A Service with that many ready pods, `NAME-0` and on. */
export function workload(name: string, pods: number): readonly Manifest[] {
  return [service(name), ...Array.from({ length: pods }, (_, i) => pod(`${name}-${i}`, name))];
}
