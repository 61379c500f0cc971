import type { Manifest } from '../api/meta.ts';
import { prune, tryAll, type Write, writeAll } from './act.ts';
import { type Applied, bodyOf, type Hand } from './cluster/apply.ts';
import { areSame, readInventory, type Scope, union, writeInventory } from './cluster/inventory.ts';
import { discover, type Kinds, kindsOfCrds } from './cluster/kinds.ts';
import { readLive } from './cluster/live.ts';
import { compareAll, type Looks } from './compare.ts';
import { conflictLines } from './conflict.ts';
import type { Drift } from './drift.ts';
import { lastChanges } from './history.ts';
import { nameOf } from './manifests/declared.ts';
import { type Declaration, ManifestReader } from './manifests/reader.ts';
import { syncIdOf } from './open.ts';
import { type Action, plan } from './plan.ts';
import { type Counts, NO_COUNTS, type Outcome, type Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { Commit } from './source.ts';
import { placed, type Wanted } from './wanted.ts';

/** A commit, what it asks for, and what the cluster has of it. */
interface Scene {
  readonly commit: Commit;
  readonly declaration: Declaration;
  readonly wanted: readonly Wanted[];
  readonly live: ReadonlyMap<string, Manifest>;
  readonly kinds: Kinds;
  readonly inventory: readonly Scope[];
}

/** What is left to say beside the counts. */
interface Remarks {
  readonly pending: string[];
  readonly notes: string[];
  readonly drifts: Drift[];
}

/**
 * Brings a cluster to a commit, and later finds out whether it still is as the commit wants it. What it
 * remembers only spares questions: everything is also known from the cluster.
 */
export class Syncer {
  /** The value of the label on all objects of this sync. */
  readonly id: string;
  readonly #settings: Settings;
  readonly #reader: ManifestReader;
  /** What was applied at a commit, by key: what has changed since, somebody else has changed. */
  #applied = { hash: '', digests: new Map<string, string>() };
  #read: { readonly hash: string; readonly declaration: Declaration } | null = null;
  /** Kinds change rarely: they are asked for when a commit brings others, and where not all were known. */
  #kinds: { readonly versions: string; readonly kinds: Kinds } | null = null;
  #counts: Counts = NO_COUNTS;
  readonly #looks: Looks = new Map();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#reader = new ManifestReader(settings);
    this.id = syncIdOf(settings.source, settings.namespace);
  }

  /**
   * One pass at a commit. Throws Unreadable where the repository fails and a Failure where the API server
   * does; then it may be called again, and goes on where it was.
   */
  async pass(hash: string, signal: AbortSignal): Promise<Outcome> {
    if (this.#applied.hash !== hash) this.#counts = NO_COUNTS;
    const scene = await this.#look(hash, signal);
    if ('kind' in scene) return scene;
    const { commit } = scene;
    const { pruning, forceConflicts } = this.#settings;
    const applied = this.#applied.hash === hash ? this.#applied.digests : new Map<string, string>();
    const decided = plan({ ...scene, id: this.id, applied, pruning, takesOver: forceConflicts });
    if (decided.kind === 'refusal') {
      const file = this.#settings.source.folder;
      return { kind: 'refused', commit, problems: [{ file: `/${file}`, line: 0, message: decided.message }] };
    }
    const writes = await this.#writes(scene, decided.actions);
    const problems = await tryAll(this.#hand(signal), writes, this.#force);
    if (problems.length > 0) return { kind: 'refused', commit, problems };
    return { kind: 'synced', report: await this.#act(scene, decided.actions, writes, signal) };
  }

  get #force() {
    return { all: this.#settings.forceConflicts, people: this.#settings.selfHeal };
  }

  #hand(signal: AbortSignal) {
    const { api, clock } = this.#settings;
    return { api, clock, signal } satisfies Hand;
  }

  async #look(hash: string, signal: AbortSignal): Promise<Scene | Outcome> {
    const { api, source, namespace } = this.#settings;
    const commit = await source.commit(hash);
    if (this.#read?.hash !== hash) this.#read = { hash, declaration: await this.#reader.read(hash, signal) };
    const { declaration } = this.#read;
    if (declaration.problems.length > 0) {
      // It may be other tomorrow: programs get installed, and bases come from elsewhere.
      this.#read = null;
      return { kind: 'refused', commit, problems: declaration.problems };
    }
    const inventory = await readInventory(api, { id: this.id, namespace }, signal);
    const manifests = declaration.objects.map(({ manifest }) => manifest);
    const kinds = await this.#kindsOf([...manifests, ...inventory], signal);
    const known = { served: kinds, coming: kindsOfCrds(manifests) };
    const { wanted, problems } = placed(declaration.objects, known, namespace);
    if (problems.length > 0 || wanted.some(({ isKindNew }) => isKindNew)) this.#kinds = null;
    if (problems.length > 0) return { kind: 'refused', commit, problems };
    const extent = { id: this.id, scopes: union(inventory, scopesOf(wanted)), kinds, wanted };
    const live = await readLive(api, extent, signal);
    return { commit, declaration, wanted, live, kinds, inventory };
  }

  async #kindsOf(objects: readonly { readonly apiVersion: string }[], signal: AbortSignal): Promise<Kinds> {
    const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion))].sort();
    if (this.#kinds?.versions === versions.join()) return this.#kinds.kinds;
    const kinds = await discover(this.#settings.api, versions, signal);
    this.#kinds = { versions: versions.join(), kinds };
    return kinds;
  }

  /** What to write, each with the commit that changed it last. */
  async #writes({ commit, declaration }: Scene, actions: readonly Action[]): Promise<readonly Write[]> {
    const heals = this.#settings.selfHeal;
    const chosen = actions
      .filter((action) => action.kind === 'create' || action.kind === 'change' || action.kind === 'restore')
      .filter((action) => heals || action.kind !== 'restore');
    const plain = chosen
      .map(({ wanted }) => wanted)
      .filter(({ writtenKey }) => !declaration.built.has(writtenKey));
    const commits = await lastChanges(this.#settings.source, this.#reader, commit.hash, plain);
    return chosen.map((action) => {
      const mark = { id: this.id, commit: commits.get(action.wanted.writtenKey) ?? commit };
      const live = action.kind === 'create' ? null : action.live;
      const kind = action.kind === 'restore' ? 'repair' : action.kind;
      return { kind, wanted: action.wanted, body: bodyOf(action.wanted, live, mark) };
    });
  }

  async #act(
    scene: Scene,
    actions: readonly Action[],
    writes: readonly Write[],
    signal: AbortSignal,
  ): Promise<Report> {
    const { commit, wanted } = scene;
    const remarks: Remarks = { pending: [], notes: [], drifts: [] };
    if (this.#applied.hash !== commit.hash) this.#applied = { hash: commit.hash, digests: new Map() };
    const hand = this.#hand(signal);
    await writeAll(hand, writes, {
      force: this.#force,
      onApplied: (write, applied) => this.#record(write, applied, remarks),
      beforeContents: () => this.#remember(scene, union(scene.inventory, scopesOf(wanted)), signal),
    });
    const compared = await compareAll(hand, actions, {
      id: this.id,
      looks: this.#looks,
      heals: this.#settings.selfHeal,
      force: this.#force,
    });
    for (const { wanted: one } of actions.filter((action) => action.kind === 'keep'))
      this.#applied.digests.set(one.key, one.hash);
    const spared = await this.#prune(scene, actions, remarks, signal);
    await this.#remember(scene, union(scopesOf(wanted), spared.map(scopeOf)), signal);
    remarks.drifts.push(...compared.drifts);
    remarks.pending.push(...compared.pending, ...notYet(actions));
    this.#add({ repaired: compared.repaired });
    this.#forget(wanted);
    const counts = this.#counts;
    this.#counts = NO_COUNTS;
    const unchanged = actions.filter((action) => action.kind === 'keep').length - compared.repaired;
    return { commit, counts: { ...counts, unchanged: Math.max(unchanged, 0) }, wanted, ...remarks };
  }

  #record({ kind, wanted, body }: Write, applied: Applied, { pending }: Remarks): void {
    switch (applied.kind) {
      case 'done':
        this.#applied.digests.set(wanted.key, wanted.hash);
        this.#add(COUNT_OF[kind]);
        return;
      case 'conflict':
        pending.push(...conflictLines(nameOf(body), applied.conflicts));
        return;
      case 'refused':
        pending.push(`${nameOf(body)}: ${applied.why}`);
        return;
      default:
        applied satisfies never;
    }
  }

  #add(more: Partial<Counts>): void {
    const sum = (key: keyof Counts) => this.#counts[key] + (more[key] ?? 0);
    this.#counts = {
      created: sum('created'),
      changed: sum('changed'),
      unchanged: 0,
      pruned: sum('pruned'),
      repaired: sum('repaired'),
    };
  }

  /** Returns what is in Git no more and is still there. */
  async #prune(
    { kinds }: Scene,
    actions: readonly Action[],
    { pending, notes }: Remarks,
    signal: AbortSignal,
  ): Promise<readonly Manifest[]> {
    const spared: Manifest[] = [];
    const isBroken = pending.length > 0;
    for (const action of actions) {
      if (action.kind === 'spare')
        notes.push(`${nameOf(action.live)} is in Git no more, and stays: ${action.why}`);
      if (action.kind === 'spare' || (action.kind === 'prune' && isBroken)) spared.push(action.live);
      if (action.kind !== 'prune' || isBroken) continue;
      const pruned = await prune(this.#settings.api, action.live, kinds, signal);
      if (pruned.kind === 'done') this.#add({ pruned: 1 });
      else {
        spared.push(action.live);
        pending.push(`${nameOf(action.live)} cannot be pruned: ${pruned.why}`);
      }
    }
    if (isBroken && actions.some(({ kind }) => kind === 'prune'))
      notes.push('nothing is pruned before everything is applied');
    return spared;
  }

  /** Stores where our objects are, if that is not what is stored. */
  async #remember({ inventory }: Scene, scopes: readonly Scope[], signal: AbortSignal): Promise<void> {
    const { api, source, namespace } = this.#settings;
    if (areSame(inventory, scopes)) return;
    await writeInventory(api, { id: this.id, namespace }, { scopes, source: source.name }, signal);
  }

  #forget(wanted: readonly Wanted[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.#looks.keys()) if (!keys.has(key)) this.#looks.delete(key);
  }
}

/** How a write that worked is counted. */
const COUNT_OF: Readonly<Record<Write['kind'], Partial<Counts>>> = {
  create: { created: 1 },
  change: { changed: 1 },
  repair: { repaired: 1 },
};

function notYet(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action): readonly string[] => {
    if (action.kind !== 'wait' && action.kind !== 'foreign') return [];
    const name = nameOf(action.wanted.manifest);
    return action.kind === 'wait'
      ? [`${name} is being deleted; it is created again when it is gone`]
      : [`${name} belongs to another sync, ${action.owner}; --force-conflicts takes it over`];
  });
}

function scopesOf(wanted: readonly Wanted[]): readonly Scope[] {
  return union(wanted.map(({ manifest }) => scopeOf(manifest)));
}

function scopeOf({ apiVersion, kind, metadata }: Manifest): Scope {
  return { apiVersion, kind, namespace: metadata.namespace ?? '' };
}
