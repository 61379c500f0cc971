import type { DataPlane, MeshRequest, Objects, Routing } from './data-plane.ts';
import { gateway } from './gateway.ts';
import { NGINX_OPTIONS, type NginxOptions, nginx } from './nginx.ts';
import { service } from './service.ts';

/** Data planes in the order in which they are asked. */
export type DataPlanes = readonly DataPlane[];

/**
 * Every data plane that is simulated. Names within the cluster come first, for they never pass an ingress.
 */
export function dataPlanes(options: { readonly nginx: NginxOptions }): DataPlanes {
  return [service, nginx(options.nginx), gateway];
}

/** All data planes as they are started by default. */
export const DATA_PLANES = dataPlanes({ nginx: NGINX_OPTIONS });

/** What the objects make of a request: the first data plane that has something for it; else 404. */
export function routesOf(planes: DataPlanes, objects: Objects, request: MeshRequest): Routing {
  for (const plane of planes) {
    const routing = plane.route(objects, request);
    if (routing !== null) return routing;
  }
  return { kind: 'answer', status: 404, reason: `nothing answers for ${request.host}` };
}
