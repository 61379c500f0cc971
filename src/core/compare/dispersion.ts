/**
 * How bad events come before the release: alone or in clumps, as with retries. Everything that must be
 * remembered to tell, of blocks of several lengths: clumps may last for more than one interval.
 */
export type Clumping = readonly Blocks[];

/** Blocks of so many intervals. */
export interface Blocks {
  /** Intervals of the block that is not full yet, and bad events in them. */
  readonly open: number;
  readonly bad: number;
  /** Bad events of the latest full blocks, oldest first: as many as the next is compared with. */
  readonly last: readonly number[];
  /** How many blocks were compared with those before them. */
  readonly compared: number;
  /** The sum of squared differences of neighbouring blocks. */
  readonly squares: number;
  /** What that would be, if events came alone. */
  readonly expected: number;
}

/** A length of blocks, and how they are compared. */
interface Scale {
  readonly intervals: number;
  /** How often a block and those before it count in a difference. */
  readonly factors: readonly number[];
  /**
   * What chance alone makes of half an hour of looks; up to it events are taken to come alone. In simulation
   * it is rarely more, and where events really came in clumps of 1.2, taking them for single ones failed
   * 0.85 % of healthy releases at an alpha of 1 %.
   */
  readonly chance: number;
  /** With fewer blocks chance makes more, so they say nothing. */
  readonly fewest: number;
}

/** Longer blocks may hold a trend, such as the time of day: one that goes on evenly does not count. */
const SCALES: readonly Scale[] = [
  { intervals: 1, factors: [1, -1], chance: 1.25, fewest: 1 },
  { intervals: 4, factors: [1, -2, 1], chance: 2, fewest: 10 },
  { intervals: 8, factors: [1, -2, 1], chance: 2.8, fewest: 10 },
];

const NO_BLOCKS: Blocks = { open: 0, bad: 0, last: [], compared: 0, squares: 0, expected: 0 };

export const NO_CLUMPING: Clumping = SCALES.map(() => NO_BLOCKS);

/** Adds the bad events of the next interval, of the stable version. Intervals should be of one length. */
export function addClumping(clumping: Clumping, bad: number): Clumping {
  return SCALES.map((scale, i) => addTo(clumping[i] ?? NO_BLOCKS, scale, bad));
}

function addTo(blocks: Blocks, { intervals, factors }: Scale, bad: number): Blocks {
  const [open, sum] = [blocks.open + 1, blocks.bad + bad];
  if (open < intervals) return { ...blocks, open, bad: sum };
  const all = [...blocks.last, sum];
  const full = { ...blocks, open: 0, bad: 0, last: all.slice(-(factors.length - 1)) };
  if (all.length < factors.length) return full;
  const weighed = (power: number) =>
    factors.reduce((total, factor, i) => total + factor ** power * (all[i] ?? 0), 0);
  return {
    ...full,
    compared: blocks.compared + 1,
    squares: blocks.squares + weighed(1) ** 2,
    expected: blocks.expected + weighed(2),
  };
}

const MOST = 50;

/**
 * Events in a clump, from 1 to 50; `fallback` where there were none. Neighbours are compared, so a slow trend
 * does not count. Bursts of more than a minute or two are underestimated. A few events are enough: one clump
 * of five by itself comes to five, and what chance puts together only makes it more careful.
 */
export function clumpSize(clumping: Clumping, fallback: number): number {
  if ((clumping[0]?.expected ?? 0) <= 0) return fallback;
  const sizes = SCALES.map(({ chance, fewest }, i) => {
    const { compared, squares, expected } = clumping[i] ?? NO_BLOCKS;
    if (compared < fewest || expected <= 0) return 1;
    const size = squares / expected;
    return size < chance ? 1 : size;
  });
  return Math.min(MOST, Math.max(...sizes));
}
