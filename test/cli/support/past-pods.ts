import { Random } from '../../../src/sim/random.ts';
import { NOW, type PastSample } from './past.ts';

/** Hours of a Deployment: its pods, and the part of their requests that fails. */
export interface PastPods {
  readonly pods: Readonly<Record<string, number>>;
  /** Bad requests come in clumps of so many. */
  readonly clump?: number;
  /** The label of pods; empty: there is none. */
  readonly label?: string;
}

const EVERY_SECONDS = 60;
const HOURS = 4;
const PER_LOOK = 1200;

/** A sample a minute of each pod, which has twenty requests a second. */
export function samplesOf({ pods, clump = 1, label = 'pod' }: PastPods): readonly PastSample[] {
  const until = Date.parse(NOW) / 1000;
  const rng = new Random('self-check');
  return Object.entries(pods).flatMap(([pod, badRate]) => {
    const labels = { deployment: 'web', ...(label === '' ? { zone: pod } : { [label]: pod }) };
    let [total, bad] = [0, 0];
    return Array.from({ length: (HOURS * 3600) / EVERY_SECONDS }, (_, i) => {
      total += PER_LOOK;
      for (let n = 0; n < PER_LOOK / clump; n += 1) if (rng.next() < badRate) bad += clump;
      const seconds = until - HOURS * 3600 + i * EVERY_SECONDS;
      return [
        { name: 'requests_total', labels: { ...labels, code: '200' }, seconds, value: total - bad },
        { name: 'requests_total', labels: { ...labels, code: '500' }, seconds, value: bad },
      ];
    }).flat();
  });
}
