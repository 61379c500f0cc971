import { formatInstant, type Instant, parseInstant } from '../../core/time.ts';
import { ApiError, type LocalApi } from '../api-server/api.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import { type Addresses, podAddresses } from './addresses.ts';
import { lookAtPod, type PodLook, stopDelayMs } from './lifecycle.ts';
import type { Misfortune } from './misfortune.ts';
import type { Pod } from './pod.ts';
import type { Doors } from './serve/doors.ts';
import { type PodServer, servePod } from './serve/server.ts';
import { statusPatch, stoppedPatch } from './status.ts';

/** A range of milliseconds, from which each pod draws its own. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** How the kubelets of the simulated nodes work. */
export interface KubeletOptions {
  readonly api: LocalApi;
  readonly clock: Clock;
  readonly random: Random;
  /** From binding to the start of the first container. */
  readonly startMs: Span;
  /** From deletion to gone, beyond the preStop hook. */
  readonly stopMs: Span;
  /** What befalls a pod, asked once, when it is bound. */
  readonly misfortune?: (pod: Pod) => Misfortune;
  /** Pods are real HTTP servers on loopback addresses (127.x.y.z), which Linux has. Only on a real clock. */
  readonly serve?: boolean;
  /** Who knows where they listen on systems that have not all of these addresses. */
  readonly doors?: Doors;
  /** Told what goes wrong with a real server. */
  readonly onFault?: (line: string) => void;
}

/** Running kubelets. */
export interface Kubelet {
  /** Pods stay as they are; their servers end. */
  stop(): Promise<void>;
}

interface Life {
  pod: Pod;
  readonly address: string;
  readonly startAfterMs: number;
  readonly misfortune: Misfortune;
  /** Of the binding: on the monotonic clock, and as a moment. */
  readonly boundMs: number;
  readonly boundAt: Instant;
  cancel: Cancel;
  written: string;
  isStopping: boolean;
  server: Promise<PodServer> | null;
}

const MANAGER = 'kubelet';
const RETRY_MS = 500;
/** From binding to the first status. */
const FIRST_STATUS_MS = 5;
const nothing: Cancel = () => {};

/** Plays the kubelets of all nodes: whatever pod is bound to a node lives as its spec says. */
export function startKubelet(options: KubeletOptions): Kubelet {
  const lives = new Lives(options);
  for (const pod of options.api.list(kinds.pods)) lives.see(pod as unknown as Pod);
  const cancel = options.api.onChange(({ kind, before, after }) => {
    if (kind.resource !== 'pods' || kind.group !== '') return;
    if (after !== null) lives.see(after as unknown as Pod);
    else if (before !== null) lives.forget(before as unknown as Pod);
  });
  return {
    stop: () => {
      cancel();
      return lives.end();
    },
  };
}

