import type { Manifest } from '../../api/meta.ts';
import { type Behaviour, behaviourOf, servingContainer } from '../kubelet/behaviour.ts';
import { stopDelayMs } from '../kubelet/lifecycle.ts';
import type { Container, Pod } from '../kubelet/pod.ts';

/** How the application in a pod behaves, also in ways that show only under load or in the beginning. */
export interface Application extends Behaviour {
  /** What is more than this many requests a second fails, and all the rest takes longer. Infinity: never. */
  readonly mostPerSecond: number;
  /** For so long after it is ready it takes longer: four times at first, then less and less. */
  readonly slowStartMs: number;
}

/** A trouble that hits whatever version there is, such as a database that is down. */
export interface Incident {
  /** Milliseconds since the traffic began. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Share of requests that fail because of it, 0 to 1. */
  readonly errorRate: number;
  /** Is added to every answer. */
  readonly latencyMs: number;
}

/** How an application answers at a moment. */
export interface Answering {
  readonly errorRate: number;
  readonly latencyMs: number;
}

/**
 * Reads the behaviour from the container that serves: ERROR_RATE and LATENCY_MS or its tag, MOST_RPS (what
 * one pod can carry) and SLOW_START_SECONDS. What is no number counts as not set.
 */
export function applicationOf(pod: Manifest): Application {
  const container = servingContainer(asPod(pod));
  const behaviour = behaviourOf(container);
  return {
    version: behaviour.version,
    errorRate: Math.min(Math.max(behaviour.errorRate || 0, 0), 1),
    latencyMs: Math.max(behaviour.latencyMs || 0, 0),
    mostPerSecond: variable(container, 'MOST_RPS') || Number.POSITIVE_INFINITY,
    slowStartMs: 1000 * (variable(container, 'SLOW_START_SECONDS') || 0),
  };
}

/** What comes of a behaviour with so many requests a second, so long after it was ready, in such times. */
export function answering(
  application: Application,
  moment: {
    readonly perSecond: number;
    readonly readyForMs: number;
    readonly incidents: readonly Incident[];
  },
): Answering {
  const { mostPerSecond, slowStartMs } = application;
  const load = moment.perSecond / mostPerSecond;
  const overload = load > 1 ? 1 - 1 / load : 0;
  const early = slowStartMs > 0 ? Math.max(0, 1 - moment.readyForMs / slowStartMs) : 0;
  const shared = moment.incidents.map(({ errorRate }) => errorRate);
  const passes = [application.errorRate, overload, ...shared].reduce((share, rate) => share * (1 - rate), 1);
  const added = moment.incidents.reduce((sum, { latencyMs }) => sum + latencyMs, 0);
  return {
    errorRate: 1 - passes,
    latencyMs: application.latencyMs * Math.max(load, 1) * (1 + 3 * early) + added,
  };
}

/**
 * Whether a connection to the pod is taken at a moment of the wall clock. A pod that goes takes none once its
 * preStop hook is over: then its process is told to end, and stops to listen.
 */
export function isListening(pod: Manifest, nowMs: number): boolean {
  const { phase, containerStatuses = [] } = asPod(pod).status ?? {};
  if (phase !== 'Running') return false;
  const serving = containerStatuses.find(({ name }) => name === servingContainer(asPod(pod)).name);
  if (serving !== undefined && serving.state.running === undefined) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
  if (deletionTimestamp === undefined) return true;
  const toldMs = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return nowMs < toldMs + stopDelayMs(asPod(pod));
}

/** When the pod got ready, on the wall clock; null while it is not. */
export function readySinceMs(pod: Manifest): number | null {
  const ready = asPod(pod).status?.conditions?.find(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return ready?.lastTransitionTime === undefined ? null : Date.parse(ready.lastTransitionTime);
}

/** The image of the container that serves; empty where it has none. */
export function imageOf(pod: Manifest): string {
  return servingContainer(asPod(pod)).image ?? '';
}

function asPod(pod: Manifest): Pod {
  return pod as unknown as Pod;
}

function variable({ env = [] }: Container, name: string): number {
  return Number(env.find((entry) => entry.name === name)?.value);
}
