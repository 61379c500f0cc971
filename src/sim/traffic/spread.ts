import type { Manifest } from '../../api/meta.ts';
import type { Backend, MeshRequest, Objects, Routing } from '../mesh/data-plane.ts';
import { type Endpoint, podsOf } from '../mesh/endpoints.ts';
import { type DataPlanes, routesOf } from '../mesh/mesh.ts';
import type { Random } from '../random.ts';
import { binomial, inTurn, multinomial } from './draw.ts';

/** Where requests of one sort go, as long as the objects stay as they are. */
export interface Course {
  readonly routing: Routing;
  /** The pods of each backend. */
  readonly pods: readonly (readonly Endpoint[])[];
  /** The pods of each mirror. */
  readonly mirrors: readonly (readonly Endpoint[])[];
}

/** Requests that reached a pod. */
export interface Delivery {
  readonly pod: Manifest;
  readonly count: number;
  /** Null: copies, whose answers nobody waits for. */
  readonly backend: Backend | null;
}

/** Requests that the data plane answered itself. */
export interface Lost {
  readonly status: number;
  readonly reason: string;
  readonly count: number;
  readonly backend: Backend | null;
}

/** What became of requests. The counts of both, without copies, sum to what was sent. */
export interface Spread {
  readonly deliveries: readonly Delivery[];
  readonly lost: readonly Lost[];
}

/** Looks up the course that requests like this take. */
export function courseOf(planes: DataPlanes, objects: Objects, request: MeshRequest): Course {
  const routing = routesOf(planes, objects, request);
  if (routing.kind !== 'backends') return { routing, pods: [], mirrors: [] };
  const behind = (service: Parameters<typeof podsOf>[1]) => {
    const found = podsOf(objects, service);
    return found.kind === 'endpoints' ? found.endpoints : [];
  };
  return {
    routing,
    pods: routing.backends.map(({ to }) => (to.kind === 'service' ? behind(to.service) : [])),
    mirrors: routing.mirrors.map(({ service }) => behind(service)),
  };
}

/**
 * Sends `count` requests on their course. `isOpen` tells whether a pod, as it really is now, takes
 * connections: the data plane may not know yet that it does not.
 */
export function spread(
  course: Course,
  count: number,
  { random, isOpen }: { readonly random: Random; readonly isOpen: (pod: Manifest) => boolean },
): Spread {
  const { routing } = course;
  if (routing.kind === 'refused') return lostAll(501, routing.message, count);
  if (routing.kind === 'answer') return lostAll(routing.status, routing.reason, count);
  const shares = multinomial(
    random,
    count,
    routing.backends.map(({ weight }) => weight),
  );
  const parts = routing.backends.map((backend, i) =>
    toBackend(backend, course.pods[i] ?? [], shares[i] ?? 0, { random, isOpen, routing }),
  );
  const copies = routing.mirrors.map(({ share }, i) => {
    const pods = (course.mirrors[i] ?? []).map(({ pod }) => pod).filter(isOpen);
    return pods.length === 0 ? [] : deal(random, pods, binomial(random, count, share), routing.spread);
  });
  return {
    deliveries: [
      ...parts.flatMap(({ deliveries }) => deliveries),
      ...copies.flat().map(({ pod, count: got }) => ({ pod, count: got, backend: null })),
    ],
    lost: parts.flatMap(({ lost }) => lost),
  };
}

interface Way {
  readonly random: Random;
  readonly isOpen: (pod: Manifest) => boolean;
  readonly routing: Routing & { readonly kind: 'backends' };
}

function toBackend(backend: Backend, endpoints: readonly Endpoint[], count: number, way: Way): Spread {
  if (count === 0) return { deliveries: [], lost: [] };
  const { to } = backend;
  if (to.kind === 'answer') return lostAll(to.status, to.reason, count, backend);
  const where = `Service ${to.service.namespace}/${to.service.name}`;
  if (endpoints.length === 0) return lostAll(503, `${where} has no ready pod`, count, backend);
  const { random, routing, isOpen } = way;
  const all = endpoints.map(({ pod }) => pod);
  const first = deal(random, all, count, routing.spread);
  const open = all.filter(isOpen);
  const taken = first.filter(({ pod }) => isOpen(pod));
  let left = count - taken.reduce((sum, one) => sum + one.count, 0);
  const again: Dealt[] = [];
  // Each further try goes to one of the others, of which some may be gone as well.
  for (let tries = 1; tries < routing.tries && left > 0 && open.length > 0; tries++) {
    const lucky = binomial(random, left, Math.min(1, open.length / (all.length - 1)));
    again.push(...deal(random, open, lucky, routing.spread));
    left -= lucky;
  }
  const reason = `${where} has a pod that takes no connections`;
  return {
    deliveries: joined([...taken, ...again]).map((one) => ({ ...one, backend })),
    lost: left > 0 ? [{ status: 502, reason, count: left, backend }] : [],
  };
}

interface Dealt {
  readonly pod: Manifest;
  readonly count: number;
}

function deal(
  random: Random,
  pods: readonly Manifest[],
  count: number,
  how: 'in turn' | 'at random',
): readonly Dealt[] {
  const equal = pods.map(() => 1);
  const counts = how === 'in turn' ? inTurn(random, count, pods.length) : multinomial(random, count, equal);
  return pods.flatMap((pod, i) => {
    const got = counts[i] ?? 0;
    return got === 0 ? [] : [{ pod, count: got }];
  });
}

/** One entry for each pod. */
function joined(dealt: readonly Dealt[]): readonly Dealt[] {
  const byPod = new Map<Manifest, number>();
  for (const { pod, count } of dealt) byPod.set(pod, (byPod.get(pod) ?? 0) + count);
  return [...byPod].map(([pod, count]) => ({ pod, count }));
}

function lostAll(status: number, reason: string, count: number, backend: Backend | null = null): Spread {
  return { deliveries: [], lost: count === 0 ? [] : [{ status, reason, count, backend }] };
}
