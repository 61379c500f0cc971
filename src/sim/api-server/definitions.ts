import type { Manifest } from '../../api/meta.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import { ApiError, type Change, type Kind } from './api.ts';
import type { Catalog, Column, Served, Version } from './catalog.ts';
import type { Deleter } from './deleter.ts';
import { qualified } from './errors.ts';
import { byPriority } from './http/groups.ts';
import { metadataSchema } from './schema/builtin.ts';
import { readCrdVersion } from './schema/openapi.ts';
import type { Schema } from './schema/schema.ts';
import type { Store } from './store.ts';
import { CLEANUP, isTerminating, terminating } from './terminating.ts';
import { timestamp } from './timestamp.ts';
import { placeOf, type Writer } from './writer.ts';

/** What the keeper of definitions works with. */
export interface DefinitionMeans {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly deleter: Deleter;
  readonly clock: Clock;
  readonly random: Random;
}

/** The part of a CustomResourceDefinition that is looked at. */
interface DefinitionSpec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: {
    readonly plural: string;
    readonly kind: string;
    readonly singular?: string;
    readonly listKind?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions: readonly DefinedVersion[];
}

interface DefinedVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: object };
  readonly additionalPrinterColumns?: readonly Column[];
  readonly subresources?: {
    readonly status?: object;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
}

const WHO = { manager: 'kube-apiserver', subresource: 'status' } as const;
/** From a definition to its establishment, and from its deletion to that of its objects, milliseconds. */
const [SOONEST_MS, LATEST_MS] = [10, 60];

/**
 * Serves custom resources as their definitions say. A new definition is accepted and established after a
 * small delay; one that is deleted takes its objects along.
 */
export class Definitions {
  readonly #means: DefinitionMeans;
  readonly #due = new Set<Cancel>();
  readonly #stop: Cancel;

  constructor(means: DefinitionMeans) {
    this.#means = means;
    this.#stop = means.store.onChange((change) => this.#see(change));
  }

  /** Ends looking after definitions. */
  stop(): void {
    this.#stop();
    for (const cancel of this.#due) cancel();
  }

  #see({ kind, before, after, version }: Change): void {
    if (kind.resource !== kinds.customResourceDefinitions.resource) {
      if (after === null && before !== null) this.#release(kind);
      return;
    }
    const { catalog } = this.#means;
    if (after === null) {
      if (before !== null) catalog.remove(resourceOf(before));
      return;
    }
    const isGoing = after.metadata.deletionTimestamp !== undefined;
    if (isEstablished(after) && !isGoing) {
      const former = before?.['spec'] === after['spec'] ? catalog.find(resourceOf(after))?.since : undefined;
      catalog.add({ ...servedBy(after), since: former ?? version });
    }
    const isNews = before?.['spec'] !== after['spec'] || before?.metadata !== after.metadata;
    if (isNews && (isGoing || !isEstablished(after))) this.#later(after);
  }

