import type { Manifest } from '../../../src/api/meta.ts';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { type ControllerOptions, startControllers } from '../../../src/sim/controllers/start.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from '../../../src/sim/kubelet/kubelet.ts';
import { Random } from '../../../src/sim/random.ts';

/** A small cluster in virtual time, with all that lives in one. */
export interface TestWorld {
  readonly api: ApiServer;
  readonly clock: VirtualClock;
  readonly kubelet: Kubelet;
  create(kind: Kind, name: string, content: object): Manifest;
  get(kind: Kind, name: string): Manifest | null;
  list(kind: Kind): readonly Manifest[];
  merge(kind: Kind, name: string, patch: object): Manifest;
  /** Lets time pass until that holds; fails after a virtual hour. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Lets that much time pass. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Everything happens in this namespace. */
export const NAMESPACE = 'test';
const USER = { manager: 'user' };

/** Starts one; pods are ready a second after they were bound. */
export function startWorld(
  more: { readonly controllers?: ControllerOptions; readonly kubelet?: Partial<KubeletOptions> } = {},
): TestWorld {
  const clock = new VirtualClock(Date.parse('2026-11-21T08:00:00Z'));
  const random = new Random('controllers');
  const api = new ApiServer({ clock, random });
  const controllers = startControllers({ api, clock, random, options: more.controllers ?? {} });
  const kubelet = startKubelet({
    api,
    clock,
    random,
    startMs: { least: 1000, most: 1000 },
    stopMs: { least: 200, most: 200 },
    ...more.kubelet,
  });
  api.create(kinds.namespaces, { metadata: { name: NAMESPACE } }, USER);
  const placeOf = (kind: Kind, name: string) => (kind.namespaced ? { namespace: NAMESPACE, name } : { name });
  return {
    api,
    clock,
    kubelet,
    create: (kind, name, content) => {
      const { metadata, ...rest } = content as { readonly metadata?: object };
      const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
      const object = {
        apiVersion,
        kind: kind.kind,
        metadata: { ...placeOf(kind, name), ...metadata },
        ...rest,
      };
      return api.create(kind, object, USER);
    },
    get: (kind, name) => api.get(kind, placeOf(kind, name)),
    list: (kind) => api.list(kind, kind.namespaced ? { namespace: NAMESPACE } : {}),
    merge: (kind, name, patch) => api.merge(kind, placeOf(kind, name), patch, USER),
    until: async (what, holds) => {
      if (!(await clock.run(clock.elapsed() + HOUR_MS, holds))) throw new Error(`never: ${what}`);
    },
    pass: async (ms) => {
      await clock.run(clock.elapsed() + ms);
    },
    stop: async () => {
      controllers.stop();
      api.stop();
      await kubelet.stop();
    },
  };
}

/** The spec of a ReplicaSet or Deployment whose pods have the label `app`. */
export function workload(app: string, replicas: number, more: object = {}): object {
  return { spec: { replicas, selector: { matchLabels: { app } }, template: template(app), ...more } };
}

/** A pod template with one container. */
export function template(app: string, image = 'demo/app:1', more: object = {}): object {
  return {
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'app', image, ...more }] },
  };
}

/** Something deep in an object, by its path with dots; undefined where there is nothing. */
export function at(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[key];
  }, object);
}

/** The status of a condition. */
export function condition(object: unknown, type: string): unknown {
  const conditions = at(object, 'status.conditions');
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((one: unknown) => at(one, 'type') === type)?.status;
}
