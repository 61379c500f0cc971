import type { Manifest } from '../../../api/meta.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../../routers/fields.ts';
import type { ServicePortRef } from '../data-plane.ts';
import { type Shaping, shapingOf } from './shaping.ts';

/** A port of a Service as NGINX knows it, whichever Ingresses name it. */
export interface Upstream {
  /** `namespace-service-port`. */
  readonly name: string;
  readonly service: ServicePortRef;
  /** Where the first Ingress that names it is a canary: which requests it gets. Such a one serves no path. */
  readonly shaping: Shaping | null;
  /** The canaries beside it. Only the first counts. */
  readonly alternatives: string[];
}

/** A path of a host. */
export interface Location {
  readonly path: string;
  readonly type: 'Exact' | 'Prefix';
  /** Null: the controller's default backend, which answers 404. */
  upstream: string | null;
  ingress: Manifest | null;
  /** Nobody asked for it: every host has a path `/`. */
  isDefault: boolean;
}

/** What NGINX is made to know. */
export interface Configuration {
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** By host; the empty one stands for all others. */
  readonly servers: ReadonlyMap<string, readonly Location[]>;
}

/**
 * From Ingresses, the oldest first, to what NGINX does with them. Much of it is shared: a canary is put
 * beside the Service of the main Ingress, so it takes part in every path to that Service; and a Service is
 * set up as its first Ingress says. A canary whose path is in no main Ingress is dropped, in all its paths.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/controller.go
 */
export function configure(ingresses: readonly Manifest[], prefix: string): Configuration {
  const canaries = ingresses.filter((ingress) => isCanary(ingress, prefix));
  const mains = ingresses.filter((ingress) => !canaries.includes(ingress));
  const upstreams = upstreamsOf(ingresses, prefix);
  const servers = serversOf(mains, upstreams);
  for (const ingress of ingresses) addLocations(ingress, servers, upstreams);
  if (mains.length > 0) for (const canary of canaries) addAlternatives(canary, servers, upstreams);
  return { upstreams, servers };
}

type Upstreams = Map<string, Upstream>;
type Servers = Map<string, Location[]>;

function isCanary(ingress: Manifest, prefix: string): boolean {
  const value = ingress.metadata.annotations?.[`${prefix}/canary`] ?? '';
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}

interface Path {
  readonly host: string;
  readonly path: string;
  readonly type: 'Exact' | 'Prefix';
  readonly service: ServicePortRef;
}

/** The paths that lead to Services. What is left open is a prefix here, and no path is `/`. */
function pathsOf(ingress: Manifest): readonly Path[] {
  return listOf(fieldsOf(ingress['spec'])['rules']).flatMap((item) => {
    const rule = fieldsOf(item);
    return listOf(fieldsOf(rule['http'])['paths']).flatMap((entry) => {
      const { path, pathType, backend } = fieldsOf(entry);
      const service = serviceOf(ingress, fieldsOf(backend));
      const type = pathType === 'Exact' ? ('Exact' as const) : ('Prefix' as const);
      if (service === null) return [];
      return [{ host: hostIn(rule), path: textOf(path) || '/', type, service }];
    });
  });
}

function serviceOf(ingress: Manifest, backend: Fields): ServicePortRef | null {
  const service = fieldsOf(backend['service']);
  const name = textOf(service['name']);
  if (name === undefined) return null;
  const { name: portName, number } = fieldsOf(service['port']);
  const port = typeof number === 'number' ? number : (textOf(portName) ?? null);
  return { namespace: ingress.metadata.namespace ?? '', name, port };
}

function defaultOf(ingress: Manifest): ServicePortRef | null {
  return serviceOf(ingress, fieldsOf(fieldsOf(ingress['spec'])['defaultBackend']));
}

function nameOf({ namespace, name, port }: ServicePortRef): string {
  return `${namespace}-${name}-${port ?? ''}`;
}

function hostIn(rule: Fields): string {
  return (textOf(rule['host']) ?? '').toLowerCase();
}

function upstreamsOf(ingresses: readonly Manifest[], prefix: string): Upstreams {
  const upstreams: Upstreams = new Map();
  for (const ingress of ingresses) {
    const shaping = isCanary(ingress, prefix) ? shapingOf(ingress.metadata.annotations ?? {}, prefix) : null;
    const services = [defaultOf(ingress) ?? [], ...pathsOf(ingress).map(({ service }) => service)].flat();
    for (const service of services) {
      const name = nameOf(service);
      if (!upstreams.has(name)) upstreams.set(name, { name, service, shaping, alternatives: [] });
    }
  }
  return upstreams;
}

function serversOf(mains: readonly Manifest[], upstreams: Upstreams): Servers {
  const rest: Location = { path: '/', type: 'Prefix', upstream: null, ingress: null, isDefault: true };
  const servers: Servers = new Map([['', [rest]]]);
  for (const ingress of mains) {
    const service = defaultOf(ingress);
    const upstream = service === null ? null : (upstreams.get(nameOf(service))?.name ?? null);
    const rules = listOf(fieldsOf(ingress['spec'])['rules']).map(fieldsOf);
    if (upstream !== null) {
      Object.assign(rest, { upstream, ingress, isDefault: rest.isDefault && rules.length > 0 });
    }
    for (const host of rules.map(hostIn)) {
      if (!servers.has(host)) {
        servers.set(host, [{ path: '/', type: 'Prefix', upstream, ingress, isDefault: true }]);
      }
    }
  }
  return servers;
}

/** The first Ingress that asks for a path gets it. */
function addLocations(ingress: Manifest, servers: Servers, upstreams: Upstreams): void {
  for (const { host, path, type, service } of pathsOf(ingress)) {
    const upstream = upstreams.get(nameOf(service));
    if (upstream === undefined || upstream.shaping !== null) continue;
    const locations = servers.get(host) ?? servers.get('') ?? [];
    const found = locations.find((location) => location.path === path && location.type === type);
    const location = { path, type, upstream: upstream.name, ingress, isDefault: false };
    if (found === undefined) locations.push(location);
    else if (found.isDefault) Object.assign(found, location);
  }
}

function addAlternatives(canary: Manifest, servers: Servers, upstreams: Upstreams): void {
  const fallback = defaultOf(canary);
  if (fallback !== null) merge(fallback, servers.get('') ?? [], upstreams);
  for (const { host, path, type, service } of pathsOf(canary)) {
    const locations = servers.get(host);
    if (locations === undefined) continue;
    const isSame = (location: Location) => location.path === path && location.type === type;
    merge(service, locations, upstreams, isSame);
  }
}

function merge(
  service: ServicePortRef,
  locations: readonly Location[],
  upstreams: Upstreams,
  isSame: (location: Location) => boolean = () => true,
): void {
  const alternative = upstreams.get(nameOf(service));
  if (alternative === undefined) return;
  let isMerged = false;
  for (const location of locations) {
    const main = location.upstream === null ? undefined : upstreams.get(location.upstream);
    if (main === alternative) return;
    if (main === undefined || main.shaping !== null || !isSame(location)) continue;
    if (!main.alternatives.includes(alternative.name)) main.alternatives.push(alternative.name);
    isMerged = true;
  }
  if (!isMerged) upstreams.delete(alternative.name);
}
