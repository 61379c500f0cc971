import type { AnalysisRunSpec, Argument, Metric } from '../../../api/analysis.ts';
import type { CompareConfig } from '../../../api/compare.ts';
import { type CompareSource, sourceName } from '../../../api/compare-source.ts';
import { API_VERSION } from '../../../api/keys.ts';
import type { JsonObject } from '../../../api/meta.ts';
import { isObject } from '../../../api/path.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { COMPARE, isCompared } from '../../../core/analysis/compare/party.ts';
import { type ReleaseSides, sidesOf } from '../../../core/analysis/compare/sides.ts';
import { composeRun } from '../../../core/analysis/compose.ts';
import { flatten } from '../../../core/analysis/flatten.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import { resolveMetrics } from '../../../core/analysis/resolve.ts';
import type { Milliseconds } from '../../../core/time.ts';
import { Refusal } from '../../refusal.ts';
import type { Gathered } from './gather.ts';

/** What a run is given besides its templates. */
export interface Handed {
  /** From the command line: these count more than what a Rollout hands over. */
  readonly args: readonly Argument[];
  /** Empty: not known. */
  readonly stableHash: string;
  readonly latestHash: string;
  /** Asked in place of the addresses in the templates; null: those count. */
  readonly prometheus: string | null;
}

/** Hashes as a Rollout has them now; empty where they are not known. */
export function hashesOf(rollout: Rollout | null): Pick<Handed, 'stableHash' | 'latestHash'> {
  const { stableRS = '', currentPodHash = '' } = rollout?.status ?? {};
  return { stableHash: stableRS, latestHash: currentPodHash };
}

/** The spec of a run, as a controller would compose it. Throws a Refusal with all that is wrong. */
export function specOf({ analysis, templates, rollout }: Gathered, handed: Handed): AnalysisRunSpec {
  const known = argumentsIn({ analysis, templates });
  const stranger = handed.args.find(({ name }) => !known.some((arg) => arg.name === name));
  if (stranger !== undefined) throw new Refusal(`no template takes an argument "${stranger.name}"`);
  const args = [...(analysis.args ?? []), ...handed.args];
  refuseUnknownHashes([...known, ...args], handed);
  const composed = composeRun({
    analysis: { ...analysis, args },
    templates,
    rollout: rollout ?? NO_ROLLOUT,
    stableHash: handed.stableHash,
    latestHash: handed.latestHash,
    path: '',
  });
  if (composed.kind === 'issues')
    throw new Refusal(composed.issues.map(({ message }) => hinted(message)).join('\n'));
  const { spec } = composed;
  if (handed.prometheus === null) return spec;
  const address = handed.prometheus;
  return { ...spec, metrics: spec.metrics.map((metric) => askedAt(metric, address)) };
}

/** What the templates ask for. */
function argumentsIn({ analysis, templates }: Pick<Gathered, 'analysis' | 'templates'>): readonly Argument[] {
  return flatten(analysis.templates ?? [], templates).templates.flatMap(({ spec }) => spec.args ?? []);
}

/** References to a rollout have nothing to refer to in a run by itself. */
const NO_ROLLOUT: Rollout = {
  apiVersion: API_VERSION,
  kind: 'Rollout',
  metadata: { name: '' },
  spec: {},
};

/** A hash that is not known must not be taken for an empty one. */
function refuseUnknownHashes(args: readonly Argument[], handed: Handed): void {
  for (const { name, valueFrom } of args) {
    const which = valueFrom?.podTemplateHashValue;
    const hash = which === 'Stable' ? handed.stableHash : handed.latestHash;
    const isGiven = handed.args.some((given) => given.name === name);
    if (which !== undefined && hash === '' && !isGiven)
      throw new Refusal(
        `the argument "${name}" is the hash of the ${which === 'Stable' ? 'stable' : 'new'} version, ` +
          `which is not known here; say -a ${name}=HASH`,
      );
  }
}

function hinted(message: string): string {
  const name = /\bargs\.([\w-]+) was not resolved$/.exec(message)?.[1];
  return name === undefined ? message : `the argument "${name}" has no value; say -a ${name}=VALUE`;
}

function askedAt(metric: Metric, address: string): Metric {
  const { prometheus, plugin } = metric.provider;
  const compared = plugin?.[COMPARE];
  if (prometheus !== undefined)
    return { ...metric, provider: { ...metric.provider, prometheus: { ...prometheus, address } } };
  if (!isObject(compared) || !isOfPrometheus(compared)) return metric;
  const config = compared as JsonObject;
  const known = isObject(config['source']) ? config['source']['prometheus'] : null;
  const source = { prometheus: { ...(isObject(known) ? (known as JsonObject) : {}), address } };
  return { ...metric, provider: { plugin: { ...plugin, [COMPARE]: { ...config, source } } } };
}

/** How the metric asks Prometheus; null where it does not. */
export function sourceIn({ provider }: Metric): CompareSource['prometheus'] | null {
  if (provider.prometheus !== undefined) return provider.prometheus;
  const compared = provider.plugin?.[COMPARE];
  if (!isObject(compared) || !isOfPrometheus(compared)) return null;
  return (compared as CompareConfig).source?.prometheus ?? {};
}

function isOfPrometheus({ source }: CompareConfig): boolean {
  return sourceName(source) === 'prometheus';
}

/** The metrics with arguments filled in, but for those of Secrets. */
export function filledIn(spec: AnalysisRunSpec): readonly Metric[] {
  const resolved = resolveMetrics(spec, null);
  return resolved.kind === 'metrics' ? resolved.metrics : spec.metrics;
}

/**
 * Metrics that compare come to an end by their count: without one it is as many looks as there is time for.
 */
export function bounded(spec: AnalysisRunSpec, forMs: Milliseconds | null): AnalysisRunSpec {
  const filled = filledIn(spec);
  const metrics = spec.metrics.map((metric, i) => {
    const { count, interval, initialDelay } = limitsOf(filled[i] ?? metric);
    if (!isCompared(metric) || count !== null || interval === null || forMs === null) return metric;
    return { ...metric, count: Math.max(1, Math.ceil((forMs - initialDelay) / interval)) };
  });
  return { ...spec, metrics };
}

/** The versions of a release, as far as they are known; null where nothing is. */
export function sidesFor(
  rollout: Rollout | null,
  place: { readonly namespace: string; readonly name: string },
  { latestHash, stableHash }: Pick<Handed, 'stableHash' | 'latestHash'>,
): ReleaseSides | null {
  if (rollout === null && place.name === '') return null;
  const sides = sidesOf(rollout ?? NO_ROLLOUT, { metadata: { name: '' } });
  return {
    ...sides,
    ...(rollout === null ? { namespace: place.namespace, rollout: place.name } : {}),
    canary: { ...sides.canary, hash: latestHash },
    stable: { ...sides.stable, hash: stableHash },
    // It changes while we look on, or was another one then.
    weightPercent: null,
  };
}
