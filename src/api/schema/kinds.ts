import * as z from 'zod';
import { API_VERSION } from '../keys.ts';
import { analysisRunSpec, analysisRunStatus, analysisTemplateSpec } from './analysis.ts';
import { experimentSpec, experimentStatus } from './experiment.ts';
import { objectMeta } from './meta.ts';
import { rolloutSpec } from './rollout.ts';
import { rolloutStatus } from './rollout-status.ts';

/** The kinds of the API and their schemas, in the order in which they are shown. */
export const KINDS = {
  Rollout: kind('Rollout', { spec: rolloutSpec, status: rolloutStatus.optional() }),
  AnalysisTemplate: kind('AnalysisTemplate', { spec: analysisTemplateSpec }),
  ClusterAnalysisTemplate: kind('ClusterAnalysisTemplate', { spec: analysisTemplateSpec }),
  AnalysisRun: kind('AnalysisRun', { spec: analysisRunSpec, status: analysisRunStatus.optional() }),
  Experiment: kind('Experiment', { spec: experimentSpec, status: experimentStatus.optional() }),
} as const;

/** The name of a kind of the API. */
export type KindName = keyof typeof KINDS;

/** Whether we define this kind. */
export function isKindName(name: string): name is KindName {
  return Object.hasOwn(KINDS, name);
}

function kind(name: string, parts: Readonly<Record<string, z.ZodType>>): z.ZodType {
  return z
    .strictObject({
      apiVersion: z.literal(API_VERSION),
      kind: z.literal(name),
      metadata: objectMeta.optional(),
      ...parts,
    })
    .meta({ title: name });
}
