import type { Manifest } from '../../api/meta.ts';
import type { Kind } from '../api-server/api.ts';
import { kinds } from '../kinds.ts';
import { type Cluster, isNamespaceTerminating, isNotFound, MANAGER, unlessGone } from './cluster.ts';
import { keyOf, placeFor, placeOf } from './shelf.ts';

/** `v1` Namespace, as far as its controller looks at it. */
interface Namespace extends Manifest {
  readonly spec?: { readonly finalizers?: readonly string[] };
}

interface Definition extends Manifest {
  readonly spec?: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly storage: boolean }[];
  };
}

const FINALIZER = 'kubernetes';
/** While something in it takes its time to go. */
const PATIENCE_MS = 200;

/**
 * Empties namespaces that are to be deleted, pods first, and lets them go when nothing is left. The
 * namespaces of every cluster are there from the start.
 */
export function namespaceController(cluster: Cluster): void {
  const { api, view } = cluster;
  const namespaces = view.of<Namespace>(kinds.namespaces);
  for (const name of ['default', 'kube-system']) {
    if (namespaces.get(name) !== null) continue;
    api.create(
      kinds.namespaces,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { manager: MANAGER },
    );
  }
  const queue = cluster.queue((key) => {
    const namespace = namespaces.get(key);
    if (namespace === null || namespace.metadata.deletionTimestamp === undefined) return null;
    return empty(cluster, namespace) ? null : PATIENCE_MS;
  });
  view.on<Namespace>(kinds.namespaces, (_, after) => {
    if (after?.metadata.deletionTimestamp !== undefined) queue.add(keyOf(after));
  });
  for (const namespace of namespaces.all()) queue.add(keyOf(namespace));
}

/** Gives every namespace its ServiceAccount `default`, again when somebody deletes it. */
export function serviceAccountController(cluster: Cluster): void {
  const { api, view } = cluster;
  const namespaces = view.of<Namespace>(kinds.namespaces);
  const accounts = view.of<Manifest>(kinds.serviceAccounts);
  const name = 'default';
  const queue = cluster.queue((namespace) => {
    const home = namespaces.get(namespace);
    const isGoing = home === null || home.metadata.deletionTimestamp !== undefined;
    if (isGoing || accounts.get(`${namespace}/${name}`) !== null) return null;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
    try {
      api.create(kinds.serviceAccounts, account, { manager: MANAGER });
    } catch (error) {
      if (!isNamespaceTerminating(error) && !isNotFound(error)) throw error;
    }
    return null;
  });
  view.on<Namespace>(kinds.namespaces, (_, after) => {
    if (after !== null) queue.add(keyOf(after));
  });
  view.on<Manifest>(kinds.serviceAccounts, (before, after) => {
    if (after === null && before?.metadata.name === name) queue.add(placeOf(keyOf(before)).namespace);
  });
  for (const namespace of namespaces.all()) queue.add(keyOf(namespace));
}

// Whether it is gone.
function empty(cluster: Cluster, namespace: Namespace): boolean {
  const { api } = cluster;
  const { name } = namespace.metadata;
  // Pods first: others may be needed for as long as they run.
  if (clear(cluster, kinds.pods, name) > 0) return false;
  const left = namespacedKinds(cluster).map((kind) => clear(cluster, kind, name));
  if (left.some((count) => count > 0)) return false;
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  const done = { ...namespace, spec: { ...namespace.spec, finalizers } };
  unlessGone(() => api.update(kinds.namespaces, done, { manager: MANAGER, subresource: 'finalize' }));
  return true;
}

// How many are still there afterwards. Of a kind that is not served there are none.
function clear({ api }: Cluster, kind: Kind, namespace: string): number {
  try {
    for (const object of api.list(kind, { namespace })) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      unlessGone(() => api.delete(kind, placeFor(object), { propagation: 'Background' }));
    }
    return api.list(kind, { namespace }).length;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}

function namespacedKinds({ view }: Cluster): readonly Kind[] {
  const builtIn = Object.values(kinds).filter((kind) => kind.namespaced);
  const known = new Set(builtIn.map((kind) => `${kind.resource}.${kind.group}`));
  const definitions = view.of<Definition>(kinds.customResourceDefinitions).all();
  const custom = definitions.flatMap(({ spec }): readonly Kind[] => {
    if (spec === undefined || spec.scope !== 'Namespaced') return [];
    const { group, names, versions } = spec;
    if (known.has(`${names.plural}.${group}`)) return [];
    const version = versions.find(({ storage }) => storage)?.name ?? '';
    return [{ group, version, resource: names.plural, kind: names.kind, namespaced: true }];
  });
  return [...builtIn, ...custom];
}
