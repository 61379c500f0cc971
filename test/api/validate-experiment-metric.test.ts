import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { validateAnalysis } from '../../src/api/validate/index.ts';

/** What is wrong with a metric that is an Experiment. */

const HERE = 'spec.metrics[0].provider.plugin["sluice/experiment"]';
const trial = { name: 'trial', specRef: 'canary' };
const own = (fields: object = {}) => ({
  name: 'own',
  selector: { matchLabels: { app: 'own' } },
  template: {
    metadata: { labels: { app: 'own' } },
    spec: { containers: [{ name: 'web', image: 'demo/web:1' }] },
  },
  ...fields,
});
const judge = (fields: object = {}) => ({ name: 'errors', templateName: 'errors', ...fields });

/** An Experiment of one copy for a minute, with other fields; the issues as `path: message`. */
function row(name: string, fields: object, ...issues: readonly string[]): void {
  void test(name, () => {
    const config = { duration: '1m', templates: [trial], ...fields };
    const metric = { name: 'm', provider: { plugin: { 'sluice/experiment': config } } };
    assert.deepEqual(issuesOf(metric), issues);
  });
}

function issuesOf(metric: object): readonly string[] {
  const template: Manifest = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'a' },
    spec: { metrics: [metric] },
  };
  return validateAnalysis(template).map(({ path, message }) => `${path.replace(HERE, '')}: ${message}`);
}

row('a copy of a version', {});
row('pods of its own', { templates: [own()] });
row('both, with analyses', {
  templates: [trial, own({ service: {}, metadata: { labels: { part: 'own' } } })],
  analyses: [judge({ args: [{ name: 'hash', value: '{{templates.trial.podTemplateHash}}' }] })],
});
row('arguments are taken on trust', {
  duration: '{{args.duration}}',
  scaleDownDelaySeconds: '{{args.seconds}}',
  templates: [{ ...trial, replicas: '{{args.pods}}' }],
});
row('its end may be an analysis', {
  duration: undefined,
  analyses: [judge({ requiredForCompletion: true })],
});
row(
  'one without an end',
  { duration: undefined, analyses: [judge()] },
  ': needs a duration, or an analysis with requiredForCompletion: else it would never end',
);
row('no templates', { templates: [] }, '.templates: the Experiment has no templates');
row(
  'a share of the traffic is for steps',
  { templates: [{ ...trial, weight: 5 }] },
  '.templates[0].weight: unknown field',
);
row(
  'neither a version nor pods, and both',
  { templates: [{ name: 'none' }, { ...own(), specRef: 'canary' }] },
  '.templates[0]: set exactly one of specRef and template',
  '.templates[1]: set exactly one of specRef and template',
);
row(
  'a version that there is not',
  { templates: [{ name: 'a', specRef: 'preview' }] },
  '.templates[0].specRef: Invalid option: expected one of "canary"|"stable"',
);
row(
  'pods that nothing selects',
  { templates: [own({ selector: undefined })] },
  '.templates[0].selector: a template of its own needs a selector',
);
row(
  'a selector that selects others',
  { templates: [own({ selector: { matchLabels: { app: 'web' } } })] },
  '.templates[0].template.metadata.labels: Invalid value: {"app":"own"}: `selector` does not match template `labels`',
);
row(
  'pods that the API server would refuse',
  { templates: [own({ template: { metadata: { labels: { app: 'own' } }, spec: {} } })] },
  '.templates[0].template.spec.containers: Required value',
);
row(
  'names that are no names, are there twice, or leave no room',
  {
    templates: [{ ...trial, name: 'Trial' }, trial, trial, { ...trial, name: 'x'.repeat(41) }],
    analyses: [judge({ name: '' }), judge({ templateName: '' })],
  },
  ".templates[2].name: the Experiment has repeated template name 'trial' in templates",
  '.templates[0].name: Invalid value: "Trial": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-", and must start and end with an alphanumeric character',
  '.templates[3].name: must be no more than 40 characters',
  '.analyses[0].name: Required value',
  '.analyses[1].templateName: Required value',
);
row(
  'numbers below zero, and a duration that is none',
  { duration: 'soon', scaleDownDelaySeconds: -1, templates: [{ ...trial, replicas: -1 }] },
  ".templates[0].replicas: the Experiment has negative replicas in template 'trial'",
  ".duration: the Experiment has a duration that is not one such as 30s, 5m or 1h: 'soon'",
  '.scaleDownDelaySeconds: the Experiment has a negative scaleDownDelaySeconds',
);
row(
  'arguments of its analyses',
  { analyses: [judge({ args: [{ name: 'a', value: '1' }, { name: 'a' }] })] },
  '.analyses[0].args[1].name: Duplicate value: "a"',
);
void test('no condition is put to it', () => {
  const plugin = { 'sluice/experiment': { duration: '1m', templates: [trial] } };
  assert.deepEqual(issuesOf({ name: 'm', provider: { plugin }, failureCondition: 'true' }), [
    'spec.metrics[0]: failureCondition has no meaning for an Experiment, which succeeds or fails by itself',
  ]);
});
