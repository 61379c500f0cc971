import type { Argument } from '../../api/analysis.ts';
import type { Experiment, ExperimentAnalysis, ExperimentTemplate } from '../../api/experiment.ts';
import { ANNOTATION, API_VERSION, LABEL } from '../../api/keys.ts';
import type { ExperimentStep, ExperimentStepTemplate } from '../../api/rollout.ts';
import { argumentsOf } from '../analysis/arguments.ts';
import { ownerReference } from '../owner.ts';
import type { Life } from './life.ts';
import { bareTemplate, withMetadata } from './metadata-memory.ts';
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

/** The pods of the canary or of the stable version, as their user wrote them, with what the step adds. */
function templateOf(release: Release, wanted: ExperimentStepTemplate): ExperimentTemplate | null {
  const revision = wanted.specRef === 'canary' ? release.current : release.stable;
  if (revision === null) return null;
  const { name, replicas, metadata = {}, weight } = wanted;
  const { labels = {}, annotations = {} } = metadata;
  const { minReadySeconds } = release.rollout.spec;
  const selector = wanted.selector ?? revision.replicaSet.spec.selector;
  // Traffic goes to pods through a Service.
  const service = wanted.service ?? (weight === undefined ? undefined : {});
  return {
    name,
    ...(replicas === undefined ? {} : { replicas }),
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    selector: { ...selector, matchLabels: { ...selector.matchLabels, ...labels } },
    template: withMetadata(bareTemplate(revision.replicaSet), { labels, annotations }),
    ...(service === undefined ? {} : { service }),
  };
}
