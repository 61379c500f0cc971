import type { AnalysisRunSpec, Argument, Metric } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { composeRun } from '../../../core/analysis/compose.ts';
import { flatten } from '../../../core/analysis/flatten.ts';
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
  const { prometheus } = metric.provider;
  if (prometheus === undefined) return metric;
  return { ...metric, provider: { ...metric.provider, prometheus: { ...prometheus, address } } };
}
