import { handlerMs } from './command.ts';
import { type ContainerLook, lookAt } from './container.ts';
import { type Misfortune, plightOf, startMsOf, WELL } from './misfortune.ts';
import type { Condition, ContainerStatus, Pod, PodSpec } from './pod.ts';

/** A pod at one moment: its status without addresses, and when that changes by itself. */
export interface PodLook {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly conditions: readonly Condition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly initContainerStatuses: readonly ContainerStatus[];
  /** Why the pod failed as a whole, where no container says it. */
  readonly reason?: string;
  readonly message?: string;
  /** Milliseconds since binding; null: never. */
  readonly nextMs: number | null;
}

/** What a pod's look depends on besides the pod. */
export interface PodMoment {
  readonly nowMs: number;
  /** From binding to the start of the first container. */
  readonly startAfterMs: number;
  readonly clock: (ms: number) => string;
  readonly misfortune?: Misfortune;
}

const NONE: Misfortune = { kind: 'none' };

/**
 * Says how a pod stands at a moment. Its readiness gates are read from the conditions that it has. Conditions
 * carry no times: they are the writer's, who knows which have changed.
 */
export function lookAtPod(pod: Pod, moment: PodMoment): PodLook {
  const { spec } = pod;
  const { misfortune = NONE } = moment;
  if (misfortune.kind === 'evicted' && moment.nowMs >= misfortune.afterMs) return evicted(pod);
  const { looks: init, startMs } = initialize(spec, moment);
  const plight = plightOf(misfortune);
  const main = spec.containers.map((container) =>
    lookAt(container, { ...moment, startMs, policy: spec.restartPolicy ?? 'Always', plight }),
  );
  const phase = phaseOf(spec, init, main);
  const times = [...init, ...main].map((look) => look.nextMs).filter((ms) => ms !== null);
  if (misfortune.kind === 'evicted') times.push(misfortune.afterMs);
  return {
    phase,
    conditions: conditionsOf(pod, phase, {
      initialized: startMs !== null,
      main,
      sidecars: sidecarsOf(spec, init),
    }),
    containerStatuses: main.map((look) => look.status),
    initContainerStatuses: init.map((look) => look.status),
    nextMs: times.length === 0 ? null : Math.min(...times),
  };
}

/**
 * From a pod's deletion to the end of its containers beyond the usual: the longest preStop, within the grace
 * period.
 */
export function stopDelayMs(pod: Pod): number {
  const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
  const stops = pod.spec.containers.map((container) => handlerMs(container.lifecycle?.preStop));
  return Math.min(grace, Math.max(0, ...stops));
}

function evicted(pod: Pod): PodLook {
  return {
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory. ',
    conditions: conditionsOf(pod, 'Failed', { initialized: true, main: [], sidecars: [] }),
    containerStatuses: [],
    initContainerStatuses: [],
    nextMs: null,
  };
}

interface Initialization {
  readonly looks: readonly ContainerLook[];
  /** When the main containers may start; null: not yet. */
  readonly startMs: number | null;
}

// Init containers run one after the other; one that is restarted always is a sidecar, which only has to be
// started.
function initialize(spec: PodSpec, moment: PodMoment): Initialization {
  const looks: ContainerLook[] = [];
  let startMs: number | null = startMsOf(moment.misfortune ?? NONE, moment.startAfterMs);
  for (const container of spec.initContainers ?? []) {
    const sidecar = container.restartPolicy === 'Always';
    const failing = spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
    const policy = sidecar ? 'Always' : failing;
    const look = lookAt(container, { ...moment, startMs, policy, plight: WELL });
    looks.push(look);
    if (startMs === null) continue;
    startMs = sidecar ? startedAt(look, startMs) : endedWell(look);
  }
  return { looks, startMs };
}

function startedAt(look: ContainerLook, startMs: number): number | null {
  return look.status.started ? startMs : null;
}

function endedWell(look: ContainerLook): number | null {
  return look.ended?.exitCode === 0 ? look.ended.atMs : null;
}

function sidecarsOf(spec: PodSpec, init: readonly ContainerLook[]): readonly ContainerLook[] {
  return init.filter((_, index) => spec.initContainers?.[index]?.restartPolicy === 'Always');
}

function phaseOf(
  spec: PodSpec,
  init: readonly ContainerLook[],
  main: readonly ContainerLook[],
): PodLook['phase'] {
  const initFailed = init.some((look) => look.ended !== null && look.ended.exitCode !== 0);
  if (initFailed) return 'Failed';
  if (main.every((look) => look.ended !== null))
    return main.every((look) => look.ended?.exitCode === 0) ? 'Succeeded' : 'Failed';
  const begun = main.every((look) => look.status.state.waiting === undefined || hasRun(look.status));
  return begun && main.length === spec.containers.length ? 'Running' : 'Pending';
}

function hasRun(status: ContainerStatus): boolean {
  return status.lastState.terminated !== undefined;
}

interface Readiness {
  readonly initialized: boolean;
  readonly main: readonly ContainerLook[];
  readonly sidecars: readonly ContainerLook[];
}

function conditionsOf(
  pod: Pod,
  phase: PodLook['phase'],
  { initialized, main, sidecars }: Readiness,
): readonly Condition[] {
  const over = phase === 'Succeeded' || phase === 'Failed';
  const unready = [...main, ...sidecars].filter((look) => !look.status.ready).map((look) => look.status.name);
  const reason = over ? 'PodCompleted' : 'ContainersNotReady';
  const message = `containers with unready status: [${unready.join(' ')}]`;
  const containers = unready.length === 0 && !over;
  const shut = (pod.spec.readinessGates ?? []).filter((gate) => !isTrue(pod, gate.conditionType));
  const ready = containers && shut.length === 0;
  const gates = shut.map((gate) => gate.conditionType).join(' ');
  const whyNotReady = containers
    ? { reason: 'ReadinessGatesNotReady', message: `gates that are not True: [${gates}]` }
    : { reason, message };
  return [
    condition('Initialized', initialized, {
      reason: 'ContainersNotInitialized',
      message: 'init containers are not done',
    }),
    condition('ContainersReady', containers, { reason, message }),
    condition('Ready', ready, whyNotReady),
  ];
}

// The reason of a condition that was False must go when it gets True, which a patch does by null.
function condition(type: string, holds: boolean, why: { reason: string; message: string }): Condition {
  return holds ? { type, status: 'True' } : { type, status: 'False', ...why };
}

function isTrue(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
}
