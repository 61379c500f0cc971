/**
 * A float as Prometheus and Loki write it, in a spelling that JavaScript reads; null for what is none.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
 */
export function floatText(text: unknown): string | null {
  if (text === 'NaN') return 'NaN';
  if (text === '+Inf' || text === 'Inf') return 'Infinity';
  if (text === '-Inf') return '-Infinity';
  if (typeof text !== 'string') return null;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text : null;
}
