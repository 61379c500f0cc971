import { ANNOTATION, LABEL } from '../api/keys.ts';
import { resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ReplicaSet } from '../api/workload.ts';
import {
  type ConfigurationKind,
  type ConfigurationRef,
  configurationRefs,
} from '../core/rollout/configuration.ts';
import {
  type Configuration,
  type ConfigurationObject,
  configurationOf,
  copyName,
  isVersioned,
  type Sight,
  sourceNames,
} from '../core/rollout/configuration-copies.ts';
import { configurationObject } from './contents.ts';
import { Follower, type FollowerOptions, type Known } from './follower.ts';
import { byController, Cache } from './kube/cache.ts';
import type { KubeObject } from './kube/object.ts';
import { Reflector } from './kube/reflector.ts';

type Versioned = ConfigurationObject & KubeObject;

/** What following a kind takes, but what is particular to it. */
type Means = Pick<FollowerOptions<Versioned>, 'client' | 'namespace' | 'clock' | 'rng' | 'look'>;

/** What is known of one kind: whatever somebody wants, and all copies. */
interface Store {
  readonly named: Follower<Versioned>;
  readonly copies: Cache<Versioned, 'owner'>;
}

const RESOURCES = { ConfigMap: resources.configMaps, Secret: resources.secrets } as const;

/**
 * ConfigMaps and Secrets of rollouts that want them to be part of a release. Each kind is followed only once
 * a rollout needs it, and of their contents nothing is kept but a hash.
 */
export class Versions {
  readonly #means: Means;
  readonly #stores = new Map<ConfigurationKind, Store>();
  /** Names of copies that a rollout wanted when it was looked at last, by kind. */
  readonly #wanted = new Map<string, ReadonlyMap<ConfigurationKind, readonly string[]>>();
  readonly #begin: (run: (signal: AbortSignal) => Promise<void>) => void;

  /** `begin` is told of every watch that is to go on from now on. */
  constructor(means: Means, begin: (run: (signal: AbortSignal) => Promise<void>) => void) {
    this.#means = means;
    this.#begin = begin;
  }

