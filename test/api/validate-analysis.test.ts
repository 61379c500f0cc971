import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { metricPlugins } from '../../src/api/schema/metric-plugins.ts';
import { notSupportedYet, validateAnalysis } from '../../src/api/validate/index.ts';
import { type Loose, nginxWith, rolloutWith } from './rollouts.ts';

function analysis(spec: Loose, kind = 'AnalysisTemplate'): Manifest {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name: 'a' }, spec };
}

const WEB = { web: { url: 'http://a' } };

/** A template with one metric that has further fields; the issues as `path: message`. */
function metric(name: string, fields: Loose, ...issues: readonly string[]): void {
  spec(
    name,
    { metrics: [{ name: 'm', provider: WEB, ...fields }] },
    ...issues.map((text) => `spec.metrics[0]: ${text}`),
  );
}

function spec(name: string, fields: Loose, ...issues: readonly string[]): void {
  void test(name, () => {
    const found = validateAnalysis(analysis(fields));
    assert.deepEqual(
      found.map((issue) => `${issue.path}: ${issue.message}`),
      issues,
    );
  });
}

metric('a plain metric is right', {});
metric('a metric may be measured for ever', { interval: '1m' });
const JOB = { job: { spec: { template: { spec: { containers: [] } } } } };
metric('a Job needs no condition', { provider: JOB, successCondition: '' });
metric(
  'no condition is put to a Job',
  { provider: JOB, successCondition: 'true', failureCondition: 'false' },
  'successCondition has no meaning for a job, which succeeds or fails by itself',
  'failureCondition has no meaning for a job, which succeeds or fails by itself',
);
metric('several measurements need an interval', { count: 2 }, 'interval must be specified when count > 1');
metric('counts may be text', { count: '2' }, 'interval must be specified when count > 1');
metric('counts may come from arguments', {
  count: '{{args.n}}',
  interval: '{{args.i}}',
  failureLimit: '{{args.f}}',
});
metric('a count that is no number', { count: 'two' }, 'count must be a number');
metric(
  'more failures than measurements',
  { count: 2, interval: '1s', failureLimit: 3 },
  'count (2) must be >= failureLimit + consecutiveSuccessLimit (3 + 0) if both >= 0',
);
metric(
  'successes count as well',
  { count: 4, interval: '1s', failureLimit: 3, consecutiveSuccessLimit: 3 },
  'count (4) must be >= failureLimit + consecutiveSuccessLimit (3 + 3) if both >= 0',
);
metric('never fail, but end with successes', {
  interval: '1s',
  failureLimit: -1,
  consecutiveSuccessLimit: 3,
});
metric(
  'never fail and never end',
  { failureLimit: -1 },
  'failureLimit and consecutiveSuccessLimit cannot both be disabled',
);
metric(
  'limits below zero',
  { failureLimit: -2, inconclusiveLimit: -1, consecutiveErrorLimit: -1, consecutiveSuccessLimit: -1 },
  'inconclusiveLimit must be >= 0',
  'consecutiveErrorLimit must be >= 0',
  'failureLimit must be >= 0, or -1 to be disabled',
  'consecutiveSuccessLimit must be >= 0',
);
metric(
  'an interval in words',
  { interval: 'soon' },
  'invalid interval string: time: invalid duration "soon"',
);
metric(
  'an interval without unit',
  { interval: '10' },
  'invalid interval string: time: missing unit in duration "10"',
);
metric(
  'an interval in days',
  { interval: '1d' },
  'invalid interval string: time: unknown unit "d" in duration "1d"',
);
metric('a delay', { initialDelay: 'soon' }, 'invalid startDelay string: time: invalid duration "soon"');
metric('no provider', { provider: {} }, 'no provider specified');
metric('two providers', { provider: { ...WEB, prometheus: {} } }, 'multiple providers specified');
metric('two plugins', { provider: { plugin: { a: {}, b: {} } } }, 'multiple providers specified');

