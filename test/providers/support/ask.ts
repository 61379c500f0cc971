import type { Reading } from '../../../src/core/analysis/reading.ts';
import { createHttpClient } from '../../../src/providers/http-client.ts';
import type { Ask } from '../../../src/providers/provider.ts';
import type { Environment } from '../../../src/providers/proxy.ts';

/** 2026-11-21T08:00:00.250Z */
export const now = 1_795_248_000_250;

/** What a provider gets in tests: the real HTTP client, a fixed time, and the environment given. */
export function ask(
  environment: Environment = {},
  deadline: AbortSignal = new AbortController().signal,
): Ask {
  return {
    now,
    deadline,
    fetch: createHttpClient(environment),
    secret: async ({ name, key }) => ({ kind: 'error', message: `no secret ${name}/${key}` }),
    env: (name) => environment[name],
  };
}

/**
 * A reading in one line: its text, or its message after `error` (`error!` when trying again cannot help),
 * then metadata in braces and, as `+30s`, when to come back.
 */
export function line(reading: Reading): string {
  const metadata = Object.entries(reading.metadata ?? {}).map(([name, value]) => ` {${name}: ${value}}`);
  if (reading.kind === 'value') return `${reading.text}${metadata.join('')}`;
  if (reading.kind === 'running') return `running until ${reading.resumeAt}`;
  const wait = reading.retryAt === undefined ? '' : ` +${(reading.retryAt - now) / 1000}s`;
  return `error${reading.retryable ? '' : '!'} ${reading.message}${metadata.join('')}${wait}`;
}

/** The value of a reading; fails the test when there is none. */
export function valueIn(reading: Reading): unknown {
  if (reading.kind !== 'value') throw new Error(`no value: ${line(reading)}`);
  return reading.value;
}
