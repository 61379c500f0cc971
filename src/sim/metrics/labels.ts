/** The label that holds the name of a metric. */
export const METRIC_NAME = '__name__';

/** Labels as people write them. */
export type LabelRecord = Readonly<Record<string, string>>;

/** Labels of a series: sorted by name, none with an empty value, which means the same as no label. */
export interface Labels {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** The same text for the same labels, and for no others. */
  readonly key: string;
}

/** Labels from pairs in any order. Of two pairs with one name the later counts. */
export function labelsOf(pairs: Iterable<readonly [string, string]>): Labels {
  const sorted = [...new Map(pairs)].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return made(sorted);
}

/** No labels at all. */
export const NO_LABELS: Labels = labelsOf([]);

/** The value of a label; empty when there is none. */
export function labelValue(labels: Labels, name: string): string {
  for (const [own, value] of labels.pairs) if (own === name) return value;
  return '';
}

/** Only the labels with these names. */
export function keep(labels: Labels, names: readonly string[]): Labels {
  return made(labels.pairs.filter(([name]) => names.includes(name)));
}

/** All labels but those with these names. */
export function without(labels: Labels, names: readonly string[]): Labels {
  return made(labels.pairs.filter(([name]) => !names.includes(name)));
}

/** The labels with one of them set; an empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return labelsOf([...labels.pairs, [name, value]]);
}

const nameless = new WeakMap<Labels, Labels>();

/** The labels without the name of the metric, as after all arithmetic. */
export function withoutName(labels: Labels): Labels {
  const known = nameless.get(labels);
  if (known !== undefined) return known;
  const bare = labelValue(labels, METRIC_NAME) === '' ? labels : without(labels, [METRIC_NAME]);
  nameless.set(labels, bare);
  return bare;
}

/** The order in which Prometheus lists series: by the first label that differs, its name before its value. */
export function compareLabels(a: Labels, b: Labels): number {
  for (const [i, [name, value]] of a.pairs.entries()) {
    const other = b.pairs[i];
    if (other === undefined) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    if (value !== other[1]) return value < other[1] ? -1 : 1;
  }
  return a.pairs.length - b.pairs.length;
}

/** The labels as Prometheus shows them in errors: `{__name__="up", job="app"}`. */
export function showLabels(labels: Labels): string {
  return `{${labels.pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

/** The labels as people write them. */
export function recordOf(labels: Labels): LabelRecord {
  return Object.fromEntries(labels.pairs);
}

function made(pairs: Labels['pairs']): Labels {
  // Lengths instead of a separator: a value may hold any character.
  const key = pairs.map(([name, value]) => `${name.length}:${name}${value.length}:${value}`).join('');
  return { pairs, key };
}
