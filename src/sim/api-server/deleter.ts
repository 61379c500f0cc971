import type { Manifest, ObjectMeta } from '../../api/meta.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { kinds } from '../kinds.ts';
import type { Deletion, Kind, Place } from './api.ts';
import type { Served } from './catalog.ts';
import { forbidden, notFound, qualified } from './errors.ts';
import { omit } from './omit.ts';
import { checkDeletion } from './preconditions.ts';
import { CLEANUP, terminating } from './terminating.ts';
import { timestamp } from './timestamp.ts';
import { holdsContent, type Means } from './writer.ts';

/** What became of an object that was to be deleted. */
export interface Removed {
  readonly kind: 'gone' | 'going';
  /** As it is now, or was at last. */
  readonly object: Manifest;
}

/** Namespaces that no cluster is without. */
const NEEDED = ['default', 'kube-public', 'kube-system'];
const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * Deletes: at once, or by marking the object, where pods want time and finalizers want to be heard. What
 * becomes of dependents is left to the garbage collector, which reads it off the finalizers.
 */
export class Deleter {
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Throws NotFound, and Conflict where a precondition does not hold. */
  delete(served: Served, place: Place, deletion: Deletion & { readonly dryRun?: boolean }): Removed {
    const { store } = this.#means;
    const { kind } = served;
    const live = store.get(kind, place);
    if (live === null) throw notFound(kind, place.name);
    checkDeletion(served, live, deletion);
    if (qualified(kind) === 'namespaces' && NEEDED.includes(live.metadata.name)) {
      throw forbidden(kind, live.metadata.name, 'this namespace may not be deleted');
    }
    const isDefinition = qualified(kind) === qualified(kinds.customResourceDefinitions);
    const wanted = finalizersOf(kind, live.metadata, deletion);
    const isFirst = live.metadata.deletionTimestamp === undefined;
    const finalizers = isDefinition && isFirst ? [...wanted, CLEANUP] : wanted;
    const graceSeconds = graceOf(kind, live, deletion);
    const isHeld = finalizers.length > 0 || (live.kind === 'Namespace' && holdsContent(live));
    if (!isHeld && qualified(kind) !== 'pods') {
      if (deletion.dryRun === true) return { kind: 'gone', object: live };
      const resourceVersion = String(store.remove(kind, live));
      return { kind: 'gone', object: { ...live, metadata: { ...live.metadata, resourceVersion } } };
    }
    const isEnding = isDefinition && isFirst;
    const seen = isEnding ? terminating(live, timestamp(this.#means.clock.now())) : live;
    const marked = this.#mark(kind, seen, finalizers, graceSeconds);
    const isGone = !isHeld && graceSeconds === 0;
    const word = isGone ? 'gone' : 'going';
    if (deletion.dryRun === true) return { kind: word, object: marked };
    // A pod that goes at once says so first, and everybody sees both.
    const stored = marked === live ? live : store.put(kind, live, marked);
    if (isGone) store.remove(kind, stored);
    return { kind: word, object: stored };
  }

  /** The object with the moment of its deletion. A later wish may shorten the time, never lengthen it. */
  #mark(kind: Kind, live: Manifest, finalizers: readonly string[], graceSeconds: number): Manifest {
    const old = live.metadata;
    const { deletionTimestamp, deletionGracePeriodSeconds: oldSeconds = 0 } = old;
    const isFirst = deletionTimestamp === undefined;
    const isSooner = isFirst || graceSeconds < oldSeconds;
    const isSame = isSameJson(finalizers, old.finalizers ?? []);
    if (!isSooner && isSame) return live;
    // Counted from when it was first asked for.
    const now = this.#means.clock.now();
    const asked = isFirst ? now : Date.parse(deletionTimestamp) - oldSeconds * 1000;
    const isNamespace = qualified(kind) === 'namespaces';
    // These are deleted in a way of their own, which knows no time of grace.
    const isOwnWay = isNamespace || qualified(kind) === qualified(kinds.customResourceDefinitions);
    const metadata = {
      ...omit(old, 'finalizers'),
      ...(finalizers.length === 0 && isSame ? {} : { finalizers }),
      ...(isSooner ? { deletionTimestamp: timestamp(asked + graceSeconds * 1000) } : {}),
      ...(isSooner && !isOwnWay ? { deletionGracePeriodSeconds: graceSeconds } : {}),
      ...(isFirst && !isOwnWay && old.generation !== undefined ? { generation: old.generation + 1 } : {}),
    };
    const going = { ...live, metadata };
    if (!isNamespace) return going;
    return { ...going, status: { ...(live['status'] as object), phase: 'Terminating' } };
  }
}

/** The finalizers with the one that says what becomes of dependents. */
function finalizersOf(kind: Kind, { finalizers = [] }: ObjectMeta, deletion: Deletion): readonly string[] {
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN);
  switch (deletion.propagation) {
    case 'Foreground':
      return [...others, FOREGROUND];
    case 'Orphan':
      return [...others, ORPHAN];
    case 'Background':
      return others;
    case undefined:
      if (others.length < finalizers.length) return finalizers;
      // The one kind whose pods stay unless one says otherwise: as it was in the first version of the API.
      return qualified(kind) === qualified(kinds.jobs) ? [...others, ORPHAN] : others;
    default:
      return deletion.propagation satisfies never;
  }
}

/** Seconds until a pod may be gone. It takes none where no kubelet has anything to stop. */
function graceOf(kind: Kind, live: Manifest, deletion: Deletion): number {
  if (qualified(kind) !== 'pods') return 0;
  const spec = live['spec'] as
    | { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number }
    | undefined;
  const { phase } = (live['status'] ?? {}) as { readonly phase?: string };
  if (!spec?.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
  const wanted = deletion.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  // Less than nothing was once the word for at once.
  const seconds = wanted < 0 ? 1 : wanted;
  const { deletionTimestamp, deletionGracePeriodSeconds } = live.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return seconds;
  return Math.min(seconds, deletionGracePeriodSeconds);
}
