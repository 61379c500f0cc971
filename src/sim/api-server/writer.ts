import type { JsonObject, Manifest, ObjectMeta } from '../../api/meta.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import type { Kind, Place, Writing } from './api.ts';
import { type Served, versionOf } from './catalog.ts';
import { type Draft, decoded, type Reading, schemaOf } from './decoding.ts';
import { alreadyExists, badRequest, forbidden, invalid, notFound, qualified } from './errors.ts';
import { share } from './frozen.ts';
import { applied, managed } from './managers.ts';
import { changedMetadataCauses, metadataCauses, metadataWarnings, withSingleOwners } from './metadata.ts';
import { finalized, fresh, overlaid, stamped, versionOfNew, withoutStatus } from './overlay.ts';
import { checkPreconditions } from './preconditions.ts';
import { withDefaults, withDefaultsAfterApply } from './schema/defaulting.ts';
import { validate } from './schema/validate.ts';
import { sizeCauses } from './sizes.ts';
import type { Store } from './store.ts';
import { strategyOf } from './strategy/strategy.ts';
import { timestamp } from './timestamp.ts';

/** A write, how it is meant and how it is to be read. */
export interface How extends Writing, Reading {
  /** Server-side apply: what is applied, and whether it takes fields from others. */
  readonly apply?: { readonly object: Draft; readonly force: boolean };
  /** The Scale of a custom resource does not say that it is one. */
  readonly isUntold?: boolean;
  /** Checks and answers, but stores nothing. */
  readonly dryRun?: boolean;
}