class Lives {
  readonly #options: KubeletOptions;
  readonly #lives = new Map<string, Life>();
  readonly #addresses: Addresses;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#addresses = podAddresses(options.random.int(0, 125), options.serve === true ? 127 : 10);
  }

  see(pod: Pod): void {
    if (pod.spec.nodeName === undefined) return;
    const life = this.#lives.get(uidOf(pod));
    if (life === undefined) {
      this.#begin(pod);
      return;
    }
    const before = life.pod;
    life.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#stop(life);
    else if (gatesOf(before) !== gatesOf(pod)) this.#soon(life, FIRST_STATUS_MS);
  }

  forget(pod: Pod): void {
    const life = this.#lives.get(uidOf(pod));
    if (life === undefined) return;
    this.#lives.delete(uidOf(pod));
    life.cancel();
    this.#addresses.giveBack(life.address);
    void this.#shut(life);
  }

  async end(): Promise<void> {
    const lives = [...this.#lives.values()];
    this.#lives.clear();
    for (const life of lives) life.cancel();
    await Promise.all(lives.map((life) => this.#shut(life)));
  }

  // A pod that somebody else has already started goes on from there.
  #begin(pod: Pod): void {
    const { clock, random, startMs, misfortune } = this.#options;
    const now = clock.now();
    const boundAt = parseInstant(pod.status?.startTime) ?? now;
    const life: Life = {
      pod,
      address: pod.status?.podIP ?? this.#addresses.take(),
      startAfterMs: random.int(startMs.least, startMs.most),
      misfortune: misfortune?.(pod) ?? { kind: 'none' },
      boundMs: clock.elapsed() - (now - boundAt),
      boundAt,
      cancel: nothing,
      written: '',
      isStopping: false,
      server: null,
    };
    this.#lives.set(uidOf(pod), life);
    if (pod.metadata.deletionTimestamp !== undefined) this.#stop(life);
    else this.#soon(life, FIRST_STATUS_MS);
  }

  #soon(life: Life, afterMs: number): void {
    life.cancel();
    life.cancel = this.#options.clock.after(afterMs, () => this.#advance(life));
  }

  // Writes the status if it is another than the one written last, and comes back when it changes by itself.
  #advance(life: Life): void {
    const { pod, boundMs, boundAt, startAfterMs, misfortune } = life;
    life.cancel = nothing;
    if (isOver(pod)) return;
    const nowMs = this.#options.clock.elapsed() - boundMs;
    const clock = (ms: number) => formatInstant(boundAt + ms);
    const look = lookAtPod(pod, { nowMs, startAfterMs, clock, misfortune });
    if (look.nextMs !== null) this.#soon(life, Math.max(1, look.nextMs - nowMs));
    const text = JSON.stringify(look);
    if (life.written === text) return;
    life.written = text;
    const isUp = look.phase === 'Running' && look.containerStatuses.every((c) => c.state.running);
    if (this.#options.serve !== true) this.#write(life, look, nowMs);
    else void this.#serve(life, isUp).then(() => this.#write(life, look, nowMs));
  }

  #write(life: Life, look: PodLook, nowMs: number): void {
    const { pod, address, boundAt, startAfterMs } = life;
    const { clock } = this.#options;
    if (this.#lives.get(uidOf(pod)) !== life) return;
    const hasSandbox = nowMs >= startAfterMs;
    this.#patchStatus(life, () => {
      const hostAddress = this.#hostAddress(pod);
      return statusPatch(pod, look, { address, hostAddress, boundAt, hasSandbox, now: clock.now() });
    });
  }

  #patchStatus(life: Life, statusOf: () => object): void {
    const { api } = this.#options;
    this.#attempt(life, () => {
      const patch = { metadata: { uid: uidOf(life.pod) }, status: statusOf() };
      api.merge(kinds.pods, placeOf(life.pod), patch, { manager: MANAGER, subresource: 'status' });
    });
  }

  #hostAddress(pod: Pod): string {
    const node = this.#options.api.get(kinds.nodes, { name: pod.spec.nodeName ?? '' });
    const status = node?.['status'] as
      | { readonly addresses?: readonly { readonly type: string; readonly address: string }[] }
      | undefined;
    return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '10.64.0.1';
  }

  // Only the first sight of a deletion counts, unless it is hurried: the pod then has its preStop time, and
  // goes.
  #stop(life: Life): void {
    const { clock, random, stopMs } = this.#options;
    const isHurried = life.pod.metadata.deletionGracePeriodSeconds === 0;
    if (life.isStopping && !isHurried) return;
    life.isStopping = true;
    const delayMs = random.int(stopMs.least, stopMs.most) + stopDelayMs(life.pod);
    life.cancel();
    life.cancel = clock.after(isHurried ? 0 : delayMs, () => this.#remove(life));
  }

  // Who waits for the pod by a finalizer wants to know how it ended.
  #remove(life: Life): void {
    const { api, clock } = this.#options;
    life.cancel = nothing;
    const { pod } = life;
    if ((pod.metadata.finalizers ?? []).length > 0 && !isOver(pod)) {
      this.#patchStatus(life, () => stoppedPatch(pod, clock.now()));
    }
    if (pod.metadata.deletionGracePeriodSeconds === 0) return;
    this.#attempt(life, () =>
      api.delete(kinds.pods, placeOf(pod), { gracePeriodSeconds: 0, uid: uidOf(pod) }),
    );
  }

  // That a pod is gone is no fault; anything else is tried again.
  #attempt(life: Life, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404) return;
      life.written = '';
      const again = () => (life.isStopping ? this.#remove(life) : this.#advance(life));
      life.cancel();
      life.cancel = this.#options.clock.after(RETRY_MS, again);
    }
  }

  // A pod listens before it is told to be ready, and stops when its containers have ended.
  async #serve(life: Life, isUp: boolean): Promise<void> {
    if (!isUp) {
      await this.#shut(life);
      return;
    }
    life.server ??= servePod(life.pod, life.address, this.#options.doors ?? null);
    try {
      await life.server;
    } catch (error) {
      life.server = null;
      this.#options.onFault?.(`pod ${life.pod.metadata.name} cannot listen: ${String(error)}`);
    }
  }

  async #shut(life: Life): Promise<void> {
    const { server } = life;
    life.server = null;
    const running = await server?.catch(() => null);
    await running?.close();
  }
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}

function placeOf({ metadata: { namespace = 'default', name } }: Pod) {
  return { namespace, name };
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

// What others say about readiness: all else in a status is our own.
function gatesOf(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '';
  const conditions = pod.status?.conditions ?? [];
  return gates.map(({ conditionType }) => conditions.find((c) => c.type === conditionType)?.status).join(' ');
}
