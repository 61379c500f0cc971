import type { Split } from '../../../providers/compare/series.ts';

/** The pods whose series were split. */
export interface Halves {
  readonly split: Split;
  /** How many each side has; known once the split has been asked for. */
  readonly count: () => { readonly canary: number; readonly stable: number };
}

/**
 * Splits the series of one version by its pods: in the order of their names every other one is a canary's,
 * beginning with the second, or with the first where `isFirstCanary`. A series without the label of pods is
 * of nobody.
 */
export function halvesBy(podLabel: string, isFirstCanary: boolean): Halves {
  let canaries: ReadonlySet<string> = new Set();
  let all = 0;
  return {
    split: (series) => {
      const pods = [...new Set(series.flatMap((labels) => labels[podLabel] ?? []))].sort();
      canaries = new Set(pods.filter((_, i) => (i % 2 === 0) === isFirstCanary));
      all = pods.length;
      return (labels) => {
        const pod = labels[podLabel];
        if (pod === undefined) return null;
        return canaries.has(pod) ? 'canary' : 'stable';
      };
    },
    count: () => ({ canary: canaries.size, stable: all - canaries.size }),
  };
}