/** What writing needs. */
export interface Means {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The rules of writing: what a new object gets, what of an update counts, when an update is an end. The same
 * for those in the process and for those who come by HTTP.
 */
export class Writer {
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Stores a new object. The namespace must be set where the kind lives in one. */
  create(served: Served, draft: Draft, how: How): Manifest {
    const { store, clock, random } = this.#means;
    const { kind } = served;
    const read = decoded(served, this.#sent(served, null, draft, how), how);
    const given = metadataOf(read);
    if ((given.resourceVersion ?? '') !== '') throw versionOfNew();
    const name = given.name || completedName(given.generateName ?? '', random);
    this.#admit(kind, given.namespace, name);
    if (name === '') throw invalid(kind, '', [nameless]);
    for (const warning of metadataWarnings(given, served.origin !== 'built-in')) how.warn?.(warning);
    const metadata: ObjectMeta = {
      ...withSingleOwners(fresh(given)),
      name,
      uid: random.uuid(),
      creationTimestamp: timestamp(clock.now()),
      ...(served.hasGeneration ? { generation: 1 } : {}),
      ...(how.apply === undefined ? {} : { managedFields: given.managedFields ?? [] }),
    };
    const made = withDefaultsOf(served, stamped(served, { ...withoutStatus(served, read), metadata }), how);
    // What the server adds from here on belongs to nobody.
    const owned = how.apply === undefined ? managed(served, null, made, how, clock.now()) : made;
    const completed = strategyOf(kind).create?.(owned, this.#means);
    const object = share(
      completed === undefined ? owned : withDefaultsOf(served, completed, how),
      undefined,
    ) as Manifest;
    this.#check(served, object, null);
    const taken = store.get(kind, placeOf(object));
    if (taken !== null) throw alreadyExists(kind, name, taken.metadata.deletionTimestamp !== undefined);
    return how.dryRun === true ? object : store.put(kind, null, object);
  }

  /** Replaces an object by what `next` makes of it. Without a change nothing is written. */
  update(served: Served, place: Place, next: (live: Manifest) => Draft, how: How): Manifest {
    const { store } = this.#means;
    const { kind } = served;
    const live = store.get(kind, place);
    if (live === null) throw notFound(kind, place.name);
    const draft = decoded(served, this.#sent(served, live, next(live), how), how);
    const given = metadataOf(how.apply === undefined ? draft : how.apply.object);
    checkPreconditions(served, live, given, how.isPatch === true);
    const after = this.#merged(served, live, draft, how);
    this.#check(served, after, live, given, how.subresource === 'binding');
    if (after === live || how.dryRun === true) return after;
    // The one who lets go last does not store anything: the object ends as it was.
    if (!isOver(after)) return store.put(kind, live, after);
    store.remove(kind, live);
    return after;
  }

  /** What is to be stored: what was sent, or what applying it leads to. */
  #sent(served: Served, live: Manifest | null, draft: Draft, how: How): Draft {
    if (how.apply === undefined) return draft;
    const object = applied(served, live, how.apply, how, this.#means.clock.now());
    const { namespace } = metadataOf(draft);
    if (namespace === undefined || live !== null) return object;
    return { ...object, metadata: { ...metadataOf(object), namespace } };
  }

  /** The object after an update, sharing with the live one what is the same; the live one if all is. */
  #merged(served: Served, live: Manifest, draft: Draft, how: How): Manifest {
    if (how.subresource === 'finalize') return finalized(live, draft);
    const { hasStatus } = versionOf(served, served.kind.version);
    const made = overlaid(served, live, draft, how);
    const completed = strategyOf(served.kind).update?.(made, live) ?? made;
    const after = share(withDefaultsOf(served, completed, how), live) as Manifest;
    if (after === live) return live;
    const isCounted = served.hasGeneration && how.subresource !== 'binding';
    const isNew = isNewSpec(live, after, hasStatus) || isNewToo(served.kind, live, after, how);
    const raised = isCounted && isNew ? withNextGeneration(live, after) : after;
    const now = this.#means.clock.now();
    // Nobody owns the node of a pod: it comes by a binding.
    const isTracked = how.apply === undefined && how.subresource !== 'binding';
    return share(isTracked ? managed(served, live, raised, how, now) : raised, live) as Manifest;
  }

  #check(
    served: Served,
    object: Manifest,
    live: Manifest | null,
    given: ObjectMeta | null = null,
    isBinding = false,
  ): void {
    if (object === live && given === live?.metadata) return;
    const { kind } = served;
    const schema = schemaOf(served);
    const isCustom = served.origin !== 'built-in';
    const ruled = (isBinding ? undefined : strategyOf(kind).causes?.(object, live)) ?? [];
    const formal =
      schema === null ? [] : validate(asJson(object), schema, live === null ? null : asJson(live));
    const causes = [
      ...(live !== null && given !== null ? twice(changedMetadataCauses(live.metadata, given)) : []),
      ...(object.metadata === live?.metadata ? [] : metadataCauses(kind, object.metadata, isCustom)),
      ...ruled,
      // What a rule says better is not said again.
      ...formal.filter(
        ({ field, reason }) => !ruled.some((other) => other.field === field && other.reason === reason),
      ),
      ...(isCustom ? sizeCauses(object, versionOf(served, kind.version).scale) : []),
    ];
    if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
  }

  /** Objects need their definition and their namespace, and one that is going takes in nothing new. */
  #admit(kind: Kind, namespace: string | undefined, name: string): void {
    const { store } = this.#means;
    const definition = store.get(kinds.customResourceDefinitions, { name: qualified(kind) });
    if (definition?.metadata.deletionTimestamp !== undefined) {
      throw forbidden(kind, name, 'create not allowed while custom resource definition is terminating');
    }
    if (!kind.namespaced) return;
    if (namespace === undefined || namespace === '') {
      throw badRequest('an empty namespace may not be set during creation');
    }
    const home = store.get(kinds.namespaces, { name: namespace });
    if (home === null) throw notFound(kinds.namespaces, namespace);
    if (home.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(kind, name, why, [
      { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
    ]);
  }
}

/** The longest name is that of a label, of which the server makes up the end. */
const MOST_GENERATED = 58;

function completedName(start: string, random: Random): string {
  return start === '' ? '' : `${start.slice(0, MOST_GENERATED)}${random.suffix(5)}`;
}

/** Of Deployments annotations count, too, unless they come with the status. */
function isNewToo(kind: Kind, live: Manifest, after: Manifest, { subresource }: How): boolean {
  if (kind.kind !== 'Deployment' || kind.group !== 'apps' || subresource === 'status') return false;
  return !isSameJson(live.metadata.annotations, after.metadata.annotations);
}

function withNextGeneration(live: Manifest, after: Manifest): Manifest {
  const generation = (live.metadata.generation ?? 0) + 1;
  return { ...after, metadata: { ...after.metadata, generation } };
}

/** The real one asks in two places, and says what it found in both. */
function twice<T>(list: readonly T[]): readonly T[] {
  return [...list, ...list];
}

/** Where an object is. */
export function placeOf(object: { readonly metadata: ObjectMeta }): Place {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** The metadata of a draft; empty where there is none. */
export function metadataOf(draft: Draft): ObjectMeta {
  const metadata = draft['metadata'];
  return (typeof metadata === 'object' && metadata !== null ? metadata : { name: '' }) as ObjectMeta;
}

const nameless = {
  reason: 'FieldValueRequired',
  field: 'metadata.name',
  message: 'Required value: name or generateName is required',
} as const;

function withDefaultsOf(served: Served, given: Manifest, how: How): Manifest {
  const schema = schemaOf(served);
  const object = strategyOf(served.kind).defaults?.(given) ?? given;
  if (schema === null) return object;
  const complete = how.apply === undefined ? withDefaults : withDefaultsAfterApply;
  return complete(asJson(object), schema) as unknown as Manifest;
}

function asJson(object: Manifest): JsonObject {
  return object as unknown as JsonObject;
}

/** Whether anything but metadata and status is another one than before: unchanged parts are shared. */
function isNewSpec(live: Manifest, after: Manifest, hasStatus: boolean): boolean {
  const fields = new Set([...Object.keys(live), ...Object.keys(after)]);
  fields.delete('metadata');
  if (hasStatus) fields.delete('status');
  return [...fields].some((field) => live[field] !== after[field]);
}

/** Deleted, and nobody holds on to it any more. */
function isOver(object: Manifest): boolean {
  if (object.kind === 'Namespace' && holdsContent(object)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}

/** A namespace ends when its own finalizers, those of its spec, are gone. */
export function holdsContent(namespace: Manifest): boolean {
  const spec = namespace['spec'] as { readonly finalizers?: readonly string[] } | undefined;
  return (spec?.finalizers ?? []).length > 0;
}
