/** What the original had at each weight of one update without a router, in whole pods of canary and stable. */
interface RecordedSizes {
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  readonly replicas: number;
  /** One for each of `RECORDED_WEIGHTS`. */
  readonly sizes: readonly string[];
}

/** The weights that the recordings `canary-arithmetic-*` go through, all pods being good. */
export const RECORDED_WEIGHTS = [10, 25, 50, 75, 90] as const;

/** The recordings `canary-arithmetic-*`: what was asked for when the pause after each weight began. */
export const RECORDED_SIZES: readonly RecordedSizes[] = [
  { maxSurge: 0, maxUnavailable: 1, replicas: 1, sizes: ['0+1', '0+1', '1+0', '1+0', '1+0'] },
  { maxSurge: 0, maxUnavailable: 1, replicas: 3, sizes: ['1+2', '1+2', '2+1', '2+1', '2+1'] },
  { maxSurge: 0, maxUnavailable: 1, replicas: 10, sizes: ['1+9', '3+7', '5+5', '8+2', '9+1'] },
  ...[
    { maxSurge: 1, maxUnavailable: 0 },
    { maxSurge: '100%', maxUnavailable: 0 },
    { maxSurge: 2, maxUnavailable: '50%' },
    { maxSurge: '25%', maxUnavailable: '25%' },
  ].flatMap((limits): readonly RecordedSizes[] => [
    { ...limits, replicas: 1, sizes: ['1+1', '1+1', '1+1', '1+1', '1+1'] },
    { ...limits, replicas: 3, sizes: ['1+3', '1+3', '2+2', '3+1', '3+1'] },
    { ...limits, replicas: 10, sizes: ['1+9', '3+8', '5+5', '8+3', '9+1'] },
  ]),
];
