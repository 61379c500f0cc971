import type { Reading } from '../../../src/core/analysis/reading.ts';
import type { HttpClient } from '../../../src/providers/http.ts';
import { createHttpClient } from '../../../src/providers/http-client.ts';
import type { Ask, Jobs } from '../../../src/providers/provider.ts';
import type { Environment } from '../../../src/providers/proxy.ts';

/** 2026-11-21T08:00:00.250Z */
export const now = 1_795_248_000_250;

/** Secrets in plain text, by `namespace/name`; those of the run are in the namespace `run`. */
export type TestSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a provider gets in tests: the real HTTP client, a fixed time, and the environment given. */
export function ask(
  environment: Environment = {},
  deadline: AbortSignal = new AbortController().signal,
  more: Partial<Pick<Ask, 'fetch' | 'jobs' | 'subject'>> & { readonly secrets?: TestSecrets } = {},
): Ask {
  return {
    now,
    deadline,
    fetch: more.fetch ?? createHttpClient(environment),
    secret: async ({ namespace, name, key }) => {
      const found = more.secrets?.[`${namespace ?? 'run'}/${name}`];
      if (found === undefined)
        return { kind: 'error', code: 'no-secret', message: `secrets "${name}" not found` };
      const value = found[key];
      return value === undefined
        ? { kind: 'error', code: 'no-key', message: `key '${key}' does not exist in secret '${name}'` }
        : { kind: 'secret', value };
    },
    env: (name) => environment[name],
    home: 'sluice',
    subject: more.subject ?? { run: { name: 'run', namespace: 'run', uid: 'u' }, metric: 'm', number: 1 },
    jobs: more.jobs ?? noJobs,
  };
}

const noCluster = async () =>
  ({ kind: 'failure', message: 'there is no cluster', retryable: false }) as const;
const noJobs: Jobs = { create: noCluster, get: noCluster, pods: noCluster, delete: noCluster };

/** A client that leaves TLS away, for providers that ask nobody without it. */
export function withoutTls(fetch: HttpClient = createHttpClient({})): HttpClient {
  return (request) => fetch({ ...request, url: request.url.replace(/^https:/, 'http:') });
}

/** A client that waits for no answer longer than this. */
export function impatient(timeoutSeconds: number, fetch: HttpClient): HttpClient {
  return (request) => fetch({ ...request, timeoutSeconds });
}

/**
 * A reading in one line: its text, or its message after `error` (`error!` when trying again cannot help),
 * then metadata in braces and, as `+30s`, when to come back.
 */
export function line(reading: Reading): string {
  const metadata = Object.entries(reading.metadata ?? {}).map(([name, value]) => ` {${name}: ${value}}`);
  if (reading.kind === 'value') return `${reading.text}${metadata.join('')}`;
  if (reading.kind === 'outcome') {
    const { phase, text, message } = reading;
    return `${phase} ${[text, message].filter((part) => part).join(' ')}${metadata.join('')}`;
  }
  if (reading.kind === 'running') return `running until ${reading.resumeAt}`;
  const wait = reading.retryAt === undefined ? '' : ` +${(reading.retryAt - now) / 1000}s`;
  return `error${reading.retryable ? '' : '!'} ${reading.message}${metadata.join('')}${wait}`;
}

/** The value of a reading; fails the test when there is none. */
export function valueIn(reading: Reading): unknown {
  if (reading.kind !== 'value') throw new Error(`no value: ${line(reading)}`);
  return reading.value;
}
