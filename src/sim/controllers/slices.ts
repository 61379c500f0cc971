import type { EndpointSlice, Service, ServicePort } from '../../api/workload.ts';
import type { Pod } from '../kubelet/pod.ts';
import { isOver, isReady } from './pods.ts';
import { uidOf } from './shelf.ts';

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];
type Port = NonNullable<EndpointSlice['ports']>[number];

/** The content of one EndpointSlice. */
export interface Draft {
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly Port[];
}

const MOST_ENDPOINTS = 100;
const NOTHING: Draft = { endpoints: [], ports: [] };

/**
 * The slices that a Service should have for the pods that it selects: one for each set of port numbers, at
 * most 100 endpoints in one, and an empty one where there is no pod with an address. Pods that have ended are
 * left out; those that are about to go stay as terminating until they are gone.
 */
export function slicesOf(
  service: Service,
  pods: readonly Pod[],
  zoneOf: (node: string) => string | undefined,
): readonly Draft[] {
  const byPorts = new Map<string, { ports: readonly Port[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    if (isOver(pod) || pod.status?.podIP === undefined) continue;
    const ports = portsOf(service, pod);
    const key = JSON.stringify(ports);
    const group = byPorts.get(key) ?? { ports, endpoints: [] };
    byPorts.set(key, group);
    group.endpoints.push(endpointOf(service, pod, zoneOf));
  }
  if (byPorts.size === 0) return [NOTHING];
  return [...byPorts.values()].flatMap(({ ports, endpoints }) =>
    chunks(endpoints).map((chunk) => ({ endpoints: chunk, ports })),
  );
}

function endpointOf(service: Service, pod: Pod, zoneOf: (node: string) => string | undefined): Endpoint {
  const { nodeName } = pod.spec;
  const { name, namespace = '' } = pod.metadata;
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const isAlways = service.spec?.['publishNotReadyAddresses'] === true;
  const zone = nodeName === undefined ? undefined : zoneOf(nodeName);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: isAlways || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid: uidOf(pod) },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function portsOf({ spec }: Service, pod: Pod): readonly Port[] {
  return (spec?.ports ?? []).flatMap((port): readonly Port[] => {
    const { name = '', protocol = 'TCP', appProtocol } = port;
    const number = targetOf(port, pod);
    if (number === null) return [];
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

// Null where the pod has no port of that name.
function targetOf({ port, targetPort, protocol = 'TCP' }: ServicePort, pod: Pod): number | null {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port;
  if (typeof targetPort === 'number') return targetPort;
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const found = ports.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol);
  return found?.containerPort ?? null;
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / MOST_ENDPOINTS);
  return Array.from({ length: count }, (_, i) => items.slice(i * MOST_ENDPOINTS, (i + 1) * MOST_ENDPOINTS));
}
