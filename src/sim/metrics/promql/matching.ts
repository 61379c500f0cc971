import { fail } from '../fault.ts';
import {
  keep,
  type Labels,
  labelsOf,
  labelValue,
  METRIC_NAME,
  showLabels,
  without,
  withoutName,
} from '../labels.ts';
import type { Binary, Matching, SetOperator } from './ast.ts';
import { dropsName } from './binary.ts';
import type { Computed } from './rows.ts';

/** The left and the right side of an operator. */
type Sides = readonly [readonly Computed[], readonly Computed[]];

/** `and`, `or`, `unless`: which series are there, whatever their values. */
export function combineSets(
  operator: SetOperator,
  [left, right]: Sides,
  matching: Matching | null,
): readonly Computed[] {
  const signature = signatureOf(matching);
  const among = (samples: readonly Computed[]) => new Set(samples.map(({ labels }) => signature(labels).key));
  if (operator === 'or') {
    const known = among(left);
    return [...left, ...right.filter(({ labels }) => !known.has(signature(labels).key))];
  }
  const known = among(right);
  return left.filter(({ labels }) => known.has(signature(labels).key) === (operator === 'and'));
}

/**
 * Joins the series of two sides that belong together, in the order of the side that may have many. `of` gets
 * the left and the right value; null drops the pair. Throws a `QueryFault`, in the words of Prometheus, when
 * a series has several partners where it may have one.
 */
export function joinVectors(
  expr: Binary,
  [left, right]: Sides,
  of: (left: number, right: number) => number | null,
): readonly Computed[] {
  // Prometheus looks no further then, not even for series that clash.
  if (left.length === 0 || right.length === 0) return [];
  const { matching } = expr;
  const signature = signatureOf(matching);
  const swapped = matching?.many === 'right';
  const [many, one] = swapped ? [right, left] : [left, right];
  const partners = partnersOf(one, { signature, side: swapped ? 'left' : 'right' });
  const taken = new Map<string, Set<string>>();
  return many.flatMap((sample): Computed[] => {
    const { key } = signature(sample.labels);
    const partner = partners.get(key);
    if (partner === undefined) return [];
    const [a, b] = swapped ? [partner, sample] : [sample, partner];
    const value = of(a.value, b.value);
    if (value === null) return [];
    const labels = resultLabels(expr, sample.labels, partner.labels);
    const before = taken.get(key) ?? new Set();
    if (before.size > 0 && (matching?.many ?? null) === null) {
      fail('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
    }
    if (before.has(labels.key)) {
      fail('multiple matches for labels: grouping labels must ensure unique matches');
    }
    taken.set(key, before.add(labels.key));
    return [{ labels, value }];
  });
}

/** The labels that must be equal on both sides. */
function signatureOf(matching: Matching | null): (labels: Labels) => Labels {
  const names = matching?.labels ?? [];
  if (matching?.kind === 'on') return (labels) => keep(labels, names);
  if (names.length === 0) return withoutName;
  return (labels) => without(labels, [...names, METRIC_NAME]);
}

interface OneSide {
  readonly signature: (labels: Labels) => Labels;
  readonly side: 'left' | 'right';
}

function partnersOf(
  samples: readonly Computed[],
  { signature, side }: OneSide,
): ReadonlyMap<string, Computed> {
  const partners = new Map<string, Computed>();
  for (const sample of samples) {
    const group = signature(sample.labels);
    const other = partners.get(group.key);
    if (other !== undefined) {
      const both = [sample, other].map(({ labels }) => showLabels(labels)).join(', ');
      const where = `the match group ${showLabels(group)} on the ${side} hand-side of the operation: [${both}]`;
      const rule = 'many-to-many matching not allowed: matching labels must be unique on one side';
      fail(`found duplicate series for ${where};${rule}`);
    }
    partners.set(group.key, sample);
  }
  return partners;
}

function resultLabels(expr: Binary, many: Labels, one: Labels): Labels {
  const { matching } = expr;
  const arithmetic = dropsName({ operator: expr.operator, bool: false });
  const own = arithmetic ? withoutName(many) : many;
  if (matching === null || matching.many === null) {
    const names = matching?.labels ?? [];
    const matched = matching?.kind === 'on' ? keep(own, names) : without(own, names);
    return expr.bool ? withoutName(matched) : matched;
  }
  const included = matching.include.map((name) => [name, labelValue(one, name)] as const);
  const grouped = included.length === 0 ? own : labelsOf([...own.pairs, ...included]);
  return expr.bool ? withoutName(grouped) : grouped;
}
