import type { AnalysisTemplateRef, AnalysisTemplateSpec } from '../api/analysis.ts';
import { resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import { templateKey } from '../core/world.ts';
import { isFailure } from '../shell/kube/failure.ts';
import type { KubeObject } from '../shell/kube/object.ts';
import type { Cluster } from './io.ts';

/** Templates that are read for one rollout: more than anybody has. */
const MOST_TEMPLATES = 50;

/**
 * The analysis templates that the steps of a rollout name, directly or through others, by the keys of
 * `templateKey`. Null where there is none of that name, or where it may not be read: they only say how long
 * things take.
 */
export async function readTemplates(
  cluster: Cluster,
  rollout: Rollout,
): Promise<Readonly<Record<string, AnalysisTemplateSpec | null>>> {
  const found: Record<string, AnalysisTemplateSpec | null> = {};
  let due = (rollout.spec.strategy?.canary?.steps ?? []).flatMap((step) => step.analysis?.templates ?? []);
  while (due.length > 0) {
    const fresh = new Map(
      due.map((ref) => [templateKey(ref), ref] as const).filter(([key]) => !(key in found)),
    );
    const room = MOST_TEMPLATES - Object.keys(found).length;
    const read = await Promise.all(
      [...fresh].slice(0, room).map(async ([key, ref]) => [key, await readTemplate(cluster, ref)] as const),
    );
    for (const [key, spec] of read) found[key] = spec;
    due = read.flatMap(([, spec]) => spec?.templates ?? []);
  }
  return found;
}

async function readTemplate(
  cluster: Cluster,
  ref: AnalysisTemplateRef,
): Promise<AnalysisTemplateSpec | null> {
  const { templateName: name = '', clusterScope = false } = ref;
  const resource = clusterScope ? resources.clusterAnalysisTemplates : resources.analysisTemplates;
  const place = clusterScope ? { name } : { namespace: cluster.namespace, name };
  if (name === '') return null;
  try {
    const object = await cluster.api.get<KubeObject & { readonly spec: AnalysisTemplateSpec }>(
      resource,
      place,
    );
    return object.spec;
  } catch (failure) {
    if (isFailure(failure, 'forbidden', 'missing')) return null;
    throw failure;
  }
}