const plugin = (name: string, config: object) => ({
  metrics: [{ name: 'm', provider: { plugin: { [name]: config } } }],
});
const LOKI = 'spec.metrics[0].provider.plugin["sluice/loki"]';
spec('a plugin that is built in', plugin('sluice/loki', { address: 'https://loki', query: 'q' }));
spec(
  'arguments are taken on trust',
  plugin('sluice/loki', { address: '{{args.loki}}', query: 'q', timeout: '{{args.t}}' }),
);
spec(
  'a plugin that nobody knows',
  plugin('team/x', {}),
  `spec.metrics[0].provider.plugin["team/x"]: unknown metric plugin "team/x"; known are ${Object.keys(metricPlugins).join(', ')}`,
);
spec(
  'all that is wrong with a plugin',
  plugin('sluice/loki', { address: 'loki', query: '', tenent: 'a', secretRef: {}, timeout: '1h' }),
  `${LOKI}.address: must be a URL with http or https`,
  `${LOKI}.query: must not be empty`,
  `${LOKI}.secretRef.name: Invalid input: expected string, received undefined`,
  `${LOKI}.timeout: must be a duration of at most 5m`,
  `${LOKI}.tenent: unknown field`,
);

const two = (a: string, b: string) => [
  { name: a, provider: WEB },
  { name: b, provider: WEB },
];
spec('no metrics', { metrics: [] }, 'spec.metrics: no metrics specified');
spec('metrics may be in nested templates', {
  templates: [{ templateName: 't' }],
  dryRun: [{ metricName: 'far' }],
});
spec('metric names are unique', { metrics: two('m', 'm') }, "spec.metrics[1]: duplicate name 'm'");
spec('rules match a metric', {
  metrics: two('ab', 'c'),
  dryRun: [{ metricName: '^a.$' }, { metricName: '(?i)C' }],
});
spec(
  'rules that match nothing',
  {
    metrics: two('a', 'b'),
    dryRun: [{ metricName: 'x' }],
    measurementRetention: [{ metricName: 'y', limit: 1 }],
  },
  "spec.dryRun[0]: Rule didn't match any metric name(s)",
  "spec.measurementRetention[0]: Rule didn't match any metric name(s)",
);
spec(
  'a rule that is no expression',
  { metrics: two('a', 'b'), dryRun: [{ metricName: '(' }] },
  'spec.dryRun[0]: "(" is no regular expression',
);
spec(
  'a rule with more ways through a name than could ever be tried one by one',
  { metrics: two(`${'a'.repeat(200)}!`, 'b'), dryRun: [{ metricName: '(a+)+$' }] },
  "spec.dryRun[0]: Rule didn't match any metric name(s)",
);
spec(
  'a rule that takes too long to try',
  {
    metrics: two(`${'a'.repeat(2000)}!`, 'b'),
    measurementRetention: [{ metricName: '(a?){1000}$', limit: 1 }],
  },
  'spec.measurementRetention[0]: "(a?){1000}$" takes too long to try on the metric names',
);
spec('a shape that is wrong', { metrics: [{ name: 'm' }] }, 'spec.metrics[0].provider: Required value');

/** The fields that nothing acts on yet. */
function unsupported(name: string, manifest: Manifest, ...paths: readonly string[]): void {
  void test(`not supported yet: ${name}`, () => {
    const issues = notSupportedYet(manifest);
    assert.deepEqual(
      issues.map((issue) => issue.path),
      paths,
    );
    for (const issue of issues) assert.match(issue.message, /^not supported yet: [\w/-]+$/);
  });
}

const CANARY = 'spec.strategy.canary';
unsupported(
  'nothing of a plain canary with NGINX',
  nginxWith({
    analysis: {},
    steps: [{ setWeight: 5 }, { pause: {} }, { setCanaryScale: { replicas: 1 } }, { analysis: {} }],
    dynamicStableScale: false,
  }),
);
unsupported(
  'nothing of the Gateway API',
  nginxWith({ trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': {} } } }),
);
unsupported(
  'other plugins',
  nginxWith({ trafficRouting: { plugins: { 'a/b': {}, c: {} } } }),
  `${CANARY}.trafficRouting.plugins["a/b"]`,
  `${CANARY}.trafficRouting.plugins.c`,
);
unsupported('nothing of blue-green', rolloutWith({ strategy: { blueGreen: { activeService: 'a' } } }));

void test('what is not supported is named, also a plugin', () => {
  const [issue] = notSupportedYet(nginxWith({ trafficRouting: { plugins: { 'a/b': {} } } }));
  assert.equal(issue?.message, 'not supported yet: a/b');
});
