import type { Random } from '../../../../src/sim/random.ts';
import type { App, Step } from '../script.ts';

/**
 * The same application, some with a step that runs pods of a version beside the release. It is drawn from a
 * source of its own, so that lives without one are what they would be.
 */
export function withExperiment(random: Random, app: App): App {
  if (app.blueGreen !== undefined || !random.chance(0.2)) return app;
  const steps = app.steps.toSpliced(random.int(0, app.steps.length), 0, drawExperiment(random, app));
  return { ...app, steps };
}

function drawExperiment(random: Random, { rate }: App): Step {
  const fresh = { name: 'fresh', specRef: random.pick(['canary', 'canary', 'stable'] as const) };
  const sizes = random.pick([{}, { replicas: 2 }]);
  // Pods with a label of their own: what else selects them is the user's business.
  const metadata = random.pick([{}, { metadata: { labels: { role: 'fresh' } } }]);
  const service = random.pick([{}, { service: {} }]);
  const baseline = random.chance(0.4) ? [{ name: 'baseline', specRef: 'stable' as const }] : [];
  const isJudged = rate > 0 && random.chance(0.5);
  const isRequired = isJudged && random.chance(0.3);
  const args = [{ name: 'hash', value: '{{templates.fresh.podTemplateHash}}' }];
  const required = isRequired ? { requiredForCompletion: true } : {};
  const analyses = [{ name: 'fresh', templateName: 'errors', args, ...required }];
  return {
    experiment: {
      templates: [{ ...fresh, ...sizes, ...metadata, ...service }, ...baseline],
      ...(isRequired ? {} : { duration: random.pick(['5s', '30s', '60s']) }),
      ...(isJudged ? { analyses } : {}),
    },
  };
}