  #later(definition: Manifest): void {
    const { clock, random } = this.#means;
    const cancel = clock.after(random.int(SOONEST_MS, LATEST_MS), () => {
      this.#due.delete(cancel);
      const live = this.#means.store.get(kinds.customResourceDefinitions, placeOf(definition));
      if (live === null || live.metadata.uid !== definition.metadata.uid) return;
      if (live.metadata.deletionTimestamp !== undefined) this.#end(live);
      else if (!isEstablished(live)) this.#establish(live);
    });
    this.#due.add(cancel);
  }

  #establish(definition: Manifest): void {
    const now = timestamp(this.#means.clock.now());
    const { names, versions } = specOf(definition);
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
      reason,
      message,
    });
    const status = {
      acceptedNames: withDefaultNames(names),
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
    };
    this.#change(definition, (live) => ({ ...live, status }), true);
  }

  /** Deletes the objects of a definition; their own finalizers may take their time. */
  #end(definition: Manifest): void {
    const { store, catalog, deleter } = this.#means;
    const served = catalog.find(resourceOf(definition)) ?? servedBy(definition);
    const stage = 'InstanceDeletionInProgress';
    if (!isTerminating(definition, stage)) {
      const now = timestamp(this.#means.clock.now());
      this.#change(definition, (live) => terminating(live, now, stage), true);
    }
    for (const object of store.list(served.kind)) deleter.delete(served, placeOf(object), {});
    if (store.list(served.kind).length > 0) return;
    this.#change(definition, (live) => {
      const finalizers = (live.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP);
      return { ...live, metadata: { ...live.metadata, finalizers } };
    });
  }

  /** The last object of a kind whose definition waits for that may be gone. */
  #release(kind: Kind): void {
    const place = { name: qualified(kind) };
    const definition = this.#means.store.get(kinds.customResourceDefinitions, place);
    if (definition?.metadata.deletionTimestamp === undefined) return;
    if (this.#means.store.list(kind).length === 0) this.#later(definition);
  }

  #change(definition: Manifest, next: (live: Manifest) => Manifest, isStatus = false): void {
    const served = this.#means.catalog.get(kinds.customResourceDefinitions);
    const { manager, subresource } = WHO;
    const how = isStatus ? { manager, subresource } : { manager };
    try {
      this.#means.writer.update(served, placeOf(definition), next, { ...how, isPatch: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

function specOf(definition: Manifest): DefinitionSpec {
  return definition['spec'] as DefinitionSpec;
}

function resourceOf(definition: Manifest): Pick<Kind, 'group' | 'resource'> {
  const { group, names } = specOf(definition);
  return { group, resource: names.plural };
}

function isEstablished(definition: Manifest): boolean {
  const { conditions } = (definition['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
  };
  return (conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True');
}

function withDefaultNames(names: DefinitionSpec['names']): DefinitionSpec['names'] {
  const { kind } = names;
  return {
    ...names,
    singular: names.singular ?? kind.toLowerCase(),
    listKind: names.listKind ?? `${kind}List`,
  };
}

function servedBy(definition: Manifest): Served {
  const { group, scope, names, versions } = specOf(definition);
  const stored = versions.find(({ storage }) => storage)?.name ?? versions[0]?.name ?? 'v1';
  const {
    plural: resource,
    kind,
    singular = '',
    listKind = '',
    shortNames,
    categories,
  } = withDefaultNames(names);
  return {
    kind: { group, version: stored, resource, kind, namespaced: scope === 'Namespaced' },
    listKind,
    singular,
    shortNames: shortNames ?? [],
    categories: categories ?? [],
    versions: versions
      .filter(({ name, served }) => served || name === stored)
      .map((version) => versionBy(group, kind, version, versions)),
    origin: 'custom',
    hasGeneration: true,
  };
}

const compiled = new WeakMap<DefinedVersion, Schema>();

/** Compiled once for each version of a definition: unchanged parts are the same objects, in every server. */
function compile(version: DefinedVersion): Schema {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const schema = readCrdVersion(version, metadataSchema());
  compiled.set(version, schema);
  return schema;
}

function versionBy(
  group: string,
  kind: string,
  version: DefinedVersion,
  all: readonly DefinedVersion[],
): Version {
  const { name, subresources, deprecated, schema } = version;
  const scale = subresources?.scale;
  const [newest] = all
    .filter((other) => other.served && other.deprecated !== true && byPriority(other.name, name) < 0)
    .map((other) => other.name)
    .sort(byPriority);
  const instead = newest === undefined ? '' : `; use ${group}/${newest} ${kind}`;
  const warning = version.deprecationWarning ?? `${group}/${name} ${kind} is deprecated${instead}`;
  const raw = schema?.openAPIV3Schema;
  return {
    name,
    schema: () => compile(version),
    ...(raw === undefined ? {} : { source: () => raw }),
    columns: version.additionalPrinterColumns ?? [],
    scale:
      scale === undefined
        ? null
        : {
            spec: scale.specReplicasPath,
            status: scale.statusReplicasPath,
            ...(scale.labelSelectorPath === undefined ? {} : { selector: scale.labelSelectorPath }),
          },
    hasStatus: subresources?.status !== undefined,
    ...(deprecated === true ? { deprecationWarning: warning } : {}),
  };
}
