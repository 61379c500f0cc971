import type { AnalysisRun } from '../../../api/analysis.ts';
import type { CompareBaseline } from '../../../api/compare.ts';
import type { Experiment, ExperimentSpec } from '../../../api/experiment.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { copyOf, type VersionPods } from '../../experiment/copies.ts';
import { freeHash } from '../../experiment/parts.ts';
import { fnv1a, safeName } from '../../hash/fnv.ts';
import { SETTLED_MS } from '../../rollout/experiment-service.ts';
import { type Instant, parseInstant } from '../../time.ts';
import { isCompleted } from '../measurement.ts';

/** The name of the one template of such an Experiment. */
export const BASELINE = 'baseline';

/** The name of a pod is that of its ReplicaSet with ten characters more, and is cut where it is too long. */
const MOST_CHARACTERS = 45;

/**
 * The name of the Experiment with the fresh copy of the stable version, with which a run compares:
 * `<run>-baseline`.
 * One that is too long, or that no Service may have, is cut and changed, and has a hash that tells it from
 * others.
 */
export function baselineName(run: string): string {
  const name = `${run}-${BASELINE}`;
  if (name.length <= MOST_CHARACTERS && /^[a-z][-a-z0-9]*$/.test(name)) return name;
  const end = `-${safeName(fnv1a(run))}-${BASELINE}`;
  const words = run
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MOST_CHARACTERS - end.length)
    .replace(/-+$/, '');
  return `${words === '' ? 'fresh' : words}${end}`;
}

/** Claims that an Experiment is the fresh copy of some run. */
export function isBaseline({ metadata }: Experiment): boolean {
  return (
    metadata.ownerReferences?.some(
      ({ controller, kind, name }) =>
        controller === true && kind === 'AnalysisRun' && metadata.name === baselineName(name),
    ) === true
  );
}

/** Claims that an Experiment is the fresh copy of this run. */
export function isBaselineOf({ metadata }: Experiment, run: Pick<AnalysisRun, 'metadata'>): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return metadata.name === baselineName(run.metadata.name) && owner?.uid === run.metadata.uid;
}

/**
 * Why this Rollout cannot have such a copy; null: it can. `unable` are those of its traffic routers that send
 * no shares to experiments.
 */
export function baselineObstacle(
  { replicas = 1 }: CompareBaseline,
  { spec }: Rollout,
  unable: readonly string[],
): string | null {
  const { canary, blueGreen } = spec?.strategy ?? {};
  if (blueGreen !== undefined) return 'in blue-green only one version has users, so nothing can be compared';
  if (canary?.trafficRouting === undefined) return null;
  if (unable.length > 0)
    return `the traffic router cannot send a share to a fresh copy: ${unable.join(', ')}`;
  const { maxTrafficWeight = 100 } = canary.trafficRouting;
  const { replicas: all = 1 } = spec;
  const least = Math.ceil(all / maxTrafficWeight);
  return replicas >= least
    ? null
    : `${replicas} of ${all} pods carry less than 1 of ${maxTrafficWeight}, the smallest share of the traffic: set replicas to ${least} or more`;
}

/** What the Experiment should be: pods like those of the stable version, for as long as the run goes on. */
export function baselineSpec(config: CompareBaseline, pods: VersionPods, isRouted: boolean): ExperimentSpec {
  const { replicas = 1, scaleDownDelaySeconds } = config;
  const { progressDeadlineSeconds = pods.progressDeadlineSeconds } = config;
  const wanted = { name: BASELINE, replicas, ...(isRouted ? { service: {} } : {}) };
  return {
    templates: [copyOf(pods, wanted)],
    ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
    ...(scaleDownDelaySeconds === undefined ? {} : { scaleDownDelaySeconds }),
  };
}

/** The fresh copy as metrics may know it. */
export interface BaselineSide {
  readonly hash: string;
  /** Empty where it has no Service of its own. */
  readonly service: string;
  /** The name of its ReplicaSet, with which those of its pods begin. */
  readonly replicaSet: string;
}

/** How the fresh copy stands. */
export type BaselineStanding =
  /** `since`: from then on it is to be compared. */
  | { readonly kind: 'there'; readonly side: BaselineSide; readonly since: Instant }
  /** Its pods are not all available. */
  | { readonly kind: 'starting'; readonly words: string }
  | { readonly kind: 'over'; readonly words: string };

/** How it stands, by what its Experiment tells. */
export function standingOf({ metadata, spec, status }: Experiment): BaselineStanding {
  const { phase, message = '' } = status ?? {};
  const invalid = status?.conditions?.find((one) => one.type === 'InvalidSpec' && one.status === 'True');
  const why = invalid?.message ?? message;
  const isLeft = spec.terminate === true || metadata.deletionTimestamp !== undefined;
  if (isLeft || isCompleted(phase) || invalid !== undefined)
    return { kind: 'over', words: `Experiment ${metadata.name} has ended${why === '' ? '' : `: ${why}`}` };
  const told = status?.templateStatuses?.find(({ name }) => name === BASELINE);
  const template = spec.templates.find(({ name }) => name === BASELINE);
  const since = parseInstant(told?.lastTransitionTime);
  if (phase !== 'Running' || told?.status !== 'Running' || template === undefined || since === null) {
    const words = `${told?.availableReplicas ?? 0} of ${template?.replicas ?? 1} pods are available`;
    return { kind: 'starting', words };
  }
  const { serviceName: service = '', collisionCount = 0 } = told;
  const replicaSet = `${metadata.name}-${BASELINE}${collisionCount === 0 ? '' : `-${collisionCount}`}`;
  // The status tells the hash only where there is a Service.
  const hash = told.podTemplateHash ?? freeHash(template.template, new Set());
  return { kind: 'there', side: { hash, service, replicaSet }, since: since + SETTLED_MS };
}
