import type { ContainerStatus, Pod } from '../api/workload.ts';
import { shortLine } from '../core/line.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import type { Look } from './look.ts';

/** One pod. */
export interface PodView {
  readonly name: string;
  /** In the words of `kubectl get pods`. */
  readonly status: string;
  readonly look: Look;
  /** Why it is not ready, in the words of Kubernetes: one line; null where it is, or nobody says. */
  readonly why: string | null;
  readonly ready: number;
  readonly containers: number;
  readonly restarts: number;
  readonly createdAt: Instant | null;
}

/** A pod in short. Source of the words: the STATUS column of kubectl. */
export function podView(pod: Pod): PodView {
  const containers = pod.status?.containerStatuses ?? [];
  const status = statusOf(pod);
  return {
    name: pod.metadata.name,
    status,
    look: lookOf(status),
    why: whyNotReady(pod),
    ready: containers.filter((container) => container.ready === true).length,
    containers: pod.spec?.containers?.length ?? containers.length,
    restarts: containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0),
    createdAt: parseInstant(pod.metadata.creationTimestamp),
  };
}

function statusOf(pod: Pod): string {
  const { status = {} } = pod;
  if (pod.metadata.deletionTimestamp !== undefined)
    return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  if (status.reason !== undefined && status.reason !== '') return status.reason;
  const starting = initStatus(pod);
  if (starting !== null) return starting;
  const troubled = (status.containerStatuses ?? []).map(trouble).find((text) => text !== null);
  return troubled ?? status.phase ?? 'Pending';
}

/** The first init container that has not ended well; null when all have, or there are none. */
function initStatus(pod: Pod): string | null {
  const list = pod.status?.initContainerStatuses ?? [];
  // A sidecar is an init container that keeps running; it counts as done once it is ready.
  const open = list.findIndex(
    (container) =>
      container.state?.terminated?.exitCode !== 0 &&
      !(container.state?.running !== undefined && container.ready === true),
  );
  const container = list[open];
  if (container === undefined) return null;
  const text = trouble(container);
  return text === null || text === 'PodInitializing' ? `Init:${open}/${list.length}` : `Init:${text}`;
}

/** Why a container does not run; null where it does. */
function trouble({ state }: ContainerStatus): string | null {
  const waiting = state?.waiting?.reason;
  if (waiting !== undefined && waiting !== '') return waiting;
  const ended = state?.terminated;
  if (ended === undefined) return null;
  return ended.reason === undefined || ended.reason === '' ? `ExitCode:${ended.exitCode ?? 0}` : ended.reason;
}

const LONGEST_WHY = 200;

function whyNotReady({ status = {} }: Pod): string | null {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const told = containers.map(said).find((text) => text !== null);
  const failing = (status.conditions ?? []).filter((condition) => condition.status === 'False');
  const condition = ['PodScheduled', 'Ready']
    .map((type) => failing.find((one) => one.type === type)?.message ?? '')
    .find((message) => message !== '');
  return shortLine(told ?? status.message ?? condition ?? '', LONGEST_WHY);
}

/** What is said of a container that does not run, and how it ended the last time; null where nothing is. */
function said({ state, lastState }: ContainerStatus): string | null {
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended?.exitCode === 0 || (state?.waiting === undefined && state?.terminated === undefined)) return null;
  const { reason = '', exitCode, message = '' } = ended ?? {};
  const more = message === '' ? '' : `: ${message}`;
  const end =
    exitCode === undefined ? '' : `its last run ended with exit code ${exitCode} (${reason})${more}`;
  // That a crashed container is started again only later says nothing about why it crashed.
  const text = end === '' ? (state?.waiting?.message ?? '') : end;
  return text === '' ? null : text;
}

function lookOf(status: string): Look {
  if (status === 'Running' || status === 'Completed' || status === 'Succeeded') return 'good';
  if (status === 'Unknown') return 'unsure';
  if (/BackOff|Err|Invalid|Failed|Evicted|OOMKilled|ExitCode|NeverPull|Cannot/.test(status)) return 'bad';
  return 'busy';
}
