import type { Manifest } from '../../api/meta.ts';
import { fieldsOf, listOf, textOf } from '../../routers/fields.ts';
import { kinds } from '../kinds.ts';
import type { Objects, ServicePortRef } from './data-plane.ts';

/** A pod that takes requests, and on which of its ports. */
export interface Endpoint {
  readonly pod: Manifest;
  readonly port: number;
}

/** What is behind a port of a Service. */
export type Endpoints =
  | { readonly kind: 'endpoints'; readonly endpoints: readonly Endpoint[] }
  /** No such Service, or no such port. */
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * The pods that take the requests of a Service: selected by it, ready, not about to go, with an address. What
 * the EndpointSlices of the Service would say; they are not read. In the order of their names.
 */
export function podsOf(objects: Objects, ref: ServicePortRef): Endpoints {
  const { namespace, name } = ref;
  const service = objects.get(kinds.services, { namespace, name });
  if (service === null) return { kind: 'missing', reason: `there is no Service ${namespace}/${name}` };
  const spec = fieldsOf(service['spec']);
  const port = portOf(listOf(spec['ports']).map(fieldsOf), ref.port);
  if (port === null) {
    return {
      kind: 'missing',
      reason: `Service ${namespace}/${name} has no port ${ref.port ?? ''}`.trimEnd(),
    };
  }
  const labels = labelsOf(spec['selector']);
  if (labels === null) return { kind: 'endpoints', endpoints: [] };
  const unreadyToo = spec['publishNotReadyAddresses'] === true;
  const endpoints = objects
    .list(kinds.pods, { namespace, labels })
    .filter((pod) => isPresent(pod) && (unreadyToo || isReady(pod)))
    .flatMap((pod) => {
      const number = portIn(pod, port);
      return number === null ? [] : [{ pod, port: number }];
    });
  return { kind: 'endpoints', endpoints };
}

/** Whether the pod says that it is ready. */
export function isReady(pod: Manifest): boolean {
  return listOf(fieldsOf(pod['status'])['conditions'])
    .map(fieldsOf)
    .some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** What a Service's port leads to in a pod: a number, or the name of a container's port. */
type TargetPort = number | string;

function portOf(ports: readonly Readonly<Record<string, unknown>>[], wanted: ServicePortRef['port']) {
  const found = ports.find((port) => wanted === null || port['port'] === wanted || port['name'] === wanted);
  const target = found?.['targetPort'] ?? found?.['port'];
  return typeof target === 'number' || typeof target === 'string' ? target : null;
}

/** A Service without a selector has its endpoints from somebody else. */
function labelsOf(selector: unknown): Readonly<Record<string, string>> | null {
  const entries = Object.entries(fieldsOf(selector)).map(([key, value]) => [key, String(value)] as const);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function isPresent(pod: Manifest): boolean {
  const { phase, podIP } = fieldsOf(pod['status']);
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  return pod.metadata.deletionTimestamp === undefined && !isOver && textOf(podIP) !== undefined;
}

function portIn(pod: Manifest, target: TargetPort): number | null {
  if (typeof target === 'number') return target;
  if (/^\d+$/.test(target)) return Number(target);
  const number = listOf(fieldsOf(pod['spec'])['containers'])
    .flatMap((container) => listOf(fieldsOf(container)['ports']))
    .map(fieldsOf)
    .find(({ name }) => name === target)?.['containerPort'];
  return typeof number === 'number' ? number : null;
}
