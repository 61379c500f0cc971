import type { Manifest } from '../../api/meta.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../routers/fields.ts';
import { kinds } from '../kinds.ts';
import {
  type Backend,
  byAge,
  type DataPlane,
  type Destination,
  hostOf,
  type MeshRequest,
  type Objects,
  type Routing,
  type Via,
} from './data-plane.ts';
import { podsOf } from './endpoints.ts';
import { filtersOf, joined, serviceRef } from './gateway/filters.ts';
import { fit, narrowness, type RouteKind } from './gateway/match.ts';

/**
 * A Gateway with every HTTPRoute and GRPCRoute that there is: parents, listeners and ReferenceGrants are not
 * looked at. A call of gRPC goes by GRPCRoutes where one takes it. A share that leads to no Service gets 500.
 * Headers may be changed and requests mirrored; other filters are refused by name.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export const gateway: DataPlane = { name: 'gateway', route };

/** A rule, by one of its matches. */
interface Candidate {
  readonly kind: RouteKind;
  readonly manifest: Manifest;
  readonly host: string;
  readonly rule: Fields;
  readonly match: Fields;
}

function route(objects: Objects, request: MeshRequest): Routing | null {
  const isCall = (request.headers['content-type'] ?? '').startsWith('application/grpc');
  const called = isCall ? candidatesIn(objects, request, 'GRPCRoute') : [];
  const candidates = called.length > 0 ? called : candidatesIn(objects, request, 'HTTPRoute');
  for (const candidate of candidates) {
    const found = fit(candidate.match, request, candidate.kind);
    if (found.kind === 'unknown') return refused(candidate, found.why);
    if (found.kind === 'yes') return follow(objects, candidate);
  }
  return candidates.length > 0 ? { kind: 'answer', status: 404, reason: 'no rule fits' } : null;
}

/** The narrowest first. Of equals, that of the older route, then the first in it. */
function candidatesIn(objects: Objects, request: MeshRequest, kind: RouteKind): readonly Candidate[] {
  const routes = objects.list(kind === 'HTTPRoute' ? kinds.httpRoutes : kinds.grpcRoutes);
  const candidates = [...routes].sort(byAge).flatMap((manifest) => {
    const spec = fieldsOf(manifest['spec']);
    const host = hostFor(listOf(spec['hostnames']).map(String), hostOf(request));
    if (host === null) return [];
    return listOf(spec['rules'])
      .map(fieldsOf)
      .flatMap((rule) => {
        const matches = listOf(rule['matches']).map(fieldsOf);
        const all = matches.length === 0 ? [{}] : matches;
        return all.map((match) => ({ kind, manifest, host, rule, match }));
      });
  });
  const rank = ({ host, match }: Candidate) => [...hostRank(host), ...narrowness(match, kind)];
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate) }))
    .sort((a, b) => compare(b.rank, a.rank))
    .map(({ candidate }) => candidate);
}

/** The narrowest of a route's host names that fits; the empty one where it takes every host. */
function hostFor(hostnames: readonly string[], host: string): string | null {
  if (hostnames.length === 0) return '';
  const fitting = hostnames.filter((name) =>
    name.startsWith('*.')
      ? host.endsWith(name.slice(1).toLowerCase()) && host.length >= name.length
      : name.toLowerCase() === host,
  );
  return [...fitting].sort((a, b) => compare(hostRank(b), hostRank(a)))[0] ?? null;
}

function hostRank(host: string): readonly number[] {
  return [host === '' || host.startsWith('*.') ? 0 : 1, host.length];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, i) => value !== other[i]);
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function follow(objects: Objects, candidate: Candidate): Routing {
  const { rule, manifest } = candidate;
  const namespace = manifest.metadata.namespace ?? '';
  const filters = filtersOf(rule, namespace);
  if (filters.kind === 'unknown') return refused(candidate, filters.why);
  const backends: Backend[] = [];
  for (const ref of listOf(rule['backendRefs']).map(fieldsOf)) {
    const own = filtersOf(ref, namespace);
    if (own.kind === 'unknown') return refused(candidate, own.why);
    // A copy for one backend only is beyond what is simulated.
    if (own.mirrors.length > 0) return refused(candidate, 'filter RequestMirror of a backend');
    const weight = typeof ref['weight'] === 'number' ? ref['weight'] : 1;
    if (weight <= 0) continue;
    const edits = {
      request: joined([...filters.request, ...own.request]),
      response: joined([...filters.response, ...own.response]),
    };
    backends.push({ to: destination(objects, ref, namespace), weight, isAlternative: false, ...edits });
  }
  if (backends.length === 0) return { kind: 'answer', status: 500, reason: 'no backend has a weight' };
  const mirrors = filters.mirrors.filter(({ share }) => share > 0);
  return { kind: 'backends', via: viaOf(candidate), backends, mirrors, tries: 1, spread: 'at random' };
}

function destination(objects: Objects, ref: Fields, namespace: string): Destination {
  const service = serviceRef(ref, namespace);
  if (service === null) {
    const reason = `backend ${textOf(ref['name']) ?? ''} is not a port of a Service`;
    return { kind: 'answer', status: 500, reason };
  }
  const found = podsOf(objects, service);
  if (found.kind === 'missing') return { kind: 'answer', status: 500, reason: found.reason };
  return { kind: 'service', service };
}

function viaOf({ kind, manifest, host, match }: Candidate): Via {
  const { namespace = '', name } = manifest.metadata;
  const path = textOf(fieldsOf(match['path'])['value']) ?? '/';
  return { kind, namespace, name, host, path, service: '' };
}

function refused({ kind, manifest }: Candidate, why: string): Routing {
  const { namespace, name } = manifest.metadata;
  return {
    kind: 'refused',
    message: `the simulated Gateway cannot do what ${kind} ${namespace}/${name} asks: ${why}`,
  };
}
