import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPrometheus } from '../../../src/sim/metrics/http.ts';
import { DEFAULT_SETTINGS } from '../../../src/sim/metrics/promql/query.ts';
import { createSeriesStore } from '../../../src/sim/metrics/series.ts';

/** Releases of a Rollout `shop` in the namespace `prod`, as Prometheus has kept them: the past of tests. */

/** When people look back. */
export const NOW = '2026-11-21T08:00:00Z';

/** Metrics that may be there. */
export type Known = 'replicaSets' | 'phases' | 'errors' | 'requests';

/** One sample. */
export interface PastSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly value: number;
}

interface Version {
  readonly hash: string;
  readonly made: number;
  /** What was stable then. */
  readonly stable: string;
  /** The part of its requests that failed, by minutes since then. */
  readonly errors: (minute: number) => number;
}

/** `ccc` never became stable. */
const VERSIONS: readonly Version[] = [
  { hash: 'aaa', made: at('2026-11-10T10:00:00Z'), stable: '', errors: () => 0.01 },
  { hash: 'bbb', made: at('2026-11-18T10:00:00Z'), stable: 'aaa', errors: () => 0.02 },
  {
    hash: 'ccc',
    made: at('2026-11-19T10:00:00Z'),
    stable: 'bbb',
    errors: (minute) => (minute < 4 ? 0.01 : 0.2),
  },
  { hash: 'ddd', made: at('2026-11-20T10:00:00Z'), stable: 'bbb', errors: () => 0.03 },
];

/** A sample a minute, from half an hour before each release to one hour after it. */
export function past(known: readonly Known[]): readonly PastSample[] {
  const of: Readonly<Record<Known, (version: Version) => readonly PastSample[]>> = {
    replicaSets,
    phases,
    errors,
    requests,
  };
  return known.flatMap((one) => VERSIONS.flatMap(of[one]));
}

function replicaSets({ made, stable }: Version): readonly PastSample[] {
  const there = VERSIONS.filter((other) => other.made <= made);
  return [
    ...there.flatMap((other) =>
      minutes(Math.max(-30, (other.made - made) / 60), 60).map((minute) =>
        sample('kube_replicaset_created', setLabels(other.hash), made + minute * 60, other.made),
      ),
    ),
    ...there.flatMap(({ hash }) =>
      minutes(-30, 30).map((minute) => {
        const ready = hash === stable ? 3 : 0;
        return sample('kube_replicaset_status_ready_replicas', setLabels(hash), made + minute * 60, ready);
      }),
    ),
  ];
}

function setLabels(hash: string) {
  return { namespace: 'prod', replicaset: `shop-${hash}` };
}

function phases({ made }: Version): readonly PastSample[] {
  return minutes(-30, 60).map((minute) => {
    const phase =
      minute < 0 || minute >= 30 ? 'Completed' : minute >= 10 && minute < 20 ? 'Paused' : 'Progressing';
    return sample('rollout_info', { namespace: 'prod', name: 'shop', phase }, made + minute * 60, 1);
  });
}

function errors({ hash, made, errors: part }: Version): readonly PastSample[] {
  return minutes(0, 60).map((minute) =>
    sample('errors', { service: 'shop', hash }, made + minute * 60, part(minute)),
  );
}

/** Counters: the stable version has 100 requests a second of which one in a hundred fails, the canary 5. */
function requests({ hash, made, stable, errors: part }: Version): readonly PastSample[] {
  const counters = (
    version: string,
    from: number,
    perMinute: number,
    failing: (minute: number) => number,
  ) => {
    let [total, bad] = [0, 0];
    return minutes(from, 60).flatMap((minute) => {
      total += perMinute;
      bad += Math.round(perMinute * failing(minute));
      const seconds = made + minute * 60;
      return [
        sample('requests_total', { hash: version, code: '200' }, seconds, total - bad),
        sample('requests_total', { hash: version, code: '500' }, seconds, bad),
      ];
    });
  };
  return stable === ''
    ? []
    : [
        ...counters(stable, -30, 6000, () => 0.01),
        ...counters(hash, 0, 300, (minute) => (part(minute) < 0.1 ? 0.01 : part(minute))),
      ];
}

function minutes(from: number, to: number): readonly number[] {
  const first = Math.ceil(from);
  return Array.from({ length: to - first }, (_, i) => first + i);
}

function sample(
  name: string,
  labels: Readonly<Record<string, string>>,
  seconds: number,
  value: number,
): PastSample {
  return { name, labels, seconds, value };
}

function at(time: string): number {
  return Date.parse(time) / 1000;
}

/** The samples as OpenMetrics, for a real Prometheus: those of a metric together, each series in order. */
export function openMetrics(samples: readonly PastSample[]): string {
  const byName = Map.groupBy(samples, ({ name }) => name);
  const families = [...byName].map(([name, all]) => {
    const bySeries = Map.groupBy(all, ({ labels }) => JSON.stringify(labels));
    const lines = [...bySeries.values()].flatMap((series) =>
      series
        .toSorted((a, b) => a.seconds - b.seconds)
        .map(({ labels, seconds, value }) => `${name}{${pairs(labels)}} ${value} ${seconds}\n`),
    );
    return `# TYPE ${name} unknown\n${lines.join('')}`;
  });
  return `${families.join('')}# EOF\n`;
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',');
}

/** A server that knows the past. */
export interface PastServer extends AsyncDisposable {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: readonly { readonly query: string; readonly time: string | null }[];
}

/** Serves samples with the Prometheus of simulations. */
export async function servePast(samples: readonly PastSample[]): Promise<PastServer> {
  const store = createSeriesStore({
    retentionMs: 400 * 86_400_000,
    maxSeries: 1000,
    maxSamplesPerSeries: 10_000,
  });
  for (const { name, labels, seconds, value } of samples.toSorted((a, b) => a.seconds - b.seconds))
    store.append({ __name__: name, ...labels }, seconds * 1000, value);
  const answer = createPrometheus({ source: store, settings: DEFAULT_SETTINGS });
  const asked: { query: string; time: string | null }[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
      const body = Buffer.concat(chunks).toString();
      const form = new URLSearchParams(body);
      asked.push({ query: form.get('query') ?? '', time: form.get('time') });
      const headers = Object.entries(request.headers).map(([key, value]) => [key, String(value)]);
      const said = answer(
        {
          method: request.method ?? '',
          path: pathname,
          query: search.slice(1),
          body,
          headers: Object.fromEntries(headers) as Readonly<Record<string, string>>,
        },
        Date.parse(NOW),
      );
      response.writeHead(said.status, said.headers).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
