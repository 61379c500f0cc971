import type { Catalog, Served, Version } from '../catalog.ts';
import { qualified } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { json } from './answers.ts';
import { type Group, groupsOf } from './groups.ts';
import type { Asked, HttpMeans } from './means.ts';
import { mediaParts } from './media.ts';
import { reviews } from './reviews.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;
/** The same in the order in which definitions are told. */
const CUSTOM_VERBS = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
] as const;
const PART_VERBS = ['get', 'patch', 'update'] as const;

/** Answers which kinds there are: all at once, by group, or by version. Null for other paths. */
export function answerDiscovery({ catalog }: HttpMeans, { request, parts }: Asked): ApiAnswer | null {
  const [root, first, second, more] = parts;
  if (request.method !== 'GET' || more !== undefined || (root !== 'api' && root !== 'apis')) return null;
  const groups = groupsOf(catalog);
  if (root === 'api') {
    if (second !== undefined) return null;
    if (first === 'v1') return resourceList(catalog, '', 'v1');
    if (first !== undefined) return null;
    if (wantsAll(request.headers['accept']))
      return aggregated(
        catalog,
        groups.filter(({ name }) => name === ''),
      );
    return json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  }
  const named = groups.filter(({ name }) => name !== '');
  if (first === undefined) {
    if (wantsAll(request.headers['accept'])) return aggregated(catalog, named);
    return json(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupOf) });
  }
  const group = named.find(({ name }) => name === first);
  if (group === undefined) return null;
  if (second === undefined) return json(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) });
  return group.versions.includes(second) ? resourceList(catalog, first, second) : null;
}

function wantsAll(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((clause) => {
    const [type, parameters] = mediaParts(clause);
    const isList = parameters['as'] === 'APIGroupDiscoveryList' && parameters['v'] === 'v2';
    return type === 'application/json' && isList && parameters['g'] === 'apidiscovery.k8s.io';
  });
}

function groupOf({ name, versions }: Group): object {
  const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

function servedIn(catalog: Catalog, group: string, version: string): readonly (readonly [Served, Version])[] {
  return catalog
    .all()
    .filter(({ kind }) => kind.group === group)
    .flatMap((served) => {
      const found = served.versions.find(({ name }) => name === version);
      return found === undefined ? [] : [[served, found] as const];
    })
    .sort(([a], [b]) => (a.kind.resource < b.kind.resource ? -1 : 1));
}

/** A part of a resource: its path, its kind, and what one may do with it. */
interface Part {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

function partsOf({ kind, origin }: Served, version: Version): readonly Part[] {
  const own = { kind: kind.kind, group: kind.group, version: version.name };
  const scale = { kind: 'Scale', group: 'autoscaling', version: 'v1' };
  const isPod = qualified(kind) === 'pods';
  const eviction = { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] };
  const scales = version.scale === null ? [] : [{ name: 'scale', ...scale, verbs: PART_VERBS }];
  const statuses = version.hasStatus ? [{ name: 'status', ...own, verbs: PART_VERBS }] : [];
  return [
    ...(isPod ? [{ name: 'binding', ...own, kind: 'Binding', verbs: ['create'] }, eviction] : []),
    ...(qualified(kind) === 'namespaces' ? [{ name: 'finalize', ...own, verbs: ['update'] }] : []),
    ...(origin === 'custom' ? [...statuses, ...scales] : [...scales, ...statuses]),
  ];
}

function verbsOf({ kind, origin }: Served): readonly string[] {
  if (origin === 'custom') return CUSTOM_VERBS;
  const isWhole = qualified(kind) !== 'namespaces';
  return VERBS.filter((verb) => isWhole || verb !== 'deletecollection');
}

function resourceList(catalog: Catalog, group: string, version: string): ApiAnswer {
  const stored = servedIn(catalog, group, version).flatMap(([served, found]) => {
    const { kind, singular, shortNames, categories } = served;
    const { resource, namespaced } = kind;
    const names = {
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
    };
    const whole = {
      name: resource,
      singularName: singular,
      namespaced,
      kind: kind.kind,
      verbs: verbsOf(served),
    };
    const parts = partsOf(served, found).map((part) => ({
      name: `${resource}/${part.name}`,
      singularName: '',
      namespaced,
      ...(part.group === group ? {} : { group: part.group, version: part.version }),
      kind: part.kind,
      verbs: part.verbs,
    }));
    return [{ ...whole, ...names }, ...parts];
  });
  const asked = reviews
    .filter((review) => review.group === group)
    .map(({ resource, kind }) => {
      const singularName = kind.toLowerCase();
      return { name: resource, singularName, namespaced: false, kind, verbs: ['create'] };
    });
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const resources = [...stored, ...asked];
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' };
  return json(200, { kind: 'APIResourceList', ...apiVersion, groupVersion, resources });
}

function aggregated(catalog: Catalog, groups: readonly Group[]): ApiAnswer {
  const items = groups.map(({ name, versions }) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: [
        ...servedIn(catalog, name, version).map(([served, found]) => described(served, found)),
        ...reviews.filter((review) => review.group === name).map(describedReview),
      ],
      freshness: 'Current',
    })),
  }));
  const list = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  return json(200, list, { 'content-type': AGGREGATED, vary: 'Accept' });
}

function described(served: Served, version: Version): object {
  const { kind, singular, shortNames, categories } = served;
  const { group, resource } = kind;
  const subresources = partsOf(served, version).map((part) => ({
    subresource: part.name,
    responseKind: { group: part.group, version: part.version, kind: part.kind },
    verbs: part.verbs,
  }));
  return {
    resource,
    // Of its own kinds the real one says only the name.
    responseKind:
      served.origin === 'built-in'
        ? { group: '', version: '', kind: kind.kind }
        : { group, version: version.name, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(served),
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

function describedReview({ group, resource, kind }: (typeof reviews)[number]): object {
  return {
    resource,
    responseKind: { group, version: 'v1', kind },
    scope: 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: ['create'],
  };
}
