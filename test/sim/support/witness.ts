import { isDeepStrictEqual } from 'node:util';
import { ANNOTATION, LABEL, ROLLOUT_TYPE } from '../../../src/api/keys.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout, RolloutStatus } from '../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import type { Change, LocalApi } from '../../../src/sim/api-server/api.ts';
import type { Clock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { USUAL_LAG } from '../../../src/sim/mesh/view.ts';
import type { StepReport } from '../../../src/sim/traffic/ledger.ts';
import { NAMESPACE } from './applications.ts';
import { STORM_MS } from './draw/storm.ts';
import { blueGreen } from './laws/blue-green.ts';
import { configuration } from './laws/configuration.ts';
import { fences } from './laws/fences.ts';
import { judged } from './laws/judged.ts';
import { keeping } from './laws/keeping.ts';
import { jobs } from './laws/plugins.ts';
import { type Observer, type Scene, STALE_MS } from './laws/scene.ts';
import { steps } from './laws/steps.ts';
import { told } from './laws/told.ts';
import { isGentle } from './laws/unserved.ts';
import { workload } from './laws/workload.ts';
import {
  canaryShare,
  isBasic,
  isCustomScaled,
  isUsers,
  mostPods,
  type Owned,
  ownedBy,
  presentApp,
  promisedAvailable,
  type Rule,
  selects,
  serviceOf,
  weightOf,
} from './reading.ts';
import type { App, Script } from './script.ts';

/** A law that does not hold, when, and in which words. */
export interface Broken {
  readonly law: Law;
  readonly atMs: number;
  readonly what: string;
}

/** What must hold of everything that is written, whoever writes it and whatever goes wrong. */
export const LAWS = {
  capacity: 'traffic never goes to more of a version than its pods can carry',
  outlive: 'pods never go while traffic needs them',
  promise: 'scaling down never leaves fewer pods available than the strategy promises',
  switched: 'users see only a version that can carry them and has passed all that comes before',
  unserved: 'users are always answered',
  abort: 'after an abort nothing raises the weight of the canary',
  verdicts: 'no version is promoted without every verdict that was asked for',
  judged: 'every measurement has the phase of its value, and every analysis that of its measurements',
  steps: 'no step is over before what it asks for is there',
  delay: 'pods that are kept for a while are kept for that while',
  surge: 'scaling up never makes more pods than the strategy allows',
  heard: 'what a person asks for is done, and what a person holds stands still',
  content: 'pods of a version always see the configuration that they were released with',
  asked: 'no pods of a version or from a template that nobody asked for',
  history: 'no version is thrown away that has pods or is stable',
  first: 'a decision is stored before anything is done by it',
  fenced: 'nobody takes back what somebody who knew more has done',
  claimed: 'who moves traffic or takes pods has claimed the other side',
  lease: 'nobody writes while another one leads',
  users: 'what belongs to the user is never changed',
  told: 'nothing is told twice',
  left: 'what a rollout leaves behind is as its user made it',
  calm: 'what is stable is not written again',
  done: 'who has come to rest has left nothing undone',
  converges: 'when all is well again, every rollout comes to its end',
  plan: 'no plan is made that the laws refuse',
} as const;

/** The name of a law. */
export type Law = keyof typeof LAWS;

/** What is remembered of one application. */
interface Memory {
  readonly drawn: App;
  /** With the strategy that it has now. */
  app: App;
  /** When somebody last changed its strategy. */
  editedAtMs: number | null;
  /** Every number of replicas that was asked for lately. */
  replicas: readonly { readonly untilMs: number; readonly count: number }[];
  wanted: number;
  readonly tags: Set<string>;
  weight: number;
  abortedAtMs: number | null;
  /** Since when `spec.paused` is true. */
  heldAtMs: number | null;
  /** Somebody scales its ReplicaSets by hand. */
  readonly isMeddled: boolean;
  /** A person has skipped something since the last release. */
  isSkipped: boolean;
  isApproved: boolean;
  isFull: boolean;
  /** When the release under way began nothing had ever served. */
  isFirst: boolean;
  /** Since when it has once been healthy. */
  healthyAtMs: number | null;
  /** When the Rollout was gone. */
  goneAtMs: number | null;
}

/** Pods of a ReplicaSet as they were, until everybody must have heard of what came after. */
interface Former {
  readonly replicas: number;
  readonly available: number;
  readonly untilMs: number;
}

/** Watches every write to the simulated API server and holds it against the laws. */
export class Witness {
  readonly broken: Broken[] = [];
  readonly #api: LocalApi;
  readonly #now: () => number;
  readonly #observers: readonly Observer[];
  readonly #memories = new Map<string, Memory>();
  /** How many pods of a ReplicaSet were available before some were lost, since it was last made smaller. */
  readonly #lost = new Map<string, readonly { readonly count: number; readonly untilMs: number }[]>();
  /** What a ReplicaSet was lately, where a second controller may not have heard of the last change. */
  readonly #lately = new Map<string, readonly Former[]>();
  /** When a ReplicaSet last was without an available pod. */
  readonly #emptyAtMs = new Map<string, number>();
  /** Nothing is hidden from controllers, nor changes behind their backs. */
  readonly #isViewTrue: boolean;
  /** How long of two controllers that do not ask who leads one may not hear what the other does. */
  readonly #unheardMs: number;
  /** A write may come after its sender has given it up, and decided otherwise. */
  readonly #isOvertaken: boolean;
  /** Whose writes are looked at: those of the people of the script are theirs. */
  #isUser = false;
  readonly #isGentle: boolean;
  /** Laws about what the strategy promises: of which strategy is not known for a while once it has changed. */
  #isUnsure = false;

  constructor(script: Script, api: LocalApi, clock: Pick<Clock, 'now' | 'elapsed'>) {
    this.#api = api;
    this.#now = () => clock.elapsed();
    const latestMs = latestIn(script, 'write');
    const scene = {
      script,
      latestMs,
      api,
      now: this.#now,
      wall: () => clock.now(),
      isUser: () => this.#isUser,
      isSkipped: ({ name }: App) => this.#memories.get(name)?.isSkipped === true,
      isFull: ({ name }: App) => this.#memories.get(name)?.isFull === true,
      isApproved: ({ name }: App) => this.#memories.get(name)?.isApproved === true,
      available: (set: ReplicaSet) => this.#recentlyAvailable(set),
      leastWanted: ({ name }: App) => {
        const memory = this.#memories.get(name);
        return memory === undefined ? 0 : this.#leastWanted(memory);
      },
      tell: (law: Law, what: string) => this.tell(law, what),
    };
    this.#observers = LAWYERS.map((observer) => observer(scene));
    this.#isGentle = isGentle(script);
    for (const app of script.apps)
      this.#memories.set(app.name, {
        drawn: app,
        app,
        editedAtMs: null,
        replicas: [],
        wanted: app.replicas,
        tags: new Set(['1', '9', '10']),
        weight: 0,
        abortedAtMs: null,
        heldAtMs: null,
        isMeddled: script.deeds.some((one) => one.app === app.name && one.deed.kind === 'meddle'),
        isSkipped: false,
        isApproved: false,
        isFull: false,
        isFirst: false,
        healthyAtMs: null,
        goneAtMs: null,
      });
    for (const { app, deed } of script.deeds) {
      const memory = this.#memories.get(app);
      if (deed.kind === 'image') memory?.tags.add(deed.tag);
    }
    const isBlind = script.faults.some(({ at }) => at === 'line');
    const isShaken = script.troubles.some(
      ({ kind }) => kind === 'flap' || kind === 'asleep' || kind === 'second',
    );
    const isPodLost = script.deeds.some(({ deed }) => deed.kind === 'delete-pod' || deed.kind === 'meddle');
    const isShared = script.troubles.some(({ kind }) => kind === 'second');
    this.#unheardMs = isShared ? latestIn(script, 'line') + LEAST_UNHEARD_MS : 0;
    this.#isOvertaken = latestMs > DEADLINE_MS;
    this.#isViewTrue = !isBlind && !isShaken && !isPodLost;
    api.onChange((change) => this.#see(change));
  }

  /** Everything written by `work` is a person's. */
  asUser(work: () => void): void {
    this.#isUser = true;
    try {
      work();
    } finally {
      this.#isUser = false;
    }
  }

  /** A person has promoted by hand, or approved. */
  skipped(app: string, how: 'promote' | 'approve'): void {
    const memory = this.#memories.get(app);
    if (memory === undefined) return;
    if (how === 'promote') memory.isSkipped = true;
    else memory.isApproved = true;
  }

  /** Users have asked for a while. */
  served({ unserved }: StepReport): void {
    const since = [...this.#memories.values()].map(({ healthyAtMs }) => healthyAtMs);
    const isOpen = since.every((atMs) => atMs !== null && this.#now() - atMs > OPENING_MS);
    if (!this.#isGentle || !isOpen || this.#now() > STORM_MS || this.#isAnyFresh()) return;
    for (const { status, reason, requests } of unserved)
      this.tell('unserved', `${requests} requests got ${status}: ${reason}`);
  }

  /** Whether the first pods of some version are so young that a data plane may not know of them yet. */
  #isAnyFresh(): boolean {
    return [...this.#emptyAtMs.values()].some((atMs) => this.#now() - atMs < FRESH_MS);
  }

  /** A controller asks for this pod to go. */
  evicts(pod: string): void {
    const memory = this.#memories.get(/^app-[ab]/.exec(pod)?.[0] ?? '');
    if (memory === undefined || !this.#isViewTrue) return;
    const labels = { app: memory.app.name };
    const pods = this.#api.list(kinds.pods, { namespace: NAMESPACE, labels });
    const serving = pods.filter((one) => one.metadata.deletionTimestamp === undefined && isReady(one));
    const left = serving.filter(({ metadata }) => metadata.name !== pod).length;
    const wanted = this.#leastWanted(memory);
    const least = Math.min(promisedAvailable(memory.app, wanted), wanted - 1);
    if (left < least) this.tell('promise', `${pod} is evicted: ${left} of ${least} pods left`);
  }

  tell(law: Law, what: string): void {
    if (this.#isUnsure && STRATEGIC.includes(law)) return;
    if (this.broken.length < 20) this.broken.push({ law, atMs: this.#now(), what });
  }

  #see(change: Change): void {
    const object = change.after ?? change.before;
    const memory = this.#memoryOf(object);
    if (object === null || memory === null) return;
    if (change.kind.kind === 'ReplicaSet' && !isOfRollout(object)) return;
    const { editedAtMs } = memory;
    this.#isUnsure = editedAtMs !== null && this.#now() - editedAtMs < STALE_MS;
    switch (change.kind.kind) {
      case 'Rollout':
        this.#seeRollout(memory, change);
        break;
      case 'ReplicaSet':
        this.#seeReplicaSet(memory, change);
        break;
      case 'Service':
        this.#seeService(memory, change);
        break;
      case 'Ingress':
      case 'HTTPRoute':
        this.#seeRoute(memory, change);
        break;
      default:
    }
    for (const observe of this.#observers) observe(change, memory.app);
    this.#isUnsure = false;
  }

  #memoryOf(object: Manifest | null): Memory | null {
    const name = /^app-[ab]/.exec(object?.metadata.name ?? '')?.[0];
    return name === undefined ? null : (this.#memories.get(name) ?? null);
  }

  #seeRollout(memory: Memory, { before, after }: Change): void {
    const old = before as (Manifest & Rollout) | null;
    const next = after as (Manifest & Rollout) | null;
    if (next === null) {
      memory.abortedAtMs = null;
      memory.goneAtMs = this.#now();
      return;
    }
    memory.goneAtMs = null;
    if (old !== null && !isDeepStrictEqual(old.spec.strategy, next.spec.strategy)) {
      memory.editedAtMs = this.#now();
      this.#isUnsure = true;
    }
    memory.app = presentApp(memory.drawn, next);
    if (next.status?.phase === 'Healthy') memory.healthyAtMs ??= this.#now();
    this.#remember(memory, next.spec.replicas ?? 1);
    memory.heldAtMs = next.spec.paused === true ? (memory.heldAtMs ?? this.#now()) : null;
    if (old !== null && !this.#isUser && !isDeepStrictEqual(unscaled(old.spec), unscaled(next.spec)))
      this.tell('users', `the spec of ${memory.app.name} was changed`);
    const { status = {} } = next;
    const released = old?.status?.currentPodHash !== status.currentPodHash;
    if (released) memory.isSkipped = memory.isApproved = false;
    if (released) memory.isFirst = this.#isUnproven(memory, status);
    memory.isFull = (memory.isFull && !released) || status.promoteFull === true;
    if (status.abort !== true || released) memory.abortedAtMs = null;
    else memory.abortedAtMs ??= this.#now();
    if (old !== null) this.#seePromotion(memory, old.status ?? {}, next);
  }

  #remember(memory: Memory, wanted: number): void {
    const now = this.#now();
    if (wanted !== memory.wanted)
      memory.replicas = [...memory.replicas, { untilMs: now + STALE_MS, count: memory.wanted }];
    memory.wanted = wanted;
    memory.replicas = memory.replicas.filter(({ untilMs }) => untilMs > now);
  }

  #seePromotion(memory: Memory, old: RolloutStatus, next: Manifest & Rollout): void {
    const { stableRS = '', promoteFull } = next.status ?? {};
    if (!old.stableRS || old.stableRS === stableRS) return;
    // Without pods of an older version this is the first one, however often it was given another image.
    const former = this.#sets(memory).find((set) => hashOf(set) === old.stableRS);
    if (former === undefined) return;
    // One that never served, as far as anybody knew, protects nobody, and steps are passed over at once.
    if (this.#isUnproven(memory, old) || (memory.isFirst && !wasHealthy(old))) return;
    this.#seeReadiness(memory, stableRS);
    if (memory.isSkipped || old.promoteFull === true || promoteFull === true) return;
    if (this.#isRollback(memory, old.stableRS, stableRS)) return;
    const runs = ownedBy(this.#api, kinds.analysisRuns, next).filter(
      ({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS,
    );
    const revision = next.metadata.annotations?.[ANNOTATION.revision];
    const ofNow = runs.filter(({ metadata }) => metadata.annotations?.[ANNOTATION.revision] === revision);
    this.#seeBackground(memory, ofNow, stableRS);
    memory.app.steps.forEach((step, i) => {
      if (!('analysis' in step)) return;
      const phases = ofNow
        .filter(({ metadata }) => metadata.labels?.[LABEL.stepIndex] === String(i))
        .map((run) => (run as { status?: { phase?: string } }).status?.phase);
      if (!phases.includes('Successful'))
        this.tell(
          'verdicts',
          `${memory.app.name}: ${stableRS} is stable, analysis of step ${i} was ${phases.join()}`,
        );
    });
  }

  /** No version was ever healthy, and the stable one serves nobody, or did not a moment ago. */
  #isUnproven(memory: Memory, status: RolloutStatus): boolean {
    const stable = this.#sets(memory).find((set) => hashOf(set) === status.stableRS);
    return !wasHealthy(status) && stable !== undefined && this.#isEmpty(stable);
  }

  #seeReadiness(memory: Memory, hash: string): void {
    const set = this.#sets(memory).find((one) => hashOf(one) === hash);
    const available = set === undefined ? 0 : this.#recentlyAvailable(set);
    const wanted = this.#leastWanted(memory);
    if (available < wanted)
      this.tell('capacity', `${memory.app.name}: ${hash} is stable with ${available} of ${wanted} pods`);
  }

  /** It runs from the beginning, and one that has failed stops the release. */
  #seeBackground({ app }: Memory, runs: readonly Owned[], hash: string): void {
    const { analysis } = app.canary as { readonly analysis?: { readonly startingStep: number } };
    if (analysis?.startingStep !== 0 || app.steps.length === 0) return;
    const phases = runs
      .filter(({ metadata }) => metadata.labels?.[LABEL.rolloutType] === ROLLOUT_TYPE.background)
      .map((run) => (run as { status?: { phase?: string } }).status?.phase);
    if (!phases.some((phase) => phase !== 'Failed' && phase !== 'Error'))
      this.tell('verdicts', `${app.name}: ${hash} is stable, background analysis was ${phases.join()}`);
  }

  /** Steps are skipped on the way back to a version that has been there a moment ago. */
  #isRollback(memory: Memory, from: string, to: string): boolean {
    const [older, newer] = [to, from].map((hash) => this.#sets(memory).find((set) => hashOf(set) === hash));
    const [began = '', ended = ''] = [older, newer].map((set) => set?.metadata.creationTimestamp);
    return memory.app.spec['rollbackWindow'] !== undefined && began <= ended;
  }

  #seeReplicaSet(memory: Memory, { before, after }: Change): void {
    const old = before as ReplicaSet | null;
    const next = after as ReplicaSet | null;
    if (next === null) return;
    const image = JSON.stringify(next.spec.template?.spec ?? {});
    const tag = /"image":"[^"]*:([^":]+)"/.exec(image)?.[1] ?? '';
    if (old === null && !memory.tags.has(tag))
      this.tell('asked', `${next.metadata.name} has image tag ${tag}`);
    const isSmaller = (next.spec.replicas ?? 1) < (old?.spec.replicas ?? 0);
    if (isSmaller && old !== null && !this.#isUser) this.#seeShrinking(memory, old, next);
    const isLarger = (next.spec.replicas ?? 1) > (old?.spec.replicas ?? 0);
    // What is created carries no version that it could be refused by.
    const isLate = old === null && this.#isOvertaken;
    if (isLarger && !isLate && !this.#isUser) this.#seeGrowing(memory, next);
    if ((isSmaller || isLarger) && old !== null && !this.#isUser) this.#seeHold(memory, next);
    this.#measure(old, next, isSmaller);
  }

  #seeGrowing(memory: Memory, next: ReplicaSet): void {
    if (!isBasic(memory.app) || memory.isMeddled) return;
    const most = mostPods(memory.app, this.#mostWanted(memory));
    const others = this.#sets(memory).filter((set) => set.metadata.name !== next.metadata.name);
    const known = others.map((set) =>
      Math.min(sizeOf(set), ...this.#formerly(set).map(({ replicas }) => replicas)),
    );
    const all = known.reduce((sum, size) => sum + size, sizeOf(next));
    if (all > most)
      this.tell(
        'surge',
        `${next.metadata.name} goes to ${next.spec.replicas}: ${all} pods, ${most} are allowed`,
      );
  }

  /** With blue-green a person holds what users see, not how many pods there are. */
  #seeHold({ app, heldAtMs }: Memory, next: ReplicaSet): void {
    if (app.blueGreen !== undefined) return;
    if (heldAtMs !== null && this.#now() - heldAtMs > STALE_MS)
      this.tell('heard', `${app.name} is paused, and ${next.metadata.name} goes to ${next.spec.replicas}`);
  }

  #measure(old: ReplicaSet | null, next: ReplicaSet, isSmaller: boolean): void {
    const { name } = next.metadata;
    const [had, has] = [old === null ? 0 : availableOf(old), availableOf(next)];
    if (had === 0) this.#emptyAtMs.set(name, this.#now());
    const lost = { count: had, untilMs: this.#now() + STALE_MS };
    if (old !== null) this.#keep(old, had);
    const known = (this.#lost.get(name) ?? []).filter(({ untilMs }) => untilMs > this.#now());
    this.#lost.set(name, isSmaller ? [] : [...known, ...(has < had ? [lost] : [])]);
  }

  #keep(old: ReplicaSet, available: number): void {
    const former = { replicas: sizeOf(old), available, untilMs: this.#now() + this.#unheardMs };
    this.#lately.set(old.metadata.name, [...this.#formerly(old), former]);
  }

  /** Without a router nothing is claimed: who has not heard of what another did counts as it was before. */
  #formerly({ metadata }: ReplicaSet): readonly Former[] {
    const known = this.#lately.get(metadata.name) ?? [];
    return known.filter(({ untilMs }) => untilMs > this.#now());
  }

  #seeShrinking(memory: Memory, old: ReplicaSet, next: ReplicaSet): void {
    const { app } = memory;
    const left = next.spec.replicas ?? 1;
    const wanted = this.#leastWanted(memory);
    if (app.blueGreen !== undefined) return;
    if (isBasic(app)) {
      this.#seeBasicShrinking(memory, old, next);
      return;
    }
    const share = canaryShare(this.#api, app, hashOf(next));
    const needed = Math.ceil((share * wanted) / 100 - 1e-9);
    const isFree = isCustomScaled(app) && !selects(this.#api, app, 'stable', hashOf(next));
    if (left < needed && !isFree)
      this.tell(
        'outlive',
        `${next.metadata.name} goes to ${left} pods, its ${share} % of traffic need ${needed}`,
      );
  }

  #seeBasicShrinking(memory: Memory, old: ReplicaSet, next: ReplicaSet): void {
    const promised = promisedAvailable(memory.app, this.#leastWanted(memory));
    const others = this.#sets(memory).filter((set) => set.metadata.name !== next.metadata.name);
    const recently = (set: ReplicaSet): number =>
      Math.max(this.#recentlyAvailable(set), ...this.#formerly(set).map(({ available }) => available));
    const sum = (sets: readonly ReplicaSet[]): number =>
      sets.reduce((total, set) => total + recently(set), 0);
    const available = this.#recentlyAvailable(old);
    const after = sum(others) + Math.min(available, next.spec.replicas ?? 1);
    // Nothing is lost with pods that do not serve.
    const isLoss = Math.min(old.status?.availableReplicas ?? 0, available) > (next.spec.replicas ?? 1);
    if (after < promised && isLoss)
      this.tell(
        'promise',
        `${next.metadata.name} goes to ${next.spec.replicas}: ${after} of ${promised} pods left`,
      );
  }

  #recentlyAvailable(set: ReplicaSet): number {
    const lost = (this.#lost.get(set.metadata.name) ?? []).filter(({ untilMs }) => untilMs > this.#now());
    return Math.max(availableOf(set), ...lost.map(({ count }) => count));
  }

  /** Whether it has no available pod, or had none a moment ago. */
  #isEmpty(set: ReplicaSet): boolean {
    const atMs = this.#emptyAtMs.get(set.metadata.name) ?? Number.NEGATIVE_INFINITY;
    return availableOf(set) === 0 || this.#now() - atMs < STALE_MS;
  }

  #leastWanted({ wanted, replicas }: Memory): number {
    return Math.min(wanted, ...replicas.map(({ count }) => count));
  }

  #mostWanted({ wanted, replicas }: Memory): number {
    return Math.max(wanted, ...replicas.map(({ count }) => count));
  }

  #seeService(memory: Memory, { before, after }: Change): void {
    if (before === null || after === null || this.#isUser) return;
    if (!isDeepStrictEqual(usersPart(before), usersPart(after)))
      this.tell('users', `Service ${after.metadata.name} was changed`);
    const hash = selectorOf(after)?.[LABEL.podTemplateHash];
    const isMoved = hash !== selectorOf(before)?.[LABEL.podTemplateHash];
    const isStable = after.metadata.name === serviceOf(this.#api, memory.app, 'stable');
    if (!isMoved || !isStable || hash === undefined || this.#leastWanted(memory) === 0) return;
    // Who has not heard yet that the Rollout is gone holds on to its pods, which go with it.
    if (memory.goneAtMs !== null && this.#now() - memory.goneAtMs < STALE_MS) return;
    const set = this.#sets(memory).find((one) => hashOf(one) === hash);
    if (set === undefined || this.#recentlyAvailable(set) === 0)
      this.tell('capacity', `the stable Service of ${memory.app.name} moves to ${hash}, which has no pods`);
  }

  #seeRoute(memory: Memory, { before, after }: Change): void {
    const { app } = memory;
    const weight = after === null ? 0 : weightOf(after, serviceOf(this.#api, app, 'canary'));
    const isOurs = !this.#isUser && before !== null;
    const isGone = this.#api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name }) === null;
    if (isOurs && after !== null && !isDeepStrictEqual(usersPart(before), usersPart(after)))
      this.tell('users', `${after.kind} ${after.metadata.name} was changed`);
    // What is handed back goes to whatever pods are left, and whose turn it was is not known any more.
    if (weight === null || isGone) return;
    if (!this.#isUser && weight > memory.weight) this.#seeRise(memory, weight);
    const isWaiting = weight > 0 || app.canary['dynamicStableScale'] === true;
    if (!this.#isUser && weight < memory.weight && isWaiting) this.#seeReturn(memory, weight);
    if (app.routing !== 'none') memory.weight = weight;
  }

  /**
   * An abort does not wait, for nothing is worse than a bad version. Nor does what nobody answers any more: the
   * first pod that does is better.
   */
  #seeReturn(memory: Memory, weight: number): void {
    const behind = (role: 'stable' | 'canary') =>
      this.#sets(memory).find((one) => selects(this.#api, memory.app, role, hashOf(one)));
    const [set, left] = [behind('stable'), behind('canary')];
    const all = Math.floor(((100 - weight) * this.#leastWanted(memory)) / 100 + 1e-9);
    const needed = left !== undefined && this.#isEmpty(left) ? Math.min(1, all) : all;
    const available = set === undefined ? 0 : this.#recentlyAvailable(set);
    if (set !== undefined && available < needed)
      this.tell(
        'capacity',
        `${memory.app.name}: ${100 - weight} % go back to ${available} of ${needed} pods`,
      );
  }

  #seeRise(memory: Memory, weight: number): void {
    const { app, abortedAtMs } = memory;
    if (abortedAtMs !== null && this.#now() - abortedAtMs > STALE_MS)
      this.tell('abort', `${app.name}: from ${memory.weight} to ${weight}`);
    const set = this.#sets(memory).find((one) => selects(this.#api, app, 'canary', hashOf(one)));
    const wanted = this.#leastWanted(memory);
    const needed = isCustomScaled(app) ? Math.min(1, wanted) : Math.ceil((weight * wanted) / 100 - 1e-9);
    const available = set === undefined ? 0 : this.#recentlyAvailable(set);
    if (available < needed)
      this.tell('capacity', `${app.name}: weight ${weight} needs ${needed} pods, ${available} are there`);
  }

  #sets({ app }: Memory): readonly ReplicaSet[] {
    const rollout = this.#api.get(kinds.rollouts, { namespace: 'default', name: app.name });
    if (rollout === null) return [];
    return ownedBy(this.#api, kinds.replicaSets, rollout) as readonly Owned[] as readonly ReplicaSet[];
  }
}

/** So long after everything is there traffic has followed. */
const OPENING_MS = 5_000;

/** So long after they are ready data planes know of pods, and a step of users is over. */
const FRESH_MS = USUAL_LAG.endpoints.mostMs + 1_000;

/** How long what one does is on its way to the other when nothing goes wrong. Milliseconds. */
const LEAST_UNHEARD_MS = 50;

/** How long a controller waits for an answer of the API server. Milliseconds. */
const DEADLINE_MS = 30_000;

/** Who looks at every change. */
const LAWYERS: readonly ((scene: Scene) => Observer)[] = [
  blueGreen,
  configuration,
  fences,
  judged,
  jobs,
  keeping,
  steps,
  told,
  workload,
];

/** Laws that go by what the strategy says. */
const STRATEGIC: readonly Law[] = ['promise', 'outlive', 'surge', 'steps', 'delay', 'verdicts', 'switched'];

/** By how much writes, or lines of a watch, may come late. Milliseconds. */
function latestIn({ faults }: Script, at: 'write' | 'line'): number {
  const late = faults.filter((fault) => fault.at === at && fault.kind === 'late');
  return Math.max(0, ...late.map((fault) => ('lateMs' in fault ? (fault.lateMs ?? 0) : 0)));
}

function isOfRollout({ metadata }: Manifest): boolean {
  return metadata.ownerReferences?.every(({ kind }) => kind === 'Rollout') !== false;
}

/** A spec without its size, which is an autoscaler's to set. */
function unscaled(spec: Rollout['spec']): unknown {
  const { replicas: _, ...rest } = spec;
  return rest;
}

/** The condition is there once any version was healthy. */
function wasHealthy({ conditions = [] }: RolloutStatus): boolean {
  return conditions.some(({ type }) => type === 'Healthy');
}

function hashOf(set: ReplicaSet): string {
  return set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

function availableOf({ spec, status }: ReplicaSet): number {
  return Math.min(status?.availableReplicas ?? 0, spec.replicas ?? 1);
}

function isReady(pod: Manifest): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

function selectorOf(service: Manifest): Readonly<Record<string, string>> | undefined {
  return (service['spec'] as { selector?: Readonly<Record<string, string>> } | undefined)?.selector;
}

/** Labels and annotations that the controller writes, as of the API and of the plugin for Gateway API. */
const OURS = /^sluice\.dev\/|managed-by-rollouts$|\/canary|\/gatewayapi-(canary|active-rollouts)$/;

/** What of an object is not the controller's to write. */
function usersPart(object: Manifest): unknown {
  const { metadata, ...rest } = object;
  const { annotations = {}, labels = {} } = metadata;
  const ofUsers = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).filter(([key]) => !OURS.test(key));
  const plain = JSON.parse(JSON.stringify(rest)) as { spec?: Record<string, unknown> };
  if (object.kind === 'Service')
    delete ((plain.spec?.['selector'] ?? {}) as Record<string, unknown>)[LABEL.podTemplateHash];
  if (object.kind === 'HTTPRoute') {
    // Shares of experiments are ours, whole backends of them.
    const rules = ((plain.spec?.['rules'] ?? []) as readonly Rule[]).filter(isUsers).map((rule) => ({
      ...rule,
      backendRefs: (rule.backendRefs ?? []).filter(({ name }) => !isExperiments(name)),
    }));
    for (const backend of backendsIn(rules))
      if (/-(stable|canary)$/.test(String(backend['name']))) {
        delete backend['weight'];
        delete backend['filters'];
      }
    plain.spec = { ...plain.spec, rules };
  }
  const { status: _, ...kept } = plain as Record<string, unknown>;
  return { annotations: ofUsers(annotations), labels: ofUsers(labels), ...kept };
}

/** The Service of a template: `<rollout>-<hash>-<revision>-<step>-<template>`. */
function isExperiments(service: string): boolean {
  return /-\d+-\d+(-\d+)?-trial$/.test(service);
}

function backendsIn(rules: readonly Rule[]): readonly Record<string, unknown>[] {
  return rules.flatMap((rule) => (rule.backendRefs ?? []) as unknown as readonly Record<string, unknown>[]);
}
