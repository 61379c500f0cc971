import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisTemplateSpec, Argument, Metric } from '../../../src/api/analysis.ts';
import type { Rollout, RolloutAnalysis } from '../../../src/api/rollout.ts';
import { composeRun } from '../../../src/core/analysis/compose.ts';

const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'app', labels: { zone: 'z1' }, annotations: { 'a/b': 'c' } },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: 'demo/app:1' }] } } },
  status: { canary: { weights: { canary: { weight: 20 } } } },
} as unknown as Rollout;

const metric = (name: string): Metric => ({
  name,
  provider: { prometheus: { address: 'http://p', query: name } },
});

const template = (metrics: string, more: Partial<AnalysisTemplateSpec> = {}): AnalysisTemplateSpec => ({
  metrics: metrics.split(' ').filter(Boolean).map(metric),
  ...more,
});

type Templates = Readonly<Record<string, AnalysisTemplateSpec | null>>;

/** `one` is an AnalysisTemplate, `*one` a ClusterAnalysisTemplate. */
const refs = (names: string) =>
  names
    .split(' ')
    .map((name) =>
      name.startsWith('*') ? { templateName: name.slice(1), clusterScope: true } : { templateName: name },
    );

function compose(names: string, templates: Templates, more: Partial<RolloutAnalysis> = {}) {
  const keyed = Object.entries(templates).map(([name, spec]) => [
    name.startsWith('*') ? `ClusterAnalysisTemplate/${name.slice(1)}` : `AnalysisTemplate/${name}`,
    spec,
  ]);
  return composeRun({
    analysis: { templates: refs(names), ...more },
    templates: Object.fromEntries(keyed),
    rollout,
    stableHash: 'old',
    latestHash: 'new',
    path: 'spec.strategy.canary.steps[1].analysis',
  });
}

void test('the metrics of all templates are in the run', () => {
  const metrics = (name: string, wanted: string, templates: Templates, expected: string) => {
    const composed = compose(wanted, templates);
    assert.equal(composed.kind, 'spec', name);
    if (composed.kind === 'spec')
      assert.equal(composed.spec.metrics.map((m) => m.name).join(' '), expected, name);
  };
  const nested = {
    top: template('', { templates: refs('middle leaf-b leaf-a') }),
    middle: template('m', { templates: refs('leaf-a') }),
    'leaf-a': template('a'),
    'leaf-b': template('b'),
  };
  metrics('one template', 'one', { one: template('x y') }, 'x y');
  metrics('two templates', 'one two', { one: template('x'), two: template('y') }, 'x y');
  metrics('namespaced ones come first', '*one two', { '*one': template('x'), two: template('y') }, 'y x');
  metrics('of nested ones, each once', 'top', nested, 'm a b');
  metrics('a template named twice', 'one one', { one: template('x') }, 'x');
  metrics('same name, other scope', 'one *one', { one: template('x'), '*one': template('y') }, 'x y');
});

void test('what keeps a run from being made is said, all of it', () => {
  const templateNames = (names: string) => `Invalid value: "templateNames: [${names}]": `;
  const issues = (name: string, wanted: string, templates: Templates, expected: string[], more = {}) => {
    const composed = compose(wanted, templates, more);
    const path = 'spec.strategy.canary.steps[1].analysis.templates';
    const wantedIssues = expected.map((message) => ({ path, message }));
    assert.deepEqual(composed, { kind: 'issues', issues: wantedIssues }, name);
  };
  const arg = (value: string) => ({ args: [{ name: 'a', value }] });
  const secret = (key: string) => ({
    args: [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key } } }],
  });
  const dry = { dryRun: [{ metricName: 'x' }] };
  const keep = { measurementRetention: [{ metricName: 'x', limit: 5 }] };
  issues('a missing template', 'later', { later: null }, [
    `Invalid value: "later": AnalysisTemplate 'later' not found`,
  ]);
  issues('missing templates of both scopes', 'one *two', {}, [
    `Invalid value: "one": AnalysisTemplate 'one' not found`,
    `Invalid value: "two": ClusterAnalysisTemplate 'two' not found`,
  ]);
  issues('a metric name twice', 'one two', { one: template('rate'), two: template('rate') }, [
    `${templateNames('one two')}two metrics have the same name 'rate'`,
  ]);
  issues(
    'two values of an argument',
    'three four',
    { three: template('x', arg('1')), four: template('y', arg('2')) },
    [`${templateNames('three four')}Argument \`a\` specified multiple times with different values: '1', '2'`],
  );
  issues(
    'two secrets for an argument',
    'one two',
    { one: template('x', secret('k')), two: template('y', secret('l')) },
    [
      `${templateNames('one two')}Argument \`a\` specified multiple times with different values: ` +
        `'Secret s, key k', 'Secret s, key l'`,
    ],
  );
  issues('an argument without a value', 'args', { args: template('x', { args: [{ name: 'q' }] }) }, [
    `${templateNames('args')}args.q was not resolved`,
  ]);
  issues(
    'a rule of the rollout and of a template',
    'one',
    { one: template('x', { ...dry, ...keep }) },
    [
      `${templateNames('one')}two Dry-Run metric rules have the same name 'x'`,
      `${templateNames('one')}two Measurement Retention metric rules have the same name 'x'`,
    ],
    { ...dry, ...keep },
  );
  issues(
    'a circle',
    'a',
    { a: template('x', { templates: refs('b') }), b: template('y', { templates: refs('a') }) },
    [`${templateNames('a b')}templates name each other in a circle: a, b, a`],
  );
  issues(
    'metrics that would be refused',
    'one',
    {
      one: template('x', {
        metrics: [
          { ...metric('x'), count: 2 },
          { name: 'y', provider: {} },
        ],
      }),
    },
    [
      `${templateNames('one')}metrics[0]: interval must be specified when count > 1`,
      `${templateNames('one')}metrics[1]: no provider specified`,
    ],
  );
  issues('nothing to measure', 'one', { one: { args: [] } }, [`${templateNames('one')}no metrics specified`]);
  issues('a placeholder without argument', 'one', { one: template('{{args.gone}}') }, [
    `${templateNames('one')}failed to resolve {{args.gone}}`,
  ]);
  issues('several at once', 'one two gone', { one: template('x', arg('1')), two: template('x', arg('2')) }, [
    `Invalid value: "gone": AnalysisTemplate 'gone' not found`,
    `${templateNames('one two')}two metrics have the same name 'x'`,
    `${templateNames('one two')}Argument \`a\` specified multiple times with different values: '1', '2'`,
  ]);
});

