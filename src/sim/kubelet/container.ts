import { handlerMs, interpret, type Program } from './command.ts';
import type { Plight } from './misfortune.ts';
import type { Container, ContainerState, ContainerStatus, RestartPolicy } from './pod.ts';

/** A container at one moment. Times are milliseconds since its pod was bound. */
export interface ContainerLook {
  readonly status: ContainerStatus;
  /** How and when it ended for good. */
  readonly ended: { readonly exitCode: number; readonly atMs: number } | null;
  /** When something will change by itself; null: never. */
  readonly nextMs: number | null;
}

/** What a container's look depends on besides its spec. */
export interface Moment {
  /** When the container may start; null: not known yet, something before it has not ended. */
  readonly startMs: number | null;
  readonly nowMs: number;
  readonly policy: RestartPolicy;
  readonly plight: Plight;
  /** Turns milliseconds since binding into the API's time format. */
  readonly clock: (ms: number) => string;
}

const NEVER_PULLED = /bad-image|nonexistent/;
const PULL_ERROR_MS = 1_000;
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

/**
 * Says how a container stands at a moment; depends on nothing else, so it may be asked any number of times.
 */
export function lookAt(container: Container, moment: Moment): ContainerLook {
  const { startMs, nowMs, plight } = moment;
  if (startMs === null) return waits(container, 'PodInitializing', null);
  if (nowMs < startMs)
    return waits(container, 'ContainerCreating', Number.isFinite(startMs) ? startMs : null);
  if (!plight.isPulled || NEVER_PULLED.test(container.image ?? ''))
    return notPulled(container, startMs, nowMs);
  const begunMs = startMs + handlerMs(container.lifecycle?.postStart);
  if (nowMs < begunMs) return waits(container, 'ContainerCreating', begunMs);
  const program = plight.program ?? interpret(container.command ?? [], container.args ?? []);
  return program.kind === 'runs'
    ? runs(container, moment, begunMs)
    : ends(container, moment, { program, begunMs });
}

/**
 * From the start of a container to its readiness, in milliseconds: postStart and the delays of its probes.
 */
export function readyDelayMs(container: Container): number {
  const startup = container.startupProbe?.initialDelaySeconds ?? 0;
  const readiness = container.readinessProbe?.initialDelaySeconds ?? 0;
  return Math.max(startup, readiness) * 1000;
}

function waits(container: Container, reason: string, nextMs: number | null): ContainerLook {
  return { status: statusOf(container, { state: { waiting: { reason } } }), ended: null, nextMs };
}

function notPulled(container: Container, startMs: number, nowMs: number): ContainerLook {
  const backsOff = nowMs >= startMs + PULL_ERROR_MS;
  const image = container.image ?? '';
  const waiting = backsOff
    ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` }
    : { reason: 'ErrImagePull', message: `failed to pull image "${image}": not found` };
  const nextMs = backsOff ? null : startMs + PULL_ERROR_MS;
  return { status: statusOf(container, { state: { waiting } }), ended: null, nextMs };
}

function runs(container: Container, moment: Moment, begunMs: number): ContainerLook {
  const readyMs = begunMs + readyDelayMs(container);
  const { ready, nextMs } = readiness(moment, readyMs);
  const state = { running: { startedAt: moment.clock(begunMs) } };
  const status = statusOf(container, { state, ready, started: true });
  return { status, ended: null, nextMs };
}

// Ready from then on, unless it is ready and unready in turn.
function readiness(
  { nowMs, plight }: Moment,
  readyMs: number,
): { readonly ready: boolean; readonly nextMs: number | null } {
  if (nowMs < readyMs) return { ready: false, nextMs: readyMs };
  if (plight.turns === null) return { ready: true, nextMs: null };
  const { upMs, downMs } = plight.turns;
  if (!Number.isFinite(upMs + downMs)) return { ready: false, nextMs: null };
  const turnMs = readyMs + Math.floor((nowMs - readyMs) / (upMs + downMs)) * (upMs + downMs);
  const ready = nowMs < turnMs + upMs;
  return { ready, nextMs: ready ? turnMs + upMs : turnMs + upMs + downMs };
}

interface Run {
  readonly program: Extract<Program, { kind: 'ends' }>;
  readonly begunMs: number;
}

// Walks through the runs and the growing pauses between them up to now.
function ends(container: Container, moment: Moment, { program, begunMs }: Run): ContainerLook {
  const { nowMs, policy, clock } = moment;
  const again = policy === 'Always' || (policy === 'OnFailure' && program.exitCode !== 0);
  const termination = (begun: number) =>
    ({
      exitCode: program.exitCode,
      reason: program.exitCode === 0 ? 'Completed' : 'Error',
      startedAt: clock(begun),
      finishedAt: clock(begun + program.afterMs),
    }) as const;
  let last: ContainerState = {};
  for (let restarts = 0, begun = begunMs; ; restarts++) {
    const endMs = begun + program.afterMs;
    if (nowMs < endMs) {
      const look = runs(container, moment, begun);
      const nextMs = look.nextMs === null ? endMs : Math.min(look.nextMs, endMs);
      return { ...look, status: { ...look.status, lastState: last, restartCount: restarts }, nextMs };
    }
    last = { terminated: termination(begun) };
    if (!again) {
      const ended = { exitCode: program.exitCode, atMs: endMs };
      return { status: statusOf(container, { state: last, restartCount: restarts }), ended, nextMs: null };
    }
    begun = endMs + Math.min(FIRST_BACKOFF_MS * 2 ** restarts, LONGEST_BACKOFF_MS);
    if (nowMs < begun) {
      const waiting = {
        reason: 'CrashLoopBackOff',
        message: `back-off restarting failed container ${container.name}`,
      };
      const status = statusOf(container, { state: { waiting }, lastState: last, restartCount: restarts });
      return { status, ended: null, nextMs: begun };
    }
  }
}

function statusOf(container: Container, told: Partial<ContainerStatus>): ContainerStatus {
  const image = container.image ?? '';
  return {
    name: container.name,
    image,
    imageID: told.state?.waiting === undefined ? `fake://${image}` : '',
    ready: false,
    started: false,
    restartCount: 0,
    state: {},
    lastState: {},
    ...told,
  };
}
