import { type Labels, labelsOf, METRIC_NAME, NO_LABELS, withoutName } from '../../labels.ts';
import type { Expr } from '../ast.ts';
import type { Computed, Sample } from '../rows.ts';
import { histogramQuantile } from './histogram.ts';
import { labelJoin, labelReplace } from './relabel.ts';
import { nanFirst } from './sums.ts';

/** What a function gets at one moment: its arguments by their types, each in their order. */
export interface Moment {
  readonly samples: readonly Sample[];
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly args: readonly Expr[];
}

/** Functions from all samples of a moment to others, by name. */
export const VECTORS: ReadonlyMap<string, (moment: Moment) => readonly Computed[]> = new Map<
  string,
  (moment: Moment) => readonly Computed[]
>([
  [
    'absent',
    ({ samples, args }) => (samples.length > 0 ? [] : [{ labels: absentLabels(args[0]), value: 1 }]),
  ],
  ['vector', ({ numbers: [value = 0] }) => [{ labels: NO_LABELS, value }]],
  ['sort', ({ samples }) => sorted(samples, (a, b) => nanLast(a, b))],
  ['sort_desc', ({ samples }) => sorted(samples, (a, b) => nanLast(-a, -b))],
  ['timestamp', ({ samples }) => samples.map(timestamped)],
  ['label_replace', ({ samples, texts }) => labelReplace(samples, texts)],
  ['label_join', ({ samples, texts }) => labelJoin(samples, texts)],
  ['histogram_quantile', ({ samples, numbers: [q = 0] }) => histogramQuantile(q, samples)],
]);

/**
 * The labels that a missing series would have had, as far as its selector says with `=`, once for each name.
 */
export function absentLabels(arg: Expr | undefined): Labels {
  if (arg?.kind === 'paren') return absentLabels(arg.inner);
  const selector = arg?.kind === 'range' ? arg.selector : arg;
  if (selector?.kind !== 'selector') return NO_LABELS;
  const known = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (operator === '=' && !seen.has(name)) {
      known.set(name, value);
      seen.add(name);
    } else {
      known.delete(name);
    }
  }
  known.delete(METRIC_NAME);
  return labelsOf(known);
}

function sorted(samples: readonly Sample[], compare: (a: number, b: number) => number): readonly Sample[] {
  return samples.toSorted((a, b) => compare(a.value, b.value));
}

function nanLast(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? nanFirst(b, a) : nanFirst(a, b);
}

function timestamped({ labels, sampledAtMs }: Sample): Computed {
  return { labels: withoutName(labels), value: sampledAtMs / 1000 };
}
