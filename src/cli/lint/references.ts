import type { AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { find } from '../../api/path.ts';
import type { Rollout, RolloutAnalysis } from '../../api/rollout.ts';
import { checkShape } from '../../api/shape.ts';
import { composeRun } from '../../core/analysis/compose.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { templateKey } from '../../core/world.ts';
import { blindRun } from './blind.ts';
import { baselineIssues, comparisonWarnings } from './comparisons.ts';
import { experimentWarnings } from './experiments.ts';

/** What objects say of each other. */
export interface ReferenceIssues {
  readonly errors: readonly Issue[];
  readonly warnings: readonly Issue[];
}

/** Fields of a Rollout that name an object of a kind. */
const NAMES: readonly (readonly [pattern: string, kind: string])[] = [
  ['spec.strategy.canary.stableService', 'Service'],
  ['spec.strategy.canary.canaryService', 'Service'],
  ['spec.strategy.canary.pingPong.*', 'Service'],
  ['spec.strategy.blueGreen.activeService', 'Service'],
  ['spec.strategy.blueGreen.previewService', 'Service'],
  ['spec.strategy.canary.trafficRouting.nginx.stableIngress', 'Ingress'],
  ['spec.strategy.canary.trafficRouting.nginx.stableIngresses[]', 'Ingress'],
];

const ANALYSES = [
  'spec.strategy.canary.analysis',
  'spec.strategy.canary.steps[].analysis',
  'spec.strategy.blueGreen.prePromotionAnalysis',
  'spec.strategy.blueGreen.postPromotionAnalysis',
];

/**
 * What a Rollout names and is not among the objects given: a warning, as it may be elsewhere. What cannot
 * work with the objects that are there: an error. A Rollout that comes alone refers to nothing that could be
 * looked for.
 */
export function referenceIssues(manifest: Manifest, others: readonly Manifest[]): ReferenceIssues {
  if (manifest.kind !== 'Rollout' || others.length < 2) return { errors: [], warnings: [] };
  const rollout = manifest as Rollout;
  const near = others.filter((other) => isNear(rollout, other));
  const analyses = ANALYSES.flatMap((pattern) => find(rollout, pattern)).map(({ path, value }) =>
    analysisIssues(rollout, near, { path, analysis: value as RolloutAnalysis }),
  );
  return {
    errors: analyses.flatMap(({ errors }) => errors),
    warnings: [
      ...nameIssues(rollout, near),
      ...workloadIssues(rollout, near),
      ...analyses.flatMap(({ warnings }) => warnings),
    ],
  };
}

/** Without a namespace in either, both will come into the one that is chosen when they are applied. */
function isNear(rollout: Rollout, { metadata }: Manifest): boolean {
  const { namespace } = rollout.metadata;
  return namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace;
}

function nameIssues(rollout: Rollout, near: readonly Manifest[]): readonly Issue[] {
  return NAMES.flatMap(([pattern, kind]) =>
    find(rollout, pattern)
      .filter(({ value }) => !near.some((other) => other.kind === kind && other.metadata.name === value))
      .map(({ path, value }) => ({
        path,
        message: `${kind} "${String(value)}" is not among the given objects`,
      })),
  );
}

function workloadIssues({ spec }: Rollout, near: readonly Manifest[]): readonly Issue[] {
  const { kind = '', name = '' } = spec?.workloadRef ?? {};
  if (name === '' || near.some((other) => other.kind === kind && other.metadata.name === name)) return [];
  return [{ path: 'spec.workloadRef', message: `${kind} "${name}" is not among the given objects` }];
}

function analysisIssues(
  rollout: Rollout,
  near: readonly Manifest[],
  { path, analysis }: { readonly path: string; readonly analysis: RolloutAnalysis },
): ReferenceIssues {
  const templates = templatesOf(near);
  const { missing } = flatten(analysis.templates ?? [], templates);
  if (missing.length > 0) {
    const warnings = missing.map(({ kind, name }) => ({
      path: `${path}.templates`,
      message: `${kind} "${name}" is not among the given objects`,
    }));
    return { errors: [], warnings };
  }
  // Whoever leaves the namespace out gets one when it is applied.
  const { metadata } = rollout;
  const applied = { ...rollout, metadata: { ...metadata, namespace: metadata.namespace ?? 'default' } };
  const composed = composeRun({
    analysis,
    templates,
    rollout: applied,
    stableHash: '',
    latestHash: '',
    path,
  });
  if (composed.kind === 'issues') return { errors: composed.issues, warnings: [] };
  return {
    errors: baselineIssues(composed.spec, rollout, path),
    warnings: [
      ...blindRun(composed.spec, path),
      ...comparisonWarnings(composed.spec, path),
      ...experimentWarnings(composed.spec, templates, path),
    ],
  };
}

function templatesOf(near: readonly Manifest[]): Readonly<Record<string, AnalysisTemplateSpec>> {
  const templates = near.filter(
    (other) => /^(Cluster)?AnalysisTemplate$/.test(other.kind) && checkShape(other).wrong.length === 0,
  );
  return Object.fromEntries(
    templates.map(({ kind, metadata, ...rest }) => [
      templateKey({ templateName: metadata.name, clusterScope: kind === 'ClusterAnalysisTemplate' }),
      rest['spec'] as AnalysisTemplateSpec,
    ]),
  );
}
