import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from '../test/cluster/bed/bed.ts';
import { type AuditedRequest, isWrite, purposeOf, refusals, type Tally, tally } from './audit.ts';
import { type AuditTail, tailAudit } from './audit-tail.ts';
import type { MeasuredController } from './controller.ts';
import { passesOf } from './passes.ts';
import { forgetPeak, usageOf } from './proc.ts';
import { type Summary, summarise } from './statistics.ts';

/** What the controller did and used during one phase. */
export interface Measured {
  /** From the beginning to the moment that the caller named, such as the last rollout being Healthy. */
  readonly wallSeconds: number;
  /** From the beginning until the controller was quiet; all other numbers are of this time. */
  readonly quietSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  /** The requests of the work itself. Events, election and watching are not among them. */
  readonly requests: number;
  readonly byResource: Tally;
  readonly refused: Tally;
  readonly events: number;
  readonly writes: number;
  readonly watching: Tally;
  /** How long the API server took for a request of work, in milliseconds. */
  readonly serverMs: Summary;
  /** How often each queue looked at something. */
  readonly passes: Tally;
  /** CPU seconds of the other processes that shared the machine. */
  readonly others: Readonly<Record<string, number>>;
}

/** A phase that is being measured. */
export interface Metering {
  /** Since the beginning. */
  elapsedSeconds(): number;
  /** Waits until the controller is quiet, and sums up; `wallSeconds` is put into the sum as it is. */
  end(wallSeconds: number): Promise<Measured>;
  /** The requests so far. */
  seen(): readonly AuditedRequest[];
  /** Stops measuring where nothing is to be summed up. */
  abandon(): void;
}

// The API server's log is read this often, so that none of its files is missed.
const READ_MS = 250;
/** Without a request of work or an event for this long the controller counts as quiet. */
const QUIET_MS = 3_000;
const LONGEST_WAIT_MS = 300_000;

/** Begins to measure the controller. A controller that was just started has made no passes yet: say so. */
export async function beginMetering(
  bed: Bed,
  controller: MeasuredController,
  { isNew }: { readonly isNew: boolean } = { isNew: false },
): Promise<Metering> {
  const passesBefore = isNew ? {} : await passesOf(controller.metrics);
  const log = openLog(bed.auditFile);
  const startedMs = performance.now();
  const elapsed = () => (performance.now() - startedMs) / 1000;
  forgetPeak(controller.pid);
  const before = usageOf(controller.pid);
  const othersBefore = othersOf(bed);
  return {
    elapsedSeconds: elapsed,
    seen: () => log.seen(),
    abandon: () => log.close(),
    end: async (wallSeconds) => {
      await log.untilQuiet();
      const after = usageOf(controller.pid);
      const othersAfter = othersOf(bed);
      log.close();
      const passesAfter = await passesOf(controller.metrics);
      return {
        wallSeconds,
        quietSeconds: elapsed() - QUIET_MS / 1000,
        cpuSeconds: after.cpuSeconds - before.cpuSeconds,
        peakMiB: after.peakMiB,
        ...sumUp(log.seen()),
        passes: difference(passesAfter, passesBefore),
        others: difference(othersAfter, othersBefore),
      };
    },
  };
}

/** What some requests were, in numbers. */
export function sumUp(seen: readonly AuditedRequest[]) {
  const of = (purpose: string) => seen.filter((request) => purposeOf(request) === purpose);
  const work = of('work');
  const events = of('events');
  return {
    requests: work.length,
    byResource: tally(work),
    refused: refusals([...work, ...events]),
    events: events.length,
    writes: [...work, ...events].filter(isWrite).length,
    watching: tally(of('watching')),
    serverMs: summarise(work.map(({ tookMs }) => tookMs)),
  };
}

function difference(after: Tally, before: Tally): Tally {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}

interface Log {
  seen(): readonly AuditedRequest[];
  untilQuiet(): Promise<void>;
  close(): void;
}

// Only what is logged from now on.
function openLog(file: string): Log {
  const tail: AuditTail = tailAudit(file);
  tail.read();
  const seen: AuditedRequest[] = [];
  let lastMs = performance.now();
  const take = () => {
    const more = tail.read();
    if (more.some((request) => isBusy(request))) lastMs = performance.now();
    seen.push(...more);
  };
  const timer = setInterval(take, READ_MS);
  let isOpen = true;
  return {
    seen: () => {
      if (isOpen) take();
      return seen;
    },
    untilQuiet: async () => {
      const deadline = performance.now() + LONGEST_WAIT_MS;
      lastMs = performance.now();
      while (performance.now() - lastMs < QUIET_MS && performance.now() < deadline) await pause(READ_MS);
    },
    close: () => {
      if (!isOpen) return;
      take();
      isOpen = false;
      clearInterval(timer);
      tail.close();
    },
  };
}

function isBusy(request: AuditedRequest): boolean {
  const purpose = purposeOf(request);
  return purpose === 'work' || purpose === 'events';
}

function othersOf(bed: Bed): Readonly<Record<string, number>> {
  const pids = { ...bed.pids(), 'this process, with the kubelet': process.pid };
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, usageOf(pid).cpuSeconds]));
}
