import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { KayentaMetric, KayentaScopeDetail } from '../api/providers.ts';
import { kayentaMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { outcomeOf } from './kayenta-answer.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askJson, complaint, type Question } from './service.ts';

const who = 'kayenta';
const timeoutSeconds = 15;
const resumeMilliseconds = 15_000;

/** The name under which the original notes which execution it waits for. */
const MEMO = 'canaryExecutionId';

/**
 * Has Kayenta judge a canary, and waits for its score, from 0 to 100, which is looked at every 15 seconds.
 * From `threshold.pass` on it is successful, from `threshold.marginal` on inconclusive, below failed.
 * Differences to the original: the configuration is looked up in the account of configurations rather than
 * in that of storage, a configuration that is not there is named, and what Kayenta says of an execution that
 * failed is told. `lookback` changes nothing, as there. Source: https://github.com/spinnaker/kayenta
 */
export const kayenta: MetricProvider<KayentaMetric> = { name: who, schema: kayentaMetric, start, resume };

async function start(metric: KayentaMetric, ask: Ask): Promise<Reading> {
  const config = await configOf(metric, ask);
  if (config.kind === 'error') return config;
  const { application, metricsAccountName, configurationAccountName, storageAccountName } = metric;
  const accounts = { application, metricsAccountName, configurationAccountName, storageAccountName };
  const scopes = metric.scopes.map(({ name, controlScope, experimentScope }) => [
    name,
    { controlScope: scopeOf(controlScope), experimentScope: scopeOf(experimentScope) },
  ]);
  const { pass, marginal } = metric.threshold;
  const body = { scopes: Object.fromEntries(scopes), thresholds: { pass, marginal } };
  const question = asked(metric, `/canary/${encodeURIComponent(config.id)}`, accounts, JSON.stringify(body));
  const answer = await askJson(question, ask);
  if (answer.kind === 'error') return answer;
  const id = isObject(answer.value) ? answer.value[MEMO] : undefined;
  if (typeof id !== 'string' || id === '') return complaint(question, `the answer has no ${MEMO}`);
  return waiting(id, ask);
}

async function resume(metric: KayentaMetric, memo: Json, ask: Ask): Promise<Reading> {
  const id = isObject(memo) ? memo[MEMO] : undefined;
  if (typeof id !== 'string' || id === '') return refuse(`it is not known which execution to ask for`);
  const { storageAccountName } = metric;
  const question = asked(metric, `/canary/${encodeURIComponent(id)}`, { storageAccountName }, null);
  const answer = await askJson(question, ask);
  if (answer.kind === 'error') return answer;
  return outcomeOf(question, answer.value, metric.threshold) ?? waiting(id, ask);
}

function waiting(id: string, ask: Ask): Reading {
  return { kind: 'running', memo: { [MEMO]: id }, resumeAt: ask.now + resumeMilliseconds };
}

/** The id of the configuration that has the name. */
async function configOf(
  metric: KayentaMetric,
  ask: Ask,
): Promise<{ readonly kind: 'config'; readonly id: string } | ErrorReading> {
  const { application, configurationAccountName, canaryConfigName } = metric;
  const question = asked(metric, '/canaryConfig', { application, configurationAccountName }, null);
  const answer = await askJson(question, ask);
  if (answer.kind === 'error') return answer;
  const configs: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [];
  for (const config of configs) {
    if (!isObject(config) || config['name'] !== canaryConfigName) continue;
    if (typeof config['id'] === 'string' && config['id'] !== '') return { kind: 'config', id: config['id'] };
  }
  return complaint(question, `there is no configuration "${canaryConfigName}" of ${application}`);
}

/** Fields that are absent are left out: Kayenta cannot read an empty time. */
function scopeOf({ scope, region, step, start: from, end }: KayentaScopeDetail): Json {
  return {
    scope,
    region,
    step,
    ...(from === undefined || from === '' ? {} : { start: from }),
    ...(end === undefined || end === '' ? {} : { end }),
  };
}

/** With a body it is sent as JSON. An execution that is begun twice does no harm: one is waited for. */
function asked(
  { address }: KayentaMetric,
  path: string,
  parameters: Readonly<Record<string, string>>,
  body: string | null,
): Question {
  return {
    who,
    secrets: [],
    method: body === null ? 'GET' : 'POST',
    url: `${under(address, path)}?${new URLSearchParams(parameters).toString()}`,
    headers: body === null ? {} : { 'content-type': 'application/json' },
    body,
    timeoutSeconds,
  };
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
