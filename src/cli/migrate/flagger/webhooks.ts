import type { AnalysisTemplate, Metric } from '../../../api/analysis.ts';
import { parseDuration } from '../../../api/duration.ts';
import { API_VERSION } from '../../../api/keys.ts';
import type { JsonObject } from '../../../api/meta.ts';
import { type Fields, fieldsOf, shortDuration, textOf } from '../fields.ts';
import type { Canary } from './canary.ts';
import { type Course, metricName, pace } from './metrics.ts';

/** Webhooks of one type. */
export interface Hooks {
  readonly confirmRollout: readonly Fields[];
  readonly preRollout: readonly Fields[];
  readonly rollout: readonly Fields[];
  readonly confirmTrafficIncrease: readonly Fields[];
  readonly confirmPromotion: readonly Fields[];
  readonly rollback: readonly Fields[];
  /** What a Rollout has no moment for, with the reason. */
  readonly lost: readonly string[];
}

/** Asked so often that nobody gives up: a person may need days. */
const WITHOUT_END = 1_000_000;

/** The webhooks of an analysis, by their type. */
export function hooksOf({ analysis }: Canary): Hooks {
  const of = (...types: readonly string[]) =>
    analysis.webhooks.filter((hook) => types.includes(textOf(hook['type'])));
  return {
    confirmRollout: of('confirm-rollout'),
    preRollout: of('pre-rollout'),
    rollout: of('rollout', ''),
    confirmTrafficIncrease: of('confirm-traffic-increase'),
    confirmPromotion: of('confirm-promotion'),
    rollback: of('rollback'),
    lost: [
      ...of('post-rollout').map(
        (hook) =>
          `webhook ${textOf(hook['name'])} (post-rollout): subscribe a webhook to on-rollout-completed and on-rollout-aborted`,
      ),
      ...of('event').map(
        (hook) =>
          `webhook ${textOf(hook['name'])} (event): subscribe a webhook to the triggers that you want`,
      ),
    ],
  };
}

/** Waits until the service says yes, with any answer of 2xx, for as long as it takes. */
export function gateMetric(hook: Fields, canary: Canary): Metric {
  return {
    name: hookName(hook),
    interval: shortDuration(canary.analysis.intervalMs),
    consecutiveSuccessLimit: 1,
    consecutiveErrorLimit: WITHOUT_END,
    provider: ask(hook, canary),
  };
}

/** Must answer with 2xx once; so many refusals as Flagger's threshold end the release. */
export function acceptanceMetric(hook: Fields, canary: Canary): Metric {
  const { intervalMs, threshold } = canary.analysis;
  return {
    name: hookName(hook),
    interval: shortDuration(intervalMs),
    consecutiveSuccessLimit: 1,
    consecutiveErrorLimit: threshold - 1,
    provider: ask(hook, canary),
  };
}

/** Asked in every interval, as load tests are. */
export function loadMetric(hook: Fields, canary: Canary, course: Course): Metric {
  const { initialDelay: _, ...rest } = pace(canary, course);
  return { name: hookName(hook), ...rest, provider: ask(hook, canary) };
}

/** Ends the release as soon as the service answers with 2xx. */
export function rollbackMetric(hook: Fields, canary: Canary): Metric {
  return {
    name: hookName(hook),
    interval: shortDuration(canary.analysis.intervalMs),
    failureCondition: 'true',
    consecutiveErrorLimit: WITHOUT_END,
    provider: ask(hook, canary),
  };
}

/** A template of one gate. */
export function gateTemplate(hook: Fields, canary: Canary, metric: Metric): AnalysisTemplate {
  const { namespace } = canary;
  return {
    apiVersion: API_VERSION,
    kind: 'AnalysisTemplate',
    metadata: { name: gateName(hook, canary), ...(namespace === undefined ? {} : { namespace }) },
    spec: { args: [{ name: 'namespace' }], metrics: [metric] },
  };
}

/** The name of a gate's template. */
export function gateName(hook: Fields, { target }: Canary): string {
  return `${target}-${hookName(hook)}`;
}

function hookName(hook: Fields): string {
  return metricName(textOf(hook['name']) || textOf(hook['type']));
}

/** The request that Flagger makes, without what only Flagger knows (its counters and checksum). */
function ask(hook: Fields, canary: Canary): Metric['provider'] {
  const timeoutMs = parseDuration(textOf(hook['timeout'])) ?? 10_000;
  const metadata = fieldsOf(hook['metadata']);
  const body: JsonObject = {
    name: canary.name,
    namespace: '{{args.namespace}}',
    phase: phaseOf(textOf(hook['type'])),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata: metadata as JsonObject }),
  };
  const isInsecure = hook['disableTLS'] === true;
  return {
    web: {
      method: 'POST',
      url: textOf(hook['url']),
      jsonBody: body,
      timeoutSeconds: Math.max(1, Math.ceil(timeoutMs / 1000)),
      ...(isInsecure ? { insecure: true } : {}),
    },
  };
}

function phaseOf(type: string): string {
  if (type === 'confirm-rollout') return 'Waiting';
  return type === 'confirm-promotion' ? 'WaitingPromotion' : 'Progressing';
}
