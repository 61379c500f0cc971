import { Random } from '../../../src/sim/random.ts';
import { drawApp } from './draw/apps.ts';
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
  const aside = new Random(`experiments/${seed}`);
  const tried = apps.map((app) => withExperiment(aside, app));
  const deeds = apps.flatMap((app) => drawDeeds(random, app)).sort((a, b) => a.atMs - b.atMs);
  return { seed, apps: tried, deeds, ...drawStorm(random, apps) };
}
