import type { Experiment } from '../../api/experiment.ts';
import { portsOf } from '../experiment/manifests.ts';
import { type Instant, parseInstant } from '../time.ts';

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
 * nothing to send requests to.
 */
export function servedBy({ metadata, spec, status }: Experiment, name: string): Served | null {
  const isRunning = status?.phase === 'Running' && spec.terminate !== true;
  if (!isRunning || metadata.deletionTimestamp !== undefined) return null;
  const told = status.templateStatuses?.find((one) => one.name === name);
  const template = spec.templates.find((one) => one.name === name);
  const [port] = template === undefined ? [] : portsOf(template);
  if (told?.status !== 'Running' || told.serviceName === undefined || port === undefined) return null;
  const from = (parseInstant(told.lastTransitionTime) ?? 0) + SETTLED_MS;
  return { service: told.serviceName, port: port.port, from };
}
