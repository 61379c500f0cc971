import type { Kind } from './api.ts';
import { builtins } from './builtins.ts';
import { notServed, qualified } from './errors.ts';
import { builtinSchema } from './schema/builtin.ts';
import type { Schema } from './schema/schema.ts';

/** Where a custom resource keeps its size, as dotted paths: `.spec.replicas`. */
export interface ScalePaths {
  readonly spec: string;
  readonly status: string;
  /** Absent: no autoscaler can find the pods. */
  readonly selector?: string;
}

/** A column of `kubectl get`, found by a JSONPath without braces. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** Above 0: shown with `-o wide` only. */
  readonly priority?: number;
  readonly jsonPath: string;
}

/** One version of a resource. */
export interface Version {
  readonly name: string;
  /** Null: anything goes. Compiled when it is first asked for. */
  readonly schema: () => Schema | null;
  /** The schema in the words of OpenAPI, of custom resources. */
  readonly source?: () => object;
  readonly columns: readonly Column[];
  readonly scale: ScalePaths | null;
  readonly hasStatus: boolean;
  readonly deprecationWarning?: string;
}

/** A resource that is served, and what its kind does beyond storing objects. */
export interface Served {
  /** In the version in which it is stored. */
  readonly kind: Kind;
  readonly listKind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly versions: readonly Version[];
  /** Custom resources come from a CustomResourceDefinition or are assumed to have one. */
  readonly origin: 'built-in' | 'custom' | 'assumed';
  /** Version from which on changes are remembered, of custom resources: the one that began to serve it. */
  readonly since?: number;
  /** Whether `metadata.generation` is kept. */
  readonly hasGeneration: boolean;
}

/** What is served: the built-in kinds, and those that definitions add. */
export class Catalog {
  readonly #served = new Map<string, Served>();
  readonly #assumed = new Map<string, Served>();
  #revision = 0;

  /** `assumed`: custom kinds that are served although no definition was created. */
  constructor(assumed: readonly Kind[]) {
    for (const served of builtins) this.#served.set(qualified(served.kind), served);
    for (const kind of assumed) {
      const key = qualified(kind);
      if (!this.#served.has(key)) this.#assumed.set(key, assume(kind));
    }
  }

  /** Raised whenever something else is served than before. */
  get revision(): number {
    return this.#revision;
  }

  /** Everything, the core group first, then by group. */
  all(): readonly Served[] {
    return [...new Map([...this.#assumed, ...this.#served]).values()];
  }

  /** Null where nothing of this name is served. */
  find(resource: Pick<Kind, 'group' | 'resource'>): Served | null {
    const key = qualified(resource);
    return this.#served.get(key) ?? this.#assumed.get(key) ?? null;
  }

  /** As `find`, but throws NotFound. */
  get(resource: Pick<Kind, 'group' | 'resource'>): Served {
    const served = this.find(resource);
    if (served === null) throw notServed();
    return served;
  }

  /** Serves a custom resource from now on, or serves it otherwise than before. */
  add(served: Served): void {
    const key = qualified(served.kind);
    const kind = this.#assumed.get(key)?.kind;
    const isSame = kind !== undefined && kind.version === served.kind.version;
    this.#served.set(key, isSame ? { ...served, kind } : served);
    this.#revision++;
  }

  /** Ends serving a custom resource. */
  remove(resource: Pick<Kind, 'group' | 'resource'>): void {
    const key = qualified(resource);
    if (this.#served.get(key)?.origin === 'custom') this.#served.delete(key);
    this.#assumed.delete(key);
    this.#revision++;
  }
}

/** The version of a resource that a caller asked for; throws NotFound. */
export function versionOf(served: Served, name: string): Version {
  const version = served.versions.find((candidate) => candidate.name === name);
  if (version === undefined) throw notServed();
  return version;
}

function assume(kind: Kind): Served {
  return {
    kind,
    listKind: `${kind.kind}List`,
    singular: kind.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    versions: [
      {
        name: kind.version,
        schema: () => builtinSchema(`${kind.group}/${kind.version}`, kind.kind),
        columns: [],
        scale: assumedScale(kind),
        hasStatus: withStatus(kind),
      },
    ],
    origin: 'assumed',
    hasGeneration: true,
  };
}

/** As in our own definitions and in those of the Gateway API. */
function withStatus(kind: Kind): boolean {
  return kind.group !== 'argoproj.io' || kind.resource === 'rollouts';
}

function assumedScale(kind: Kind): ScalePaths | null {
  if (kind.resource !== 'rollouts') return null;
  return { spec: '.spec.replicas', status: '.status.HPAReplicas', selector: '.status.selector' };
}
