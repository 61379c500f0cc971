import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { valueAt } from '../bed/api.ts';
import type { Application } from './application.ts';
import type { Chronicle } from './chronicle.ts';
import { canaryIngress, ingressWeight } from './routing.ts';

/** What became of requests: how many by version and HTTP status; those that got no answer have a reason. */
export interface Tally {
  readonly answered: ReadonlyMap<string, number>;
  readonly lost: readonly string[];
}

/** Users of an application, who send requests all the time. */
export interface Crowd {
  /** Everything since the start or the last `fresh`. Keys are `VERSION CODE`. */
  tally(): Tally;
  /** Waits for requests under way, and counts from nothing again. Returns the tally up to now. */
  fresh(): Promise<Tally>;
  /** Waits until so many more requests were answered. */
  more(count: number): Promise<void>;
  stop(): Promise<Tally>;
}

const EVERY_MS = 15;

/**
 * Sends requests as a proxy would route them: by the weight in the canary Ingress to one of the two Services,
 * and there to its ready pods in turn. What is ready is what the EndpointSlices say, nothing else.
 */
export function startCrowd(chronicle: Chronicle, app: Application): Crowd {
  return crowdBy(router(chronicle, app));
}

/** The same for one Service, without weights: every request goes to its ready pods in turn. */
export function startVisitors(chronicle: Chronicle, service: string): Crowd {
  let turn = 0;
  return crowdBy(() => {
    const ready = readyAddresses(chronicle, service);
    return { service, address: ready[turn++ % Math.max(1, ready.length)] ?? null };
  });
}

/** Where the next request goes; no address: there is no ready pod. */
type Route = () => { readonly service: string; readonly address: string | null };

function crowdBy(route: Route): Crowd {
  const underWay = new Set<Promise<void>>();
  let answered = new Map<string, number>();
  let lost: string[] = [];
  let total = 0;
  let stopped = false;
  const send = async () => {
    const { service, address } = route();
    if (address === null) {
      lost.push(`${service} has no ready pod`);
      return;
    }
    try {
      const answer = await request(`http://${address}:8080/`, { reset: true, headersTimeout: 5_000 });
      const key = `${(await answer.body.text()).trim()} ${answer.statusCode}`;
      answered.set(key, (answered.get(key) ?? 0) + 1);
      total += 1;
    } catch (error) {
      lost.push(`${service} ${address}: ${String(error)}`);
    }
  };
  const drained = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const running = (async () => {
    while (!stopped) {
      const one = send().finally(() => underWay.delete(one));
      underWay.add(one);
      // A test that has failed does not stop its users: they alone keep no process alive.
      await pause(EVERY_MS, undefined, { ref: false });
    }
  })();
  const tally = () => ({ answered, lost });
  return {
    tally,
    fresh: async () => {
      await Promise.all(underWay);
      const before = tally();
      answered = new Map();
      lost = [];
      return before;
    },
    more: async (count) => {
      const wanted = total + count;
      const deadline = performance.now() + 30_000;
      while (total < wanted && performance.now() < deadline) await pause(EVERY_MS);
      if (total < wanted) throw new Error(`crowd: fewer than ${count} answers in 30 s`);
    },
    stop: async () => {
      stopped = true;
      await running;
      await drained();
      return tally();
    },
  };
}

/** How many requests a version answered, with any code unless one is given. */
export function answersOf({ answered }: Tally, version: string, code?: number): number {
  return [...answered]
    .filter(([key]) => key.startsWith(`${version} `) && (code === undefined || key.endsWith(` ${code}`)))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** How many requests were answered with an error, by whichever version. */
export function errorsIn({ answered }: Tally): number {
  return [...answered].filter(([key]) => / 5\d\d$/.test(key)).reduce((sum, [, count]) => sum + count, 0);
}

/** Asserts that every request was answered, with 200. */
export function assertAllAnswered({ answered, lost }: Tally): void {
  assert.deepEqual(lost, []);
  assert.deepEqual(
    [...answered.keys()].filter((key) => !key.endsWith(' 200')),
    [],
  );
}

function router(chronicle: Chronicle, app: Application): Route {
  let due = 0;
  const turn = new Map<string, number>();
  return () => {
    due += (ingressWeight(chronicle.latest('Ingress', canaryIngress(app))) ?? 0) / 100;
    const isCanary = due >= 1 - 1e-9;
    if (isCanary) due -= 1;
    const service = `${app.name}-${isCanary ? 'canary' : 'stable'}`;
    const ready = readyAddresses(chronicle, service);
    const next = turn.get(service) ?? 0;
    turn.set(service, next + 1);
    return { service, address: ready[next % Math.max(1, ready.length)] ?? null };
  };
}

/**
 * Waits until all ready pods of a Service are of one version, as the EndpointSlices say: they follow its
 * selector with some delay. Throws after `seconds` (30).
 */
export function untilLeadsTo(
  chronicle: Chronicle,
  service: string,
  tag: string,
  seconds = 30,
): Promise<void> {
  const isOf = (pod: string) =>
    chronicle
      .present('ReplicaSet')
      .some((set) => pod.startsWith(`${set.metadata.name}-`) && imageTag(set) === tag);
  return chronicle.until(
    `${service} leads to ${tag} alone`,
    () => {
      const pods = readyEndpoints(chronicle, service).map((one) => String(valueAt(one, 'targetRef.name')));
      return pods.length > 0 && pods.every(isOf);
    },
    seconds,
  );
}

function imageTag(set: unknown): string | undefined {
  return String(valueAt(set, 'spec.template.spec.containers.0.image')).split(':')[1];
}

function readyAddresses(chronicle: Chronicle, service: string): readonly string[] {
  return readyEndpoints(chronicle, service).map((endpoint) => String(valueAt(endpoint, 'addresses.0')));
}

function readyEndpoints(chronicle: Chronicle, service: string): readonly unknown[] {
  return chronicle
    .present('EndpointSlice')
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service)
    .flatMap((slice) => (slice['endpoints'] ?? []) as readonly unknown[])
    .filter((endpoint) => valueAt(endpoint, 'conditions.ready') === true);
}
