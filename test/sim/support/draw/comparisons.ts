import type { Random } from '../../../../src/sim/random.ts';
import type { App, Step } from '../script.ts';

/**
 * The same application, some with a comparison of both versions in the background, and with a step that waits
 * for its proof. Drawn from a source of its own, as experiments are.
 */
export function withComparison(random: Random, app: App): App {
  const { routing, rate, blueGreen, canary, steps } = app;
  if (blueGreen !== undefined || routing === 'none' || rate === 0 || !random.chance(0.3)) return app;
  const weights = steps.flatMap((step, i) => ('setWeight' in step && step.setWeight > 0 ? [i] : []));
  const after = weights.length > 0 && random.chance(0.7) ? random.pick(weights) : null;
  return {
    ...app,
    steps: after === null ? steps : steps.toSpliced(after + 1, 0, drawProof(random)),
    canary: { ...canary, analysis: { templates: [{ templateName: 'compared' }] } },
  };
}

function drawProof(random: Random): Step {
  const otherwise = random.pick(['continue', 'abort', 'pause', 'pause'] as const);
  return { plugin: { name: 'sluice/prove', config: { max: random.pick(['20s', '60s']), otherwise } } };
}
