import { Random } from '../../../src/sim/random.ts';
import { drawApp } from './draw/apps.ts';
import { withComparison } from './draw/comparisons.ts';
import { drawDeeds } from './draw/deeds.ts';
import { withExperiment } from './draw/experiments.ts';
import { drawStorm } from './draw/storm.ts';
import type { Script } from './script.ts';

/** Draws a life from a seed: one or two applications with any feature, people who do anything, and faults. */
export function draw(seed: string): Script {
  const random = new Random(`script/${seed}`);
  const apps = Array.from({ length: random.chance(0.25) ? 2 : 1 }, (_, i) =>
    drawApp(random, `app-${'ab'[i]}`),
  );
  const [experiments, comparisons] = [new Random(`experiments/${seed}`), new Random(`comparisons/${seed}`)];
  const whole = apps.map((app) => withComparison(comparisons, withExperiment(experiments, app)));
  const deeds = apps.flatMap((app) => drawDeeds(random, app)).sort((a, b) => a.atMs - b.atMs);
  return { seed, apps: whole, deeds, ...drawStorm(random, apps) };
}
