import { fail } from '../../fault.ts';

/** Functions that take a number for seconds since the Unix epoch, in UTC, by name. */
export const DATES: ReadonlyMap<string, (seconds: number) => number> = new Map([
  dated('minute', (date) => date.getUTCMinutes()),
  dated('hour', (date) => date.getUTCHours()),
  dated('day_of_week', (date) => date.getUTCDay()),
  dated('day_of_month', (date) => date.getUTCDate()),
  dated('day_of_year', (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY) + 1),
  dated('days_in_month', (date) => {
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - DAY).getUTCDate();
  }),
  dated('month', (date) => date.getUTCMonth() + 1),
  dated('year', (date, cycles) => date.getUTCFullYear() + cycles * CYCLE_YEARS),
]);

const DAY = 86_400_000;
/** After so many years the calendar repeats itself, days of the week included. */
const CYCLE_YEARS = 400;
const CYCLE_SECONDS = 146_097 * 86_400;

type OfDate = (date: Date, cycles: number) => number;

function dated(name: string, of: OfDate): readonly [string, (seconds: number) => number] {
  return [
    name,
    (seconds) => {
      const whole = Math.trunc(seconds);
      if (!Number.isSafeInteger(whole)) fail(`the simulator has no date for ${seconds} seconds`);
      // JavaScript's dates end in the year 275760; numbers that are no dates are often further away.
      const cycles = Math.floor(whole / CYCLE_SECONDS);
      return of(new Date((whole - cycles * CYCLE_SECONDS) * 1000), cycles);
    },
  ];
}
