import { fail } from '../fault.ts';
import { keep, type Labels, METRIC_NAME, withLabel, without } from '../labels.ts';
import { isLabelName } from '../series.ts';
import type { Aggregate, Aggregation } from './ast.ts';
import { greater, quantileOf, smaller, staysInfinite } from './functions/sums.ts';
import { goFloat, sampleText } from './numbers.ts';
import type { Computed } from './rows.ts';
import { best } from './top.ts';

/** The first argument of an aggregation: a number, a text, or none. */
export type Parameter = number | string | null;

/** Aggregates the samples of one moment. Throws a `QueryFault` for a parameter that cannot be. */
export function aggregate(
  { operator, grouping, labels }: Aggregate,
  samples: readonly Computed[],
  parameter: Parameter,
): readonly Computed[] {
  if (operator === 'count_values') return countValues(samples, String(parameter), { grouping, labels });
  const groups = groupsOf(samples, { grouping, labels });
  if (operator === 'topk' || operator === 'bottomk') {
    const count = wholeOf(Number(parameter));
    return groups.flatMap(({ members }) => best(members, { count, operator }));
  }
  const q = Number(parameter);
  return groups.map((group) => ({
    labels: group.labels,
    value: valueOfGroup(
      operator,
      group.members.map(({ value }) => value),
      q,
    ),
  }));
}

interface Grouping {
  readonly grouping: 'by' | 'without';
  readonly labels: readonly string[];
}

interface Group {
  readonly labels: Labels;
  readonly members: Computed[];
}

function groupsOf(samples: readonly Computed[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const sample of samples) {
    const labels = groupLabels(sample.labels, grouping);
    const group = groups.get(labels.key) ?? { labels, members: [] };
    groups.set(labels.key, group);
    group.members.push(sample);
  }
  return [...groups.values()];
}

function groupLabels(own: Labels, { grouping, labels }: Grouping): Labels {
  return grouping === 'by' ? keep(own, labels) : without(own, [...labels, METRIC_NAME]);
}

function valueOfGroup(
  operator: Exclude<Aggregation, 'topk' | 'bottomk' | 'count_values'>,
  values: readonly number[],
  q: number,
): number {
  switch (operator) {
    case 'sum':
      return values.reduce((sum, value) => sum + value);
    case 'avg':
      return values.reduce((mean, value, i) => {
        return staysInfinite(mean, value) ? mean : mean + (value / (i + 1) - mean / (i + 1));
      });
    case 'min':
      return values.reduce(smaller);
    case 'max':
      return values.reduce(greater);
    case 'count':
      return values.length;
    case 'group':
      return 1;
    case 'quantile':
      return quantileOf(q, values);
    case 'stdvar':
      return varianceOf(values);
    case 'stddev':
      return Math.sqrt(varianceOf(values));
    default:
      return operator satisfies never;
  }
}

// Welford's method. It begins with the first value, so that of one infinite value it is 0, as in Prometheus
// 2.42.
function varianceOf(values: readonly number[]): number {
  let [mean = 0] = values;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    if (i === 0) continue;
    const before = value - mean;
    mean += before / (i + 1);
    squares += before * (value - mean);
  }
  return squares / values.length;
}

function countValues(
  samples: readonly Computed[],
  name: string,
  { grouping, labels }: Grouping,
): readonly Computed[] {
  if (!isLabelName(name)) fail(`invalid label name "${name}"`);
  const labelled = samples.map(({ labels: own, value }) => ({
    labels: withLabel(own, name, goFloat(value)),
    value,
  }));
  const wider = { grouping, labels: grouping === 'by' ? [...labels, name] : labels };
  return groupsOf(labelled, wider).map((group) => ({ labels: group.labels, value: group.members.length }));
}

function wholeOf(value: number): number {
  if (!(Math.abs(value) <= 2 ** 63)) fail(`Scalar value ${sampleText(value)} overflows int64`);
  return Math.trunc(value);
}
