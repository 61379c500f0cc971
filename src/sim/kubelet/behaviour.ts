import type { Container, Pod } from './pod.ts';

/** How an application behaves. */
export interface Behaviour {
  /** The tag of its image; `latest` without one. */
  readonly version: string;
  /** Share of requests answered with 500, 0 to 1. */
  readonly errorRate: number;
  readonly latencyMs: number;
}

/**
 * Reads the behaviour from the variables ERROR_RATE and LATENCY_MS, else from a tag such as
 * `2-errors-30-latency-200`.
 */
export function behaviourOf(container: Container): Behaviour {
  const version = /:([^:/@]+)(@|$)/.exec(container.image ?? '')?.[1] ?? 'latest';
  const variable = (name: string) => container.env?.find((entry) => entry.name === name)?.value;
  const percent = /-errors-(\d+)/.exec(version)?.[1] ?? '0';
  const latency = /-latency-(\d+)/.exec(version)?.[1] ?? '0';
  return {
    version,
    errorRate: Number(variable('ERROR_RATE') ?? Number(percent) / 100),
    latencyMs: Number(variable('LATENCY_MS') ?? latency),
  };
}

/** The container of a pod that answers requests: the first with a port, else the first. */
export function servingContainer(pod: Pod): Container {
  const { containers } = pod.spec;
  return containers.find((c) => (c.ports ?? []).length > 0) ?? containers[0] ?? { name: 'none' };
}
