import { ANNOTATION_PREFIX } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import { fieldsOf, textOf } from '../../routers/fields.ts';
import { kinds } from '../kinds.ts';
import {
  type Backend,
  backend,
  type DataPlane,
  hostOf,
  type MeshRequest,
  type Objects,
  type Routing,
  type ServicePortRef,
  type Via,
} from './data-plane.ts';
import { podsOf } from './endpoints.ts';
import { locationOf } from './nginx/location.ts';
import { type Configuration, configure, type Location, type Upstream } from './nginx/servers.ts';
import { shareOf } from './nginx/shaping.ts';

/** How the ingress controller was started. */
export interface NginxOptions {
  /** The names of its classes, as Ingresses write them. */
  readonly classes: readonly string[];
  /** What stands before the slash in its annotations. */
  readonly annotationPrefix: string;
}

/** As its Helm chart starts it. */
export const NGINX_OPTIONS: NginxOptions = {
  classes: ['nginx'],
  annotationPrefix: ANNOTATION_PREFIX.nginx,
};

/**
 * The NGINX Ingress controller. Without ready pods behind the canary all requests go to the main Service;
 * without ready pods behind the main Service all get 503, whatever the canary's weight. Cookie affinity, and
 * the rewriting of paths (not the way in which they match then), are left out.
 * Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function nginx(options: NginxOptions): DataPlane {
  return { name: 'nginx', route: (objects, request) => route(objects, request, options) };
}

const NOT_FOUND: Routing = { kind: 'answer', status: 404, reason: 'no Ingress has this path' };
/** Connections that are refused go to the next pod: `proxy_next_upstream_tries`. */
const TRIES = 3;

function route(objects: Objects, request: MeshRequest, options: NginxOptions): Routing | null {
  const prefix = options.annotationPrefix;
  const ingresses = objects
    .list(kinds.ingresses)
    .filter((ingress) => isOurs(ingress, options))
    .sort(inOrder);
  const configuration = configure(ingresses, prefix);
  const locations = serverOf(configuration, hostOf(request));
  const located = locationOf(locations, request, prefix);
  if (located.kind === 'unknown') return refused(located.why);
  const { location } = located;
  if (location === null || location.upstream === null || location.ingress === null) {
    return locations.every(({ isDefault }) => isDefault) ? null : NOT_FOUND;
  }
  const main = configuration.upstreams.get(location.upstream);
  if (main === undefined || !hasPods(objects, main.service)) {
    return { kind: 'answer', status: 503, reason: `${location.upstream} has no ready pods` };
  }
  const split = backendsOf(objects, main, configuration, request);
  if (split.kind === 'unknown') return refused(split.why);
  const via = viaOf(location.ingress, location, main, hostOf(request));
  return { kind: 'backends', via, backends: split.backends, mirrors: [], tries: TRIES, spread: 'in turn' };
}

type Split =
  | { readonly kind: 'split'; readonly backends: readonly Backend[] }
  | { readonly kind: 'unknown'; readonly why: string };

function backendsOf(
  objects: Objects,
  main: Upstream,
  { upstreams }: Configuration,
  request: MeshRequest,
): Split {
  const all: Split = { kind: 'split', backends: [backend(main.service, 1)] };
  const [first] = main.alternatives;
  const alternative = first === undefined ? undefined : upstreams.get(first);
  if (alternative === undefined || alternative.shaping === null) return all;
  if (!hasPods(objects, alternative.service)) return all;
  const told = shareOf(alternative.shaping, request);
  if (told.kind === 'unknown') return told;
  const { share } = told;
  const backends = [backend(main.service, 1 - share), backend(alternative.service, share, true)];
  return { kind: 'split', backends: backends.filter(({ weight }) => weight > 0) };
}

function hasPods(objects: Objects, service: ServicePortRef): boolean {
  const found = podsOf(objects, service);
  return found.kind === 'endpoints' && found.endpoints.length > 0;
}

function viaOf(ingress: Manifest, { path }: Location, { service }: Upstream, host: string): Via {
  const { namespace = '', name } = ingress.metadata;
  return { kind: 'Ingress', namespace, name, host, path, service: service.name };
}

function refused(why: string): Routing {
  return { kind: 'refused', message: `the simulated NGINX cannot tell where this goes: ${why}` };
}

/** The host itself, or one label in the place of a star, or all other hosts. */
function serverOf({ servers }: Configuration, host: string): readonly Location[] {
  return servers.get(host) ?? servers.get(host.replace(/^[\w-]+\./, '*.')) ?? servers.get('') ?? [];
}

/** The annotation is looked at first. Without a class an Ingress belongs to nobody. */
function isOurs(ingress: Manifest, { classes }: NginxOptions): boolean {
  const annotated = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  const named = annotated ?? textOf(fieldsOf(ingress['spec'])['ingressClassName']);
  return named !== undefined && classes.includes(named);
}

/** The oldest first; of the same second, against the order of `namespace/name`. */
function inOrder(one: Manifest, other: Manifest): number {
  const [a, b] = [one.metadata, other.metadata];
  const age = (a.creationTimestamp ?? '').localeCompare(b.creationTimestamp ?? '');
  if (age !== 0) return age;
  const key = (metadata: typeof a) => `${metadata.namespace ?? ''}/${metadata.name}`;
  return key(a) > key(b) ? -1 : key(a) < key(b) ? 1 : 0;
}
