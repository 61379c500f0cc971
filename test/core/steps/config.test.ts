import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '../../../src/api/rollout.ts';
import { stepPluginIssues } from '../../../src/core/steps/index.ts';

/** Configurations of step plugins: every mistake in them, with its path. */

function issues(...plugins: readonly object[]): readonly string[] {
  const steps = plugins.map((plugin) => ({ plugin }));
  const rollout = { spec: { strategy: { canary: { steps } } } } as unknown as Rollout;
  return stepPluginIssues(rollout).map(
    ({ path, message }) =>
      `${path.replace('spec.strategy.canary.steps', '').replace('.plugin', '')}: ${message}`,
  );
}

function row(name: string, plugin: object, ...expected: readonly string[]): void {
  void test(name, () => assert.deepEqual(issues(plugin), expected));
}

const gate = (config?: object) => ({ name: 'sluice/gate', ...(config === undefined ? {} : { config }) });
const job = (config: object) => ({ name: 'sluice/job', config });
const window = (config?: object) => ({ name: 'sluice/window', config });
const webhook = { url: 'https://a.b/c', successCondition: 'result.ok' };

row(
  'an unknown name',
  { name: 'acme/gate' },
  '[0].name: unknown step plugin "acme/gate"; known are sluice/gate, sluice/job, sluice/prove, sluice/window',
);
row(
  'a name that every object has',
  { name: 'constructor' },
  '[0].name: unknown step plugin "constructor"; known are sluice/gate, sluice/job, sluice/prove, sluice/window',
);
row('a gate needs no configuration', gate());
row(
  'a whole gate',
  gate({
    name: 'qa',
    approvals: { required: 1, from: ['a@b.c'] },
    annotation: 'a/b',
    webhook,
    require: 'any',
    timeout: '1h',
    onTimeout: 'pause',
  }),
);
row(
  'unknown fields, all of them',
  gate({ approval: 1, webhok: 2 }),
  '[0].config.approval: unknown field',
  '[0].config.webhok: unknown field',
);
row(
  'more approvals than people',
  gate({ approvals: { required: 2, from: ['a'] } }),
  '[0].config.approvals.required: asks for more approvals than there are people who may give one',
);
row(
  'a person that no key can name',
  gate({ approvals: { from: ['a b'] } }),
  '[0].config.approvals.from[0]: must be letters, digits and any of ._@-, at most 40',
);
row('onTimeout alone', gate({ onTimeout: 'abort' }), '[0].config.onTimeout: needs timeout');
row(
  'times',
  gate({ timeout: 'soon', webhook: { ...webhook, interval: '1ms', timeout: '2m' } }),
  '[0].config.webhook.interval: must be a duration from 1s to 1h',
  '[0].config.webhook.timeout: must be a duration from 1s to 60s',
  '[0].config.timeout: must be a duration from 1s to a year',
);
row(
  'an address',
  gate({ webhook: { ...webhook, url: 'file:///etc/passwd' } }),
  '[0].config.webhook.url: must be a URL with http or https',
);
row(
  'a header twice',
  gate({
    webhook: {
      ...webhook,
      headers: [{ key: 'a', value: 'b', valueFrom: { secretKeyRef: { name: 'n', key: 'k' } } }],
    },
  }),
  '[0].config.webhook.headers[0]: set exactly one of value and valueFrom',
);
row(
  'a header of two lines',
  gate({ webhook: { ...webhook, headers: [{ key: 'a', value: 'b\r\nc: d' }] } }),
  '[0].config.webhook.headers[0].value: must be one line',
);
row(
  'a body of a GET',
  gate({ webhook: { ...webhook, jsonBody: {} } }),
  '[0].config.webhook.jsonBody: jsonBody needs method POST or PUT',
);
row(
  'a condition',
  gate({ webhook: { ...webhook, successCondition: 'result.' } }),
  '[0].config.webhook.successCondition: unexpected end of expression',
);
row('a Job from nowhere', job({}), '[0].config: set exactly one of template and from');
row(
  'a Job from both',
  job({ template: { spec: { template: {} } }, from: { cronJob: 'a' } }),
  '[0].config: set exactly one of template and from',
);
row(
  'a Job without pods',
  job({ template: { spec: {} } }),
  '[0].config.template.spec: has no template of pods',
);
row(
  'a Job that goes too soon',
  job({ from: { cronJob: 'a' }, ttl: '5s' }),
  '[0].config.ttl: must be a duration from 1m to a year',
);
row(
  'a window without hours',
  window({}),
  '[0].config.open: Invalid input: expected array, received undefined',
);
row(
  'a place that is none',
  window({ timeZone: 'Europe/Atlantis', open: [{}] }),
  '[0].config.timeZone: must be the name of a time zone such as Europe/Berlin',
);
row(
  'hours and days',
  window({ open: [{ days: ['Monday'], from: '9', to: '25:00' }] }),
  '[0].config.open[0].days[0]: must be a day such as Mon, or days such as Mon-Fri',
  '[0].config.open[0].from: must be a time of day such as 09:00',
  '[0].config.open[0].to: must be a time of day such as 09:00',
);
row(
  'dates',
  window({ open: [{}], closed: ['2026-02-30', '2026-12-24/2026-12-01', 'Xmas'] }),
  '[0].config.closed[0]: there is no such date',
  '[0].config.closed[1]: the last day is before the first',
  '[0].config.closed[2]: must be a date such as 2026-12-24, or two with a slash between them',
);

void test('two gates of one name', () => {
  assert.deepEqual(issues(gate({ name: 'qa' }), gate({ name: 'qa' }), gate(), gate()), [
    '[1].config.name: another gate is called "qa", too',
  ]);
});
