import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * The log: one JSON object a line (or readable text), written at once so that nothing is lost when the
 * process ends. Whatever looks like a credential is replaced.
 */
export function makeLog(options: { readonly level: string; readonly format: 'json' | 'text' }): Logger {
  const destination = options.format === 'json' ? pino.destination({ sync: true }) : textStream();
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['headers.authorization', '*.token', '*.password', '*.secret', '*.webhookUrl'],
    },
    destination,
  );
}

/** A log of which only warnings and worse are told, a JSON line each, without a time: for simulations. */
export function tellTroubles(onLine: (line: string) => void): Logger {
  return pino({ level: 'warn', base: null, timestamp: false }, { write: onLine });
}

/** Lines for people: time, level, message, then the rest as key=value. */
function textStream() {
  return {
    write(line: string): void {
      const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const pairs = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
      process.stdout.write(`${[time, String(level).toUpperCase().padEnd(5), msg, ...pairs].join(' ')}\n`);
    },
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}
