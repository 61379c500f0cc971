import { setTimeout as pause } from 'node:timers/promises';
import type { MeasuredController } from '../controller.ts';
import { beginMetering } from '../meter.ts';
import { usageOf } from '../proc.ts';
import type { Result } from '../result.ts';
import { progress, type Session } from '../session.ts';

/** The process counts as settled when it used no CPU, but for one tick of the clock, for this long. */
const STILL_MS = 500;
const LOOK_MS = 20;
const TICK_SECONDS = 0.011;
const LONGEST_MS = 120_000;

/**
 * Ends the controller and starts another one where all rollouts are Healthy. Settled is the moment after
 * which it used no more CPU: everything is read, and everything was looked at once. It is seen from outside,
 * so it does not depend on what the controller says of itself.
 */
export async function start(session: Session, rollouts: number, run: number): Promise<Result> {
  progress(`${rollouts} rollouts: starting the controller again`);
  await session.stopController();
  const startedMs = performance.now();
  const controller = await session.startController();
  const metering = await beginMetering(session.bed, controller, { isNew: true });
  try {
    await controller.untilReady();
    const readyMs = performance.now();
    const settledMs = await settledAt(controller);
    const measured = await metering.end(metering.elapsedSeconds());
    const { cpuSeconds } = usageOf(controller.pid);
    return {
      scenario: 'start',
      rollouts,
      run,
      figures: {
        'ready s': (readyMs - startedMs) / 1000,
        'settled s': (settledMs - startedMs) / 1000,
        'CPU s': cpuSeconds,
        writes: measured.writes,
        'peak MiB': measured.peakMiB,
      },
      requestsEach: {},
      detail: measured,
      failure: null,
    };
  } finally {
    metering.abandon();
  }
}

async function settledAt(controller: MeasuredController): Promise<number> {
  const deadline = performance.now() + LONGEST_MS;
  let lastMs = performance.now();
  let used = usageOf(controller.pid).cpuSeconds;
  while (performance.now() - lastMs < STILL_MS && performance.now() < deadline) {
    await pause(LOOK_MS);
    const now = usageOf(controller.pid).cpuSeconds;
    if (now - used < TICK_SECONDS) continue;
    used = now;
    lastMs = performance.now();
  }
  return lastMs;
}
