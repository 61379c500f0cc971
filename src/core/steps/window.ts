import { readConfig, windowConfig } from '../../api/schema/step-plugins.ts';
import type { WindowConfig } from '../../api/step-plugins.ts';
import type { Instant } from '../time.ts';
import { nextOpening } from './opening.ts';
import { ended, type Sees, type StepPlugin, type Turn, waiting } from './plugin.ts';
import { wallTime } from './wall-clock.ts';

/**
 * Waits until releases may go on: within hours of the week, by the clocks of a time zone. It looks once: what
 * comes after it goes on though the window closes. The way back never waits for it.
 */
export const window: StepPlugin<WindowConfig> = {
  name: 'sluice/window',
  read: (config, path) => readConfig(windowConfig, config, path),
  run,
};

const DAY_MS = 86_400_000;
const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function run(config: WindowConfig, _memo: unknown, { now }: Sees): Turn {
  const opensAt = nextOpening(config, now);
  if (opensAt === null) return waiting('closed for more than a year', {}, now + DAY_MS);
  if (opensAt <= now) return ended('Successful', 'the window is open', {});
  return waiting(`closed until ${said(opensAt, config.timeZone ?? 'UTC')}`, {}, opensAt);
}

/** `Mon 2026-11-23 09:00 Europe/Berlin` */
function said(at: Instant, timeZone: string): string {
  const { date, weekday, minute } = wallTime(at, timeZone);
  const pad = (n: number) => String(n).padStart(2, '0');
  const time = `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
  return `${NAMES[weekday] ?? ''} ${date} ${time} ${timeZone}`;
}
