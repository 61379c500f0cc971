import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import type { Change, LocalApi } from '../../../src/sim/api-server/api.ts';
import type { ApiRequest } from '../../../src/sim/api-server/http.ts';
import type { Clock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { StepReport } from '../../../src/sim/traffic/ledger.ts';
import { NAMESPACE } from './applications.ts';
import { STORM_MS } from './draw/storm.ts';
import { blueGreen } from './laws/blue-green.ts';
import { configuration } from './laws/configuration.ts';
import { fences } from './laws/fences.ts';
import { judged } from './laws/judged.ts';
import { keeping } from './laws/keeping.ts';
import { Known } from './laws/known.ts';
import { type Broken, type Law, STRATEGIC } from './laws/law.ts';
import { leastWanted, type Memory, newMemory, remember, type Sight } from './laws/memory.ts';
import { jobs } from './laws/plugins.ts';
import { Pods } from './laws/pods.ts';
import { isUnproven, seePromotion } from './laws/promotions.ts';
import { type Observer, type Scene, STALE_MS } from './laws/scene.ts';
import { seeReplicaSet } from './laws/sizes.ts';
import { steps } from './laws/steps.ts';
import { told } from './laws/told.ts';
import { seeRoute, seeService } from './laws/traffic.ts';
import { isGentle } from './laws/unserved.ts';
import { workload } from './laws/workload.ts';
import { presentApp, promisedAvailable } from './reading.ts';
import type { App, Script } from './script.ts';

/** Watches every write to the simulated API server and holds it against the laws. */
export class Witness {
  readonly broken: Broken[] = [];
  readonly #api: LocalApi;
  readonly #now: () => number;
  readonly #observers: readonly Observer[];
  readonly #memories = new Map<string, Memory>();
  readonly #pods: Pods;
  readonly #sight: Sight;
  readonly #known: Known;
  /** Nothing is hidden from controllers, nor changes behind their backs. */
  readonly #isViewTrue: boolean;
  /** Whose writes are looked at: those of the people of the script are theirs. */
  #isUser = false;
  readonly #isGentle: boolean;
  /**
   * Laws about what the strategy promises: of which strategy is not known for a while once it has changed.
   */
  #isUnsure = false;

  constructor(script: Script, api: LocalApi, clock: Pick<Clock, 'now' | 'elapsed'>) {
    this.#api = api;
    this.#now = () => clock.elapsed();
    const latestMs = latestIn(script, 'write');
    const isShared = script.troubles.some(({ kind }) => kind === 'second');
    this.#pods = new Pods(this.#now, isShared ? latestIn(script, 'line') + LEAST_UNHEARD_MS : 0);
    this.#sight = {
      pods: this.#pods,
      isOvertaken: latestMs > DEADLINE_MS,
      script,
      latestMs,
      api,
      now: this.#now,
      wall: () => clock.now(),
      isUser: () => this.#isUser,
      isSkipped: ({ name }: App) => this.#memories.get(name)?.isSkipped === true,
      isFull: ({ name }: App) => this.#memories.get(name)?.isFull === true,
      isApproved: ({ name }: App) => this.#memories.get(name)?.isApproved === true,
      available: (set: ReplicaSet) => this.#pods.available(set),
      leastWanted: ({ name }: App) => {
        const memory = this.#memories.get(name);
        return memory === undefined ? 0 : leastWanted(memory);
      },
      tell: (law: Law, what: string) => this.tell(law, what),
    };
    this.#observers = LAWYERS.map((observer) => observer(this.#sight));
    this.#known = new Known(this.#sight);
    this.#isGentle = isGentle(script);
    for (const app of script.apps) this.#memories.set(app.name, newMemory(app, script));
    const isBlind = script.faults.some(({ at }) => at === 'line');
    const isShaken = script.troubles.some(
      ({ kind }) => kind === 'flap' || kind === 'asleep' || kind === 'second',
    );
    const isPodLost = script.deeds.some(({ deed }) => deed.kind === 'delete-pod' || deed.kind === 'meddle');
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
    if (!this.#isGentle || !isOpen || this.#now() > STORM_MS || this.#pods.isAnyFresh()) return;
    for (const { status, reason, requests } of unserved)
      this.tell('unserved', `${requests} requests got ${status}: ${reason}`);
  }

  /** A controller asks for something. */
  sends(request: ApiRequest): void {
    this.#known.sends(request);
    const evicted = /\/pods\/([^/]+)\/eviction/.exec(request.path)?.[1];
    if (evicted !== undefined) this.#evicts(evicted);
  }

  tell(law: Law, what: string): void {
    if (this.#isUnsure && STRATEGIC.includes(law)) return;
    if (this.broken.length < 20) this.broken.push({ law, atMs: this.#now(), what });
  }

  /** A controller asks for this pod to go. */
  #evicts(pod: string): void {
    const memory = this.#memories.get(/^app-[ab]/.exec(pod)?.[0] ?? '');
    if (memory === undefined || !this.#isViewTrue) return;
    const labels = { app: memory.app.name };
    const pods = this.#api.list(kinds.pods, { namespace: NAMESPACE, labels });
    const serving = pods.filter((one) => one.metadata.deletionTimestamp === undefined && isReady(one));
    const left = serving.filter(({ metadata }) => metadata.name !== pod).length;
    const wanted = leastWanted(memory);
    const least = Math.min(promisedAvailable(memory.app, wanted), wanted - 1);
    if (left < least) this.tell('promise', `${pod} is evicted: ${left} of ${least} pods left`);
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
        this.#known.see(change);
        this.#seeRollout(memory, change);
        break;
      case 'ReplicaSet':
        seeReplicaSet(this.#sight, memory, change);
        break;
      case 'Service':
        seeService(this.#sight, memory, change);
        break;
      case 'Ingress':
      case 'HTTPRoute':
        seeRoute(this.#sight, memory, change);
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
    remember(memory, next.spec.replicas ?? 1, this.#now());
    memory.heldAtMs = next.spec.paused === true ? (memory.heldAtMs ?? this.#now()) : null;
    if (old !== null && !this.#isUser && !isDeepStrictEqual(unscaled(old.spec), unscaled(next.spec)))
      this.tell('users', `the spec of ${memory.app.name} was changed`);
    const { status = {} } = next;
    const released = old?.status?.currentPodHash !== status.currentPodHash;
    if (released) memory.isSkipped = memory.isApproved = false;
    if (released) memory.isFirst = isUnproven(this.#sight, memory, status);
    memory.isFull = (memory.isFull && !released) || status.promoteFull === true;
    if (status.abort !== true || released) memory.abortedAtMs = null;
    else memory.abortedAtMs ??= this.#now();
    if (old !== null) seePromotion(this.#sight, memory, old.status ?? {}, next);
  }
}

/** So long after everything is there traffic has followed. */
const OPENING_MS = 5_000;

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

function isReady(pod: Manifest): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
