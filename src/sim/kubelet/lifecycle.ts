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
      incomplete: incompleteOf(spec, init),
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
    conditions: conditionsOf(pod, 'Failed', { initialized: true, incomplete: [], main: [], sidecars: [] }),
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

// A sidecar only has to be started.
function incompleteOf(spec: PodSpec, init: readonly ContainerLook[]): readonly string[] {
  const isDone = ({ status, ended }: ContainerLook, index: number) =>
    spec.initContainers?.[index]?.restartPolicy === 'Always' ? status.started : ended?.exitCode === 0;
  return init.filter((look, index) => !isDone(look, index)).map((look) => look.status.name);
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
  /** The init containers that are not done. */
  readonly incomplete: readonly string[];
  readonly main: readonly ContainerLook[];
  readonly sidecars: readonly ContainerLook[];
}

function conditionsOf(
  pod: Pod,
  phase: PodLook['phase'],
  { initialized, incomplete, main, sidecars }: Readiness,
): readonly Condition[] {
  const unready = [...main, ...sidecars].filter((look) => !look.status.ready).map((look) => look.status.name);
  const containers = unready.length === 0 && !isOver(phase);
  const shut = (pod.spec.readinessGates ?? []).map((gate) => shutBy(pod, gate.conditionType));
  const gates = shut.filter((why) => why !== null);
  const notReady: Why = isOver(phase)
    ? { reason: phase === 'Failed' ? 'PodFailed' : 'PodCompleted' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const shutOut: Why = { reason: 'ReadinessGatesNotReady', message: gates.join(', ') };
  return [
    condition('Initialized', initialized, {
      reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: [${incomplete.join(' ')}]`,
    }),
    condition('ContainersReady', containers, notReady),
    condition('Ready', containers && gates.length === 0, containers ? shutOut : notReady),
  ];
}

interface Why {
  readonly reason: string;
  readonly message?: string;
}

// The reason of a condition that was False must go when it gets True, which a patch does by null.
function condition(type: string, holds: boolean, why: Why): Condition {
  return holds ? { type, status: 'True' } : { type, status: 'False', ...why };
}

function isOver(phase: PodLook['phase']): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

// What keeps a gate shut; null: it is open.
function shutBy(pod: Pod, type: string): string | null {
  const status = pod.status?.conditions?.find((c) => c.type === type)?.status;
  if (status === 'True') return null;
  if (status === undefined) return `corresponding condition of pod readiness gate "${type}" does not exist.`;
  return `the status of pod readiness gate "${type}" is not "True", but ${status}`;
}
