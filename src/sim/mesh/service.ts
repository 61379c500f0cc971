import { kinds } from '../kinds.ts';
import {
  backend,
  type DataPlane,
  hostOf,
  type MeshRequest,
  type Objects,
  type Routing,
} from './data-plane.ts';

/**
 * A Service asked by its name within the cluster: `web.shop`, `web.shop.svc` or `web.shop.svc.cluster.local`,
 * with or without a port. Every ready pod that it selects gets the same share: this is how a canary without a
 * router is split.
 * Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export const service: DataPlane = { name: 'service', route };

function route(objects: Objects, request: MeshRequest): Routing | null {
  const named = /^([a-z0-9-]+)\.([a-z0-9-]+)(\.svc(\.cluster\.local)?)?$/.exec(hostOf(request));
  const [, name = '', namespace = ''] = named ?? [];
  if (named === null || objects.get(kinds.services, { namespace, name }) === null) return null;
  const port = /:(\d+)$/.exec(request.host)?.[1];
  const ref = { namespace, name, port: port === undefined ? null : Number(port) };
  const via = { kind: 'Service', namespace, name, host: '', path: '', service: name } as const;
  return { kind: 'backends', via, backends: [backend(ref, 1)], mirrors: [], tries: 1, spread: 'at random' };
}
