/** How the version behind a pod does. An idle one has no requests; a broken one answers nothing but errors. */
export type Condition = 'healthy' | 'bad' | 'broken' | 'idle';

/** A version that is scraped. */
export interface Version {
  readonly condition: Condition;
  /** Since it is there. */
  readonly seconds: number;
}

type Labels = Readonly<Record<string, string>>;

/** Requests that a version has every second. */
const PER_SECOND = 1000;
const BAD: Readonly<Record<Condition, number>> = { healthy: 0.002, bad: 0.3, broken: 1, idle: 0 };

/** A line of the text format. */
export function sample(name: string, labels: Labels, value: number): string {
  const inside = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${inside.join(',')}} ${value}`;
}

/** Counters of good and bad requests, told apart by labels. A kind that there never was has no series. */
export function requests(
  name: string,
  { condition, seconds }: Version,
  labels: { readonly all: Labels; readonly good: Labels; readonly bad: Labels },
): readonly string[] {
  // An idle version had some once.
  const all = condition === 'idle' ? 100 : Math.floor(PER_SECOND * seconds);
  const bad = Math.floor(all * BAD[condition]);
  return [
    ...(all - bad > 0 ? [sample(name, { ...labels.all, ...labels.good }, all - bad)] : []),
    ...(bad > 0 ? [sample(name, { ...labels.all, ...labels.bad }, bad)] : []),
  ];
}

/**
 * The buckets of a histogram: good requests are in the second one, bad ones in the second but last one, so
 * they take long.
 */
export function buckets(
  name: string,
  { condition, seconds }: Version,
  labels: Labels,
  edges: readonly string[],
): readonly string[] {
  const all = condition === 'idle' ? 100 : Math.floor(PER_SECOND * seconds);
  const quick = all - Math.floor(all * BAD[condition]);
  return [...edges, '+Inf'].map((le, i) =>
    sample(`${name}_bucket`, { ...labels, le }, i === 0 ? 0 : i < edges.length - 1 ? quick : all),
  );
}
