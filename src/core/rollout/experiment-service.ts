import type { Experiment } from '../../api/experiment.ts';
import type { ServicePort } from '../../api/workload.ts';
import { portsOf } from '../experiment/manifests.ts';
import { type Instant, parseInstant } from '../time.ts';
import type { World } from '../world.ts';
import { sidesOf } from './sides.ts';

/**
 * How long pods of an experiment have been available before they get traffic: their Service is new, and
 * proxies are still to hear of its endpoints.
 */
export const SETTLED_MS = 3_000;

/** A Service of an experiment to which requests may be sent. */
export interface Served {
  readonly service: string;
  /** Of the Service. */
  readonly port: number;
  /** From when on. */
  readonly from: Instant;
}

/**
 * The Service of a template whose pods are all available, in an experiment that goes on; null: there is
 * nothing to send requests to. Of several ports it is the one to which the Service of the stable version
 * sends its requests, else the first.
 */
export function servedBy(world: World, experiment: Experiment, name: string): Served | null {
  const { metadata, spec, status } = experiment;
  const isRunning = status?.phase === 'Running' && spec.terminate !== true;
  if (!isRunning || metadata.deletionTimestamp !== undefined) return null;
  const told = status.templateStatuses?.find((one) => one.name === name);
  const template = spec.templates.find((one) => one.name === name);
  const port = template === undefined ? undefined : portLike(portsOf(template), world);
  if (told?.status !== 'Running' || told.serviceName === undefined || port === undefined) return null;
  const from = (parseInstant(told.lastTransitionTime) ?? 0) + SETTLED_MS;
  return { service: told.serviceName, port: port.port, from };
}

function portLike(ports: readonly ServicePort[], { rollout, services }: World): ServicePort | undefined {
  const stable = services[sidesOf(rollout).stable ?? ''] ?? null;
  const [only, more] = stable?.spec?.ports ?? [];
  const target = only === undefined || more !== undefined ? undefined : (only.targetPort ?? only.port);
  if (target === undefined) return ports[0];
  return ports.find(({ name, port }) => target === port || target === name) ?? ports[0];
}
