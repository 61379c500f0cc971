/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** Counts the requests of one pod and tells them in Prometheus' text format. */
export interface RequestMetrics {
  observe(code: number, seconds: number): void;
  text(): string;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/**
 * Metrics named as usual: the counter `http_requests_total` by `code`, and the histogram
 * `http_request_duration_seconds`; every series carries `labels` too.
 */
export function requestMetrics(labels: Labels): RequestMetrics {
  const byCode = new Map<number, number>([[200, 0]]);
  const buckets = BUCKETS.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe: (code, seconds) => {
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
      count += 1;
      sum += seconds;
      const first = BUCKETS.findIndex((bound) => seconds <= bound);
      if (first >= 0) buckets[first] = (buckets[first] ?? 0) + 1;
    },
    text: () => {
      const lines = ['# TYPE http_requests_total counter'];
      for (const [code, n] of byCode)
        lines.push(`http_requests_total${series(labels, { code: `${code}` })} ${n}`);
      lines.push('# TYPE http_request_duration_seconds histogram');
      let below = 0;
      BUCKETS.forEach((bound, index) => {
        below += buckets[index] ?? 0;
        lines.push(`http_request_duration_seconds_bucket${series(labels, { le: `${bound}` })} ${below}`);
      });
      lines.push(`http_request_duration_seconds_bucket${series(labels, { le: '+Inf' })} ${count}`);
      lines.push(`http_request_duration_seconds_sum${series(labels, {})} ${sum}`);
      lines.push(`http_request_duration_seconds_count${series(labels, {})} ${count}`);
      return `${lines.join('\n')}\n`;
    },
  };
}

function series(labels: Labels, more: Labels): string {
  const quote = (value: string) => value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
  const pairs = Object.entries({ ...labels, ...more }).map(([name, value]) => `${name}="${quote(value)}"`);
  return `{${pairs.join(',')}}`;
}
