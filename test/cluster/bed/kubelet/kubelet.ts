import { setTimeout as pause } from 'node:timers/promises';
import { type Addresses, podAddresses } from '../../../../src/sim/kubelet/addresses.ts';
import { lookAtPod, type PodLook, stopDelayMs } from '../../../../src/sim/kubelet/lifecycle.ts';
import type { Condition, Pod } from '../../../../src/sim/kubelet/pod.ts';
import { type PodServer, servePod } from '../../../../src/sim/kubelet/serve/server.ts';
import { type Api, openApi } from '../api.ts';
import { type Access, ApiError, patchType, type WatchEvent } from '../client.ts';
import { createNode, NODE, NODE_ADDRESS } from './node.ts';

/** What the fake kubelet is told. Times in milliseconds. */
export interface KubeletOptions {
  readonly access: Access;
  readonly readyAfterMs: number;
  readonly removedAfterMs: number;
  /** Every pod is an HTTP server; else only those with the label `sluice.test/traffic: "true"`. */
  readonly traffic: boolean;
}

/** The label of a pod, `"true"`, that makes it a real HTTP server in a bed without traffic. */
export const TRAFFIC_LABEL = 'sluice.test/traffic';

// What is known of one pod from its binding to its end.
interface Life {
  pod: Pod;
  readonly address: string;
  /** Of the binding: on the monotonic clock, and as a wall-clock time in milliseconds. */
  readonly boundMs: number;
  readonly boundAt: number;
  timer: NodeJS.Timeout | null;
  written: string;
  stopping: boolean;
  server: Promise<PodServer> | null;
}

/** Plays the node of a bed until the process or thread ends. Returns once it follows the pods. */
export async function runKubelet(options: KubeletOptions, log: (line: string) => void): Promise<void> {
  const api = openApi(options.access);
  const kubelet = new Kubelet(api, options, log);
  await createNode(api);
  const first = Promise.withResolvers<void>();
  void kubelet.follow(first.resolve);
  await first.promise;
}

class Kubelet {
  readonly #api: Api;
  readonly #options: KubeletOptions;
  readonly #log: (line: string) => void;
  readonly #lives = new Map<string, Life>();
  readonly #addresses: Addresses;

  constructor(api: Api, options: KubeletOptions, log: (line: string) => void) {
    this.#api = api;
    this.#options = options;
    this.#log = log;
    this.#addresses = podAddresses(Number(new URL(options.access.server).port), 10);
  }

