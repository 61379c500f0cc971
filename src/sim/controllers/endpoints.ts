import type { EndpointSlice, Service } from '../../api/workload.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { kinds } from '../kinds.ts';
import type { Pod } from '../kubelet/pod.ts';
import { controllerRef, ownerIn } from './claim.ts';
import { type Cluster, MANAGER, unlessGone } from './cluster.ts';
import type { Node } from './nodes.ts';
import { isOver, isReady } from './pods.ts';
import { keyOf, placeFor, uidOf } from './shelf.ts';
import { type Draft, slicesOf } from './slices.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';

/**
 * Keeps the EndpointSlices of Services that select pods.
 * Source: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function endpointSliceController(cluster: Cluster): void {
  const { view } = cluster;
  const services = view.of<Service>(kinds.services);
  const slices = view.of<EndpointSlice>(kinds.endpointSlices);
  const queue = cluster.queue((key) => {
    const service = services.get(key);
    if (service !== null && service.metadata.deletionTimestamp === undefined) reconcile(cluster, service);
    return null;
  });
  const wake = (service: Service | null) => {
    if (service !== null) queue.add(keyOf(service));
  };
  view.on<Service>(kinds.services, (_, after) => wake(after));
  view.on<EndpointSlice>(kinds.endpointSlices, (before, after) => wake(ownerIn(services, after ?? before)));
  view.on<Pod>(kinds.pods, (before, after) => {
    const { namespace = '' } = (after ?? before)?.metadata ?? {};
    const isMoved = before?.metadata.labels !== after?.metadata.labels;
    if (!isMoved && sight(before) === sight(after)) return;
    for (const service of services.in(namespace)) {
      if (selectsPod(service, after) || (isMoved && selectsPod(service, before))) wake(service);
    }
  });
  for (const service of services.all()) wake(service);
  // The slices have to be known before they change.
  slices.all();
}

function reconcile(cluster: Cluster, service: Service): void {
  const { api, view } = cluster;
  const { selector, type } = service.spec ?? {};
  if (selector === undefined || Object.keys(selector).length === 0 || type === 'ExternalName') return;
  const { namespace = '' } = service.metadata;
  const pods = view
    .of<Pod>(kinds.pods)
    .in(namespace)
    .filter((pod) => selectsPod(service, pod));
  const nodes = view.of<Node>(kinds.nodes);
  const zoneOf = (node: string) => nodes.get(node)?.metadata.labels?.['topology.kubernetes.io/zone'];
  const wanted = slicesOf(service, pods, zoneOf);
  const own = view.of<EndpointSlice>(kinds.endpointSlices).controlledBy(uidOf(service));
  const left = own.filter((slice) => slice.metadata.labels?.[MANAGED_BY] === CONTROLLER);
  const labels = labelsFor(service);
  for (const draft of wanted) {
    // One with the same ports is taken up again, so that nothing moves between slices without need.
    const at = left.findIndex((slice) => isSameJson(slice.ports ?? [], draft.ports));
    const [slice] = at < 0 ? [] : left.splice(at, 1);
    if (slice === undefined) create(cluster, service, { labels, draft });
    else update(cluster, slice, { labels, draft });
  }
  for (const slice of left) unlessGone(() => api.delete(kinds.endpointSlices, placeFor(slice)));
}

interface Wanted {
  readonly labels: Readonly<Record<string, string>>;
  readonly draft: Draft;
}

function create({ api }: Cluster, service: Service, { labels, draft }: Wanted): void {
  const { name, namespace } = service.metadata;
  const metadata = {
    generateName: `${name}-`,
    namespace,
    labels,
    ownerReferences: [controllerRef(service)],
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    ...draft,
  };
  api.create(kinds.endpointSlices, slice, { manager: MANAGER });
}

function update({ api }: Cluster, slice: EndpointSlice, { labels, draft }: Wanted): void {
  const { endpoints = [], ports = [], metadata } = slice;
  const isSame = isSameJson(endpoints, draft.endpoints) && isSameJson(ports, draft.ports);
  if (isSame && isSameJson(metadata.labels ?? {}, labels)) return;
  const next = { ...slice, ...draft, metadata: { ...metadata, labels } };
  api.update(kinds.endpointSlices, next, { manager: MANAGER });
}

function labelsFor({ metadata: { name, labels = {} }, spec }: Service): Wanted['labels'] {
  const headless = spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return { ...labels, ...headless, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER };
}

function selectsPod({ spec }: Service, pod: Pod | null): boolean {
  const { labels = {} } = pod?.metadata ?? {};
  const wanted = Object.entries(spec?.selector ?? {});
  return pod !== null && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

// All that an endpoint shows of a pod.
function sight(pod: Pod | null): string {
  const address = pod?.status?.podIP;
  if (pod === null || address === undefined || isOver(pod)) return '';
  return `${address} ${isReady(pod)} ${pod.metadata.deletionTimestamp !== undefined}`;
}