void test('arguments get their values', () => {
  const row = (name: string, wanted: readonly Argument[], handed: readonly Argument[], expected: unknown) => {
    const composed = compose('t', { t: template('x', { args: wanted }) }, { args: handed });
    assert.equal(composed.kind, 'spec', `${name}: ${JSON.stringify(composed)}`);
    if (composed.kind === 'spec') assert.deepEqual(composed.spec.args, expected, name);
  };
  const field = (fieldPath: string): Argument => ({ name: 'a', valueFrom: { fieldRef: { fieldPath } } });
  const a = (value: string): Argument => ({ name: 'a', value });
  const secret = { name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
  row('none asked for, none given', [], [a('1')], undefined);
  row('a default', [a('1')], [], [a('1')]);
  row('the rollout overrides a default', [a('1')], [a('2')], [a('2')]);
  row('the last of two wins', [{ name: 'a' }], [a('1'), a('2')], [a('2')]);
  row('empty text is a value', [{ name: 'a' }], [a('')], [a('')]);
  row('an argument without a value leaves the default', [a('1')], [{ name: 'a' }], [a('1')]);
  row('what no template asks for is dropped', [a('1')], [{ name: 'b', value: '2' }], [a('1')]);
  row('a secret stays a secret', [secret], [], [secret]);
  row('a secret handed over', [{ name: 'a' }], [secret], [secret]);
  row(
    'the stable hash',
    [{ name: 'a' }],
    [{ name: 'a', valueFrom: { podTemplateHashValue: 'Stable' } }],
    [a('old')],
  );
  row(
    'the latest hash',
    [{ name: 'a' }],
    [{ name: 'a', valueFrom: { podTemplateHashValue: 'Latest' } }],
    [a('new')],
  );
  row('a label', [{ name: 'a' }], [field(`metadata.labels['zone']`)], [a('z1')]);
  row('a label that is not there', [{ name: 'a' }], [field(`metadata.labels['none']`)], [a('')]);
  row('an annotation', [{ name: 'a' }], [field(`metadata.annotations["a/b"]`)], [a('c')]);
  row('a number', [{ name: 'a' }], [field('spec.replicas')], [a('2')]);
  row('a list', [{ name: 'a' }], [field('spec.template.spec.containers[0].image')], [a('demo/app:1')]);
  row('the status', [{ name: 'a' }], [field('status.canary.weights.canary.weight')], [a('20')]);
  row('a status that is not there yet', [{ name: 'a' }], [field('status.stableRS')], [a('')]);
});

void test('a field that cannot be an argument', () => {
  const row = (fieldPath: string, expected: string) => {
    const handed = [{ name: 'a', valueFrom: { fieldRef: { fieldPath } } }];
    const composed = compose('t', { t: template('x', { args: [{ name: 'a' }] }) }, { args: handed });
    assert.equal(composed.kind, 'issues', fieldPath);
    if (composed.kind === 'issues')
      assert.equal(
        composed.issues[0]?.message,
        `Invalid value: "templateNames: [t]": args.a was not resolved: ${expected}`,
      );
  };
  row('spec.paused', 'there is no spec.paused');
  row('spec.template', 'the path spec.template must lead to a text, a number or true or false');
  row('spec..x', 'invalid path spec..x');
  row('', 'invalid path ');
  row('spec.constructor', 'there is no spec.constructor');
});

void test('rules of the rollout and of the templates are put together', () => {
  const composed = compose(
    'one',
    {
      one: template('abcd', {
        dryRun: [{ metricName: 'b' }],
        measurementRetention: [{ metricName: 'd', limit: 1 }],
      }),
    },
    { dryRun: [{ metricName: 'a' }], measurementRetention: [{ metricName: 'c', limit: 2 }] },
  );
  assert.deepEqual(composed, {
    kind: 'spec',
    spec: {
      metrics: [metric('abcd')],
      dryRun: [{ metricName: 'a' }, { metricName: 'b' }],
      measurementRetention: [
        { metricName: 'c', limit: 2 },
        { metricName: 'd', limit: 1 },
      ],
    },
  });
});

void test('whose counters are compared is told by somebody', () => {
  const comparing = (config: object): Metric => ({
    name: 'errors',
    interval: '15s',
    provider: { plugin: { 'sluice/compare': config as never } },
  });
  const issuesOf = (config: object) => {
    const composed = compose('one', { one: { metrics: [comparing(config)] } });
    return composed.kind === 'issues' ? composed.issues.map(({ message }) => message) : [];
  };
  const told = `Invalid value: "templateNames: [one]": metric 'errors' needs preset or counters, as the Rollout has no traffic router`;
  assert.deepEqual(issuesOf({}), [told]);
  assert.deepEqual(issuesOf({ preset: 'auto' }), [told]);
  assert.deepEqual(issuesOf({ preset: 'istio' }), []);
  assert.deepEqual(issuesOf({ counters: { total: 'a{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' } }), []);
});
