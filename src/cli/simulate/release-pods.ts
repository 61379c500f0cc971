import { isDeepStrictEqual } from 'node:util';
import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import type { LocalApi } from '../../sim/api-server/api.ts';
import { kinds } from '../../sim/kinds.ts';

/**
 * Tells pods of the version that is released from those of the version before, by their hash: also those that
 * an experiment runs beside both, which are copies of the one or the other.
 */
export class ReleasePods {
  readonly #api: () => LocalApi;
  readonly #known = new Map<string, boolean>();

  constructor(api: () => LocalApi) {
    this.#api = api;
  }

  /** `before`: the hashes of the versions that were there before the release. */
  has({ metadata }: Pick<Manifest, 'metadata'>, before: ReadonlySet<string>): boolean {
    const hash = metadata.labels?.[LABEL.podTemplateHash];
    if (hash === undefined || before.has(hash)) return false;
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const found = !this.#isBaseline(hash, metadata.namespace ?? '', before);
    this.#known.set(hash, found);
    return found;
  }

  /** Claims that a hash is of the version that is released, or of a copy of it: of what has had pods. */
  isNew(hash: string): boolean {
    return this.#known.get(hash) === true;
  }

  /** True of copies that an experiment makes of a version before, to compare with. */
  #isBaseline(hash: string, namespace: string, before: ReadonlySet<string>): boolean {
    const all = this.#api().list(kinds.replicaSets, { namespace }) as readonly Manifest[];
    const sets = all as readonly ReplicaSet[];
    const own = sets.find((set) => hashOf(set) === hash);
    if (own?.metadata.annotations?.[ANNOTATION.experimentName] === undefined) return false;
    return sets.some(
      (set) => before.has(hashOf(set)) && isDeepStrictEqual(containersOf(set), containersOf(own)),
    );
  }
}

function hashOf({ metadata }: ReplicaSet): string {
  return metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

function containersOf({ spec }: ReplicaSet): unknown {
  return spec.template?.spec?.containers;
}
