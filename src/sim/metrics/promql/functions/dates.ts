/** Functions that take a number for seconds since the Unix epoch, in UTC, by name. */
export const DATES: ReadonlyMap<string, (seconds: number) => number> = new Map([
  dated('minute', (date) => date.getUTCMinutes()),
  dated('hour', (date) => date.getUTCHours()),
  dated('day_of_week', (date) => date.getUTCDay()),
  dated('day_of_month', (date) => date.getUTCDate()),
  dated('day_of_year', (date) => (midnight(date, 0) - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY + 1),
  dated('days_in_month', (date) => new Date(midnightOfMonth(date, 1) - DAY).getUTCDate()),
  dated('month', (date) => date.getUTCMonth() + 1),
  dated('year', (date) => date.getUTCFullYear()),
]);

const DAY = 86_400_000;

function dated(name: string, of: (date: Date) => number): readonly [string, (seconds: number) => number] {
  return [name, (seconds) => of(new Date(Math.trunc(seconds) * 1000))];
}

function midnight(date: Date, days: number): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days);
}

function midnightOfMonth(date: Date, months: number): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}