  // Lists and watches for ever; whatever ends a watch leads to a new list.
  async follow(onList: () => void): Promise<never> {
    for (;;) {
      try {
        const list = await this.#api.wire.send<{
          items: readonly Pod[];
          metadata: { resourceVersion: string };
        }>('GET', '/api/v1/pods');
        this.#replace(list.items);
        onList();
        const path = `/api/v1/pods?watch=true&resourceVersion=${list.metadata.resourceVersion}`;
        await this.#api.wire.follow(path, (event) => this.#take(event)).done;
      } catch (error) {
        this.#log(`list of pods: ${String(error)}`);
      }
      await pause(100);
    }
  }

  #replace(pods: readonly Pod[]): void {
    const here = new Set(pods.map((pod) => pod.metadata.uid));
    for (const life of this.#lives.values()) if (!here.has(life.pod.metadata.uid)) this.#forget(life.pod);
    for (const pod of pods) this.#see(pod);
  }

  #take({ type, object }: WatchEvent): void {
    const pod = object as unknown as Pod;
    if (type === 'DELETED') this.#forget(pod);
    if (type === 'ADDED' || type === 'MODIFIED') this.#see(pod);
  }

  #see(pod: Pod): void {
    const life = this.#lives.get(uidOf(pod));
    if (life === undefined) {
      this.#begin(pod);
      return;
    }
    life.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#end(life);
    else if (pod.spec.nodeName !== undefined) this.#advance(life);
  }

  #begin(pod: Pod): void {
    if ((pod.spec.schedulingGates ?? []).length > 0) return;
    const life: Life = {
      pod,
      address: this.#addresses.take(),
      boundMs: performance.now(),
      boundAt: Date.now(),
      timer: null,
      written: '',
      stopping: false,
      server: null,
    };
    this.#lives.set(uidOf(pod), life);
    if (pod.spec.nodeName === undefined) this.#do(pod, 'bind', this.#bind(pod));
    else this.#see(pod);
  }

  #bind(pod: Pod): Promise<unknown> {
    const { name } = pod.metadata;
    const target = { apiVersion: 'v1', kind: 'Node', name: NODE };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
    return this.#api.wire.send('POST', `${pathOf(pod)}/binding`, binding);
  }

  // Writes the status if it is another than the one written last, and comes back when it changes by itself.
  #advance(life: Life): void {
    const { boundMs, boundAt, pod } = life;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    const clock = (ms: number) => toSeconds(boundAt + ms);
    const nowMs = performance.now() - boundMs;
    const look = lookAtPod(pod, { nowMs, startAfterMs: this.#options.readyAfterMs, clock });
    if (life.timer !== null) clearTimeout(life.timer);
    life.timer =
      look.nextMs === null ? null : setTimeout(() => this.#advance(life), Math.max(1, look.nextMs - nowMs));
    // The first moments need no write: a pod that was just bound says Pending by itself.
    if (nowMs < this.#options.readyAfterMs) return;
    const text = JSON.stringify(look);
    if (life.written === text) return;
    life.written = text;
    this.#do(pod, 'status', this.#write(life, look));
  }

  async #write(life: Life, look: PodLook): Promise<unknown> {
    await this.#serve(life, look);
    const { pod, address } = life;
    const status = {
      phase: look.phase,
      startTime: toSeconds(life.boundAt),
      hostIP: NODE_ADDRESS,
      hostIPs: [{ ip: NODE_ADDRESS }],
      podIP: address,
      podIPs: [{ ip: address }],
      conditions: look.conditions.map((condition) => patchOf(condition, pod)),
      containerStatuses: look.containerStatuses,
      initContainerStatuses: look.initContainerStatuses,
    };
    const body = { metadata: { uid: pod.metadata.uid }, status };
    return this.#api.wire.send('PATCH', `${pathOf(pod)}/status`, body, patchType('strategic'));
  }

  // A pod listens before it is told to be ready, and stops when its containers have ended.
  async #serve(life: Life, look: PodLook): Promise<void> {
    const up = look.phase === 'Running' && look.containerStatuses.every((c) => c.state.running !== undefined);
    const wanted = this.#options.traffic || life.pod.metadata.labels?.[TRAFFIC_LABEL] === 'true';
    if (!up) {
      this.#shut(life);
      return;
    }
    if (!wanted) return;
    life.server ??= servePod(life.pod, life.address, null);
    try {
      await life.server;
    } catch (error) {
      life.server = null;
      throw error;
    }
  }

  #shut(life: Life): void {
    const { server } = life;
    life.server = null;
    void server?.then((s) => s.close()).catch(() => {});
  }

  // Only the first sight of a deletion counts: the pod then has its preStop time and goes.
  #end(life: Life): void {
    if (life.stopping) return;
    life.stopping = true;
    if (life.timer !== null) clearTimeout(life.timer);
    const { pod } = life;
    const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    const remove = () => this.#do(pod, 'remove', this.#api.wire.send('DELETE', pathOf(pod), body));
    life.timer = setTimeout(remove, this.#options.removedAfterMs + stopDelayMs(pod));
  }

  #forget(pod: Pod): void {
    const life = this.#lives.get(uidOf(pod));
    if (life === undefined) return;
    this.#lives.delete(uidOf(pod));
    if (life.timer !== null) clearTimeout(life.timer);
    this.#addresses.giveBack(life.address);
    this.#shut(life);
  }

  // Pods come and go under our hands: that one is gone or has changed is no fault, the watch tells what is
  // so.
  #do(pod: Pod, what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return;
      this.#log(`${what} ${pathOf(pod)}: ${String(error)}`);
      this.#retry(pod, what);
    });
  }

  #retry(pod: Pod, what: string): void {
    const life = this.#lives.get(uidOf(pod));
    if (life === undefined) return;
    setTimeout(() => {
      if (this.#lives.get(uidOf(pod)) !== life) return;
      life.written = '';
      if (what === 'remove') life.stopping = false;
      if (what === 'bind') this.#do(pod, 'bind', this.#bind(pod));
      else this.#see(life.pod);
    }, 500).unref();
  }
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}

function pathOf(pod: Pod): string {
  return `/api/v1/namespaces/${pod.metadata.namespace ?? 'default'}/pods/${pod.metadata.name}`;
}

// A condition that stays what it was keeps its time; null removes what a former reason left.
function patchOf(condition: Condition, pod: Pod) {
  const before = pod.status?.conditions?.find((c) => c.type === condition.type);
  const same = before?.status === condition.status;
  const lastTransitionTime = (same ? before.lastTransitionTime : undefined) ?? toSeconds(Date.now());
  return { reason: null, message: null, ...condition, lastTransitionTime };
}

function toSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
