import { setTimeout as pause } from 'node:timers/promises';
import { beginMetering } from '../meter.ts';
import { usageOf } from '../proc.ts';
import type { Result } from '../result.ts';
import { progress, type Session } from '../session.ts';

/** Watches the controller where nothing happens: all rollouts of the session are Healthy. */
export async function idle(session: Session, rollouts: number, run: number): Promise<Result> {
  const { bed, options } = session;
  const seconds = options.idleSeconds;
  progress(`${rollouts} rollouts: nothing for ${seconds} s`);
  const controller = session.controller();
  const metering = await beginMetering(bed, controller);
  const before = usageOf(controller.pid).cpuSeconds;
  await pause(seconds * 1000);
  const { cpuSeconds, residentMiB } = usageOf(controller.pid);
  const measured = await metering.end(seconds);
  return {
    scenario: 'idle',
    rollouts,
    run,
    figures: {
      requests: measured.requests + measured.events,
      'CPU s a minute': ((cpuSeconds - before) * 60) / seconds,
      'resident MiB': residentMiB,
    },
    requestsEach: {},
    detail: { seconds, ...measured },
    failure: null,
  };
}
