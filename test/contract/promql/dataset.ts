import type { WrittenSeries } from './remote-write.ts';

/** 2026-11-21T08:00:00Z, where the samples begin. */
export const BASE_MS = 1_795_248_000_000;

const MINUTES = 100;
const SCRAPE_MS = 15_000;

/**
 * Series of a canary and of what surrounds it, made of sums and remainders, so that they are the same in each
 * run: counters that restart, gaps, staleness markers, NaN and infinities, whole and broken histograms.
 */
export const DATASET: readonly WrittenSeries[] = [...counters(), ...gauges(), ...histograms(), ...oddities()];

type At = (i: number) => number | null | undefined;

/** A sample each 15 seconds and some milliseconds; undefined leaves one out, null ends the series. */
function series(labels: Readonly<Record<string, string>>, at: At, shiftMs = 0): WrittenSeries {
  const samples: (readonly [number, number | null])[] = [];
  for (let i = 0; i * SCRAPE_MS < MINUTES * 60_000; i += 1) {
    const value = at(i);
    // Scrapes are never quite on time.
    const late = (i * 37) % 11;
    if (value !== undefined) samples.push([BASE_MS + shiftMs + i * SCRAPE_MS + late, value]);
  }
  return { labels, samples };
}

function counters(): readonly WrittenSeries[] {
  const request = (version: string, code: string, pod: string) => {
    return { __name__: 'http_requests_total', job: 'app', namespace: 'shop', version, code, pod };
  };
  const climbing = (per: number, restart: number): At => {
    return (i) => (i % restart) * per + Math.floor(((i % restart) * 7) / 3);
  };
  return [
    series(request('stable', '200', 'a-1'), climbing(30, 1000)),
    series(request('stable', '200', 'a-2'), climbing(28, 150), 3100),
    series(request('stable', '500', 'a-1'), climbing(0.1, 1000)),
    series(request('stable', '500', 'a-2'), climbing(0.25, 150), 3100),
    // The canary comes after half an hour, restarts, and goes.
    series(request('canary', '200', 'b-1'), (i) => {
      if (i < 120 || i > 320) return undefined;
      return i === 320 ? null : (climbing(9, 61)(i - 120) ?? null);
    }),
    series(request('canary', '500', 'b-1'), (i) => {
      if (i < 120 || i > 320) return undefined;
      return i === 320 ? null : (climbing(1, 61)(i - 120) ?? null);
    }),
    // Counts slowly from zero, so that extrapolation is cut at zero.
    series({ __name__: 'errors_total', job: 'app', pod: 'a-1' }, (i) => Math.floor(i / 90)),
    // Every fourth scrape fails; later a gap of ten minutes.
    series({ __name__: 'errors_total', job: 'app', pod: 'a-2' }, (i) => {
      return i % 4 === 3 || (i > 200 && i < 240) ? undefined : i * 2;
    }),
    series({ __name__: 'huge_total', job: 'app' }, (i) => 1e15 + i * 0.5),
  ];
}

function gauges(): readonly WrittenSeries[] {
  const pod = (name: string) => ({ __name__: 'memory_bytes', job: 'app', pod: name });
  const info = (name: string, version: string, node: string) => {
    return { __name__: 'pod_info', job: 'kube', pod: name, version, node };
  };
  return [
    series(pod('a-1'), (i) => 5e8 + ((i * 7919) % 1000) * 1e5),
    series(pod('a-2'), (i) => 4e8 + ((i * 104_729) % 1000) * 2e5, 3100),
    series(pod('b-1'), (i) => (i < 120 || i > 321 ? undefined : 3e8 + i * 1e5)),
    series(info('a-1', 'stable', 'n1'), () => 1),
    series(info('a-2', 'stable', 'n2'), () => 1),
    series(info('b-1', 'canary', 'n1'), (i) => (i < 120 || i > 320 ? undefined : i === 320 ? null : 1)),
    series({ __name__: 'temperature', room: 'north' }, (i) => 20 + 5 * Math.sin(i / 17)),
    series({ __name__: 'temperature', room: 'south' }, (i) => -20 + ((i * 31) % 13)),
    series({ __name__: 'temperature', room: 'lab' }, (i) => (i % 9 === 4 ? Number.NaN : i % 7)),
    series({ __name__: 'temperature', room: 'oven' }, (i) => (i % 13 === 6 ? Number.POSITIVE_INFINITY : i)),
    series({ __name__: 'temperature', room: 'void' }, (i) => (i % 17 === 8 ? Number.NEGATIVE_INFINITY : -i)),
    // The same values twice, for ties.
    series({ __name__: 'limit', room: 'north' }, () => 22),
    series({ __name__: 'limit', room: 'south' }, () => 22),
    series({ __name__: 'limit', room: 'west' }, () => 10),
    series({ __name__: 'up', job: 'app', instance: '10.0.0.1:80' }, (i) => Number(i % 10 !== 0)),
    series({ __name__: 'up', job: 'app', instance: '10.0.0.2:80' }, () => 1),
    series({ __name__: 'up', job: 'db', instance: '10.0.0.3:5432' }, (i) => (i > 100 ? undefined : 1)),
  ];
}