  /**
   * The configuration of a rollout, whose template is filled in. Null where it does not want versions of it.
   * `waiting` where something is still being read: then there is a look at the rollout once it is. Throws a
   * Failure.
   */
  async lookUp(
    rollout: Rollout,
    owned: readonly ReplicaSet[],
    key: string,
    signal: AbortSignal,
  ): Promise<Configuration | 'waiting' | null> {
    // Total: what the API server lets through may lack a spec.
    const spec: Partial<Rollout['spec']> | undefined = rollout.spec;
    const refs = isVersioned(rollout) ? configurationRefs(spec?.template) : [];
    const { namespace = '', uid = '' } = rollout.metadata;
    const kinds = this.#kindsOf(uid, refs, owned);
    for (const [kind, { named }] of this.#stores) if (!kinds.has(kind)) named.want(key, []);
    if (kinds.size === 0) {
      this.#wanted.delete(key);
      return null;
    }
    const stores = [...kinds].map((kind) => [kind, this.#store(kind)] as const);
    const last = owned.find(isOf(rollout.status?.currentPodHash)) ?? null;
    const copies = stores.flatMap(([, { copies: all }]) => all.by('owner', uid));
    const sight = (kind: ConfigurationKind, name: string): Sight =>
      sightOf(this.#store(kind).named.find(`${namespace}/${name}`)) ?? GONE;
    // The names of the copies follow from what is in the sources.
    const before = this.#wanted.get(key) ?? new Map<ConfigurationKind, readonly string[]>();
    const names = new Map<ConfigurationKind, readonly string[]>();
    for (const [kind, { named }] of stores) {
      const sources = refs.filter((ref) => ref.kind === kind).map(({ name }) => name);
      const want = (all: readonly string[]) =>
        this.#read(
          named,
          key,
          [...new Set(all)].map((name) => `${namespace}/${name}`),
          signal,
        );
      if (!(await want([...sources, ...(before.get(kind) ?? [])]))) return 'waiting';
      const known = sources.map((name) => ({ name, source: sight(kind, name) }));
      const made = known.flatMap(({ name, source }) =>
        source.kind === 'there' ? [copyName(name, source.object.contentHash)] : [],
      );
      names.set(kind, made);
      if (!(await want([...sources, ...made]))) return 'waiting';
    }
    this.#wanted.set(key, names);
    const isRead = stores.every(([, { named, copies: all }]) => all.hasSynced || named.trouble !== null);
    return isRead ? configurationOf(rollout, last, copies, sight) : 'waiting';
  }

  /** The kinds that matter to a rollout: those that it uses, and those of which it may have copies left. */
  #kindsOf(
    uid: string,
    refs: readonly ConfigurationRef[],
    owned: readonly ReplicaSet[],
  ): ReadonlySet<ConfigurationKind> {
    const left = [...this.#stores].filter(([, { copies }]) => copies.by('owner', uid).length > 0);
    return new Set([
      ...refs.map(({ kind }) => kind),
      ...owned.flatMap(copiedKinds),
      ...left.map(([kind]) => kind),
    ]);
  }

  /** The rollout needs nothing any more. */
  forget(rollout: string): void {
    this.#wanted.delete(rollout);
    for (const { named } of this.#stores.values()) named.want(rollout, []);
  }

  /** Takes in the answer of an own write. */
  observeWrite(raw: KubeObject): void {
    const store = this.#stores.get(raw.kind === 'Secret' ? 'Secret' : 'ConfigMap');
    store?.named.observeWrite(raw);
    if (raw.metadata.labels?.[LABEL.configurationCopy] !== undefined) store?.copies.observeWrite(raw);
  }

  /** Takes in that an own delete ended this very object. */
  observeDelete(object: KubeObject): void {
    const store = this.#stores.get(object.kind === 'Secret' ? 'Secret' : 'ConfigMap');
    store?.named.observeDelete(object);
    store?.copies.observeDelete(object);
  }

  /** Takes in that a list of `version` did not show this object. */
  observeAbsence(object: KubeObject, version: string): void {
    const store = this.#stores.get(object.kind === 'Secret' ? 'Secret' : 'ConfigMap');
    store?.named.observeAbsence(object, version);
    store?.copies.observeAbsence(object, version);
  }

  /** Wants these objects and reads what no list has shown. False where the list itself is still to come. */
  async #read(
    follower: Follower<Versioned>,
    key: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    follower.want(key, keys);
    for (const each of keys) if (follower.find(each).kind === 'unread') await follower.read(each, signal);
    return keys.every((each) => sightOf(follower.find(each)) !== null);
  }

  #store(kind: ConfigurationKind): Store {
    const known = this.#stores.get(kind);
    if (known !== undefined) return known;
    const { look, namespace, ...io } = this.#means;
    const resource = RESOURCES[kind];
    const onHealth = (): void => {};
    const named = new Follower({ ...this.#means, resource, project: configurationObject, onHealth });
    const copies: Store['copies'] = new Cache({
      project: configurationObject,
      indexers: { owner: byController },
      onChange: (_key, before, after) => {
        for (const owner of ownersOf(after ?? before)) look(owner);
      },
    });
    const selection = {
      labelSelector: LABEL.configurationCopy,
      ...(namespace === null ? {} : { namespace }),
    };
    const reflector = new Reflector({ ...io, resource, selection, sink: copies, onHealth });
    const made = { named, copies };
    this.#stores.set(kind, made);
    this.#begin((signal) => named.run(signal));
    this.#begin((signal) => reflector.run(signal));
    // The follower's list wakes those who wait for it; here whoever waits for the copies.
    void copies.whenSynced().then(() => {
      for (const rollout of named.wanting()) look(rollout);
    });
    return made;
  }
}

const GONE: Sight = { kind: 'missing' };

/** Null while it is not known. */
function sightOf(known: Known<Versioned>): Sight | null {
  return known.kind === 'waiting' || known.kind === 'unread' ? null : known;
}

function copiedKinds(replicaSet: ReplicaSet): readonly ConfigurationKind[] {
  if (replicaSet.metadata.annotations?.[ANNOTATION.configuration] === undefined) return [];
  return [...sourceNames(replicaSet).keys()].map((name) =>
    name.startsWith('Secret/') ? 'Secret' : 'ConfigMap',
  );
}

function isOf(hash: string | undefined) {
  return ({ metadata }: ReplicaSet): boolean => metadata.labels?.[LABEL.podTemplateHash] === hash;
}

function ownersOf(object: Versioned | null): readonly string[] {
  return (object?.metadata.ownerReferences ?? [])
    .filter(({ kind, controller }) => kind === 'Rollout' && controller === true)
    .map(({ name }) => `${object?.metadata.namespace ?? ''}/${name}`);
}
