import type { Metric } from '../../../api/analysis.ts';
import type { Json } from '../../../api/meta.ts';
import { isObject } from '../../../api/path.ts';
import { COMPARE } from './party.ts';

/** Parts of a configuration that hold texts, whatever they look like. */
const TEXTS: readonly string[] = ['source', 'counters', 'canary', 'control'];

/**
 * A metric that compares, with numbers where its configuration had an argument that is one: arguments are
 * texts, and would be refused. `given` is the metric as it was before arguments were filled in.
 */
export function withNumbers(given: Metric, filled: Metric): Metric {
  const [before, after] = [given.provider.plugin?.[COMPARE], filled.provider.plugin?.[COMPARE]];
  if (!isObject(after)) return filled;
  const plugin = { ...filled.provider.plugin, [COMPARE]: numbersIn(before, after as Json) };
  return { ...filled, provider: { ...filled.provider, plugin } };
}

function numbersIn(before: unknown, after: Json): Json {
  if (typeof after === 'string')
    return before !== after && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(after) ? Number(after) : after;
  if (!isObject(after) || !isObject(before)) return after;
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [
      key,
      TEXTS.includes(key) ? (value as Json) : numbersIn(before[key], value as Json),
    ]),
  );
}