function histograms(): readonly WrittenSeries[] {
  const bounds = ['0.005', '0.05', '0.1', '0.5', '1', '2.5', '+Inf'];
  const of = (version: string, shares: readonly number[], from = 0) =>
    bounds.map((le, b) => {
      const labels = { __name__: 'latency_seconds_bucket', job: 'app', version, le };
      const share = shares.slice(0, b + 1).reduce((sum, one) => sum + one, 0);
      return series(labels, (i) => (i < from ? undefined : Math.floor((i - from) * share)));
    });
  const count = (version: string, per: number) => [
    series({ __name__: 'latency_seconds_count', job: 'app', version }, (i) => Math.floor(i * per)),
    series({ __name__: 'latency_seconds_sum', job: 'app', version }, (i) => i * per * 0.083),
  ];
  const broken = (le: string, value: number) =>
    series({ __name__: 'broken_bucket', le }, (i) => value + i * 0.001);
  return [
    ...of('stable', [2, 10, 13, 4, 1, 0.2, 0.1]),
    ...of('canary', [0, 3, 5, 7, 3, 1, 0.5], 120),
    ...count('stable', 30.3),
    ...count('canary', 19.5),
    // A bucket with less than the one below it, a bound twice, a label that is no number.
    broken('1', 10),
    broken('2', 8),
    broken('2.0', 9),
    broken('4', 30),
    broken('x', 99),
    broken('+Inf', 31),
    series({ __name__: 'endless_bucket', le: '1' }, () => 4),
    series({ __name__: 'endless_bucket', le: '2' }, () => 9),
    series({ __name__: 'negative_bucket', le: '-5' }, () => 4),
    series({ __name__: 'negative_bucket', le: '-1' }, () => 9),
    series({ __name__: 'negative_bucket', le: '+Inf' }, () => 10),
    series({ __name__: 'empty_bucket', le: '1' }, () => 0),
    series({ __name__: 'empty_bucket', le: '+Inf' }, () => 0),
  ];
}

function oddities(): readonly WrittenSeries[] {
  const odd = { __name__: 'odd', path: '/a "b"\\c\nd', unit: 'größe☃' };
  return [
    series(odd, (i) => i),
    series({ __name__: 'constant', job: 'app' }, () => 7),
    series({ __name__: 'zero', job: 'app' }, () => 0),
    series({ __name__: 'minus_zero', job: 'app' }, () => -0),
    series({ __name__: 'tiny', job: 'app' }, (i) => 1.5e-9 * (i + 1)),
    series({ __name__: 'unix', job: 'app' }, (i) => 1_700_000_000 + i * 86_400.5),
    series({ __name__: 'seesaw', job: 'app' }, (i) => i % 3),
    series({ __name__: 'blinking', job: 'app' }, (i) => (i % 5 === 2 ? null : i % 5 === 3 ? undefined : i)),
    { labels: { __name__: 'once', job: 'app' }, samples: [[BASE_MS + 1_800_000, 42]] },
    {
      labels: { __name__: 'twice', job: 'app' },
      samples: [
        [BASE_MS + 1_800_000, 3],
        [BASE_MS + 1_805_000, 8],
      ],
    },
  ];
}
