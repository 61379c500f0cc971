import type { Argument } from '../../api/analysis.ts';
import type { Experiment, ExperimentAnalysis, ExperimentTemplate } from '../../api/experiment.ts';
import { ANNOTATION, API_VERSION, LABEL } from '../../api/keys.ts';
import type { ExperimentStep, ExperimentStepTemplate } from '../../api/rollout.ts';
import { argumentsOf } from '../analysis/arguments.ts';
import { copyOf, versionPods } from '../experiment/copies.ts';
import { ownerReference } from '../owner.ts';
import type { Life } from './life.ts';
import { nextNumber, type Release } from './release.ts';

/** The Experiment of the step in work; empty as long as a version that it copies has no ReplicaSet. */
export function experimentOf(release: Release, life: Life, name: string): readonly Experiment[] {
  const step = life.step === null ? undefined : release.steps[life.step]?.experiment;
  if (step === undefined) return [];
  const templates = step.templates.map((template) => templateOf(release, template));
  const all = templates.flatMap((template) => template ?? []);
  if (all.length < templates.length) return [];
  const { metadata } = release.rollout;
  return [
    {
      apiVersion: API_VERSION,
      kind: 'Experiment',
      metadata: {
        name,
        namespace: metadata.namespace ?? '',
        labels: { ...metadata.labels, [LABEL.podTemplateHash]: release.hash },
        annotations: { [ANNOTATION.revision]: String(nextNumber(release)) },
        ownerReferences: [ownerReference(metadata)],
      },
      spec: { templates: all, ...specOf(release, life, step) },
    },
  ];
}

function specOf(release: Release, life: Life, step: ExperimentStep): Omit<Experiment['spec'], 'templates'> {
  const { duration, scaleDownDelaySeconds, dryRun, analysisRunMetadata } = step;
  const { progressDeadlineSeconds } = release.rollout.spec;
  const analyses = (step.analyses ?? []).map((analysis): ExperimentAnalysis => {
    const { args, ...rest } = analysis;
    return args === undefined ? rest : { ...rest, args: resolved(release, life, args) };
  });
  return {
    ...(duration === undefined ? {} : { duration }),
    ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
    ...(scaleDownDelaySeconds === undefined ? {} : { scaleDownDelaySeconds }),
    ...(analyses.length === 0 ? {} : { analyses }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(analysisRunMetadata === undefined ? {} : { analysisRunMetadata }),
  };
}

/** Arguments with what they say of the rollout filled in; the rest is the experiment's. */
function resolved(release: Release, life: Life, args: readonly Argument[]): readonly Argument[] {
  const sources = { rollout: release.rollout, stableHash: life.stable ?? '', latestHash: release.hash };
  return args.map((arg) => argumentsOf([arg], [], sources).args[0] ?? arg);
}

/** The pods of the canary or of the stable version; null as long as it has no ReplicaSet. */
function templateOf(release: Release, wanted: ExperimentStepTemplate): ExperimentTemplate | null {
  const revision = wanted.specRef === 'canary' ? release.current : release.stable;
  return revision === null ? null : copyOf(versionPods(revision.replicaSet, release.rollout), wanted);
}
