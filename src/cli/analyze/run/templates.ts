import type { AnalysisTemplateRef, AnalysisTemplateSpec } from '../../../api/analysis.ts';
import type { Manifest } from '../../../api/meta.ts';
import { resources } from '../../../api/resources.ts';
import { flatten, type MissingTemplate } from '../../../core/analysis/flatten.ts';
import { templateKey } from '../../../core/world.ts';
import { isFailure } from '../../../shell/kube/failure.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import type { Cluster } from '../../io.ts';

/** Specs of templates by the keys of `templateKey`; null: there is none. */
export type Templates = Readonly<Record<string, AnalysisTemplateSpec | null>>;

/** Finds a template; null where there is none. Throws a Failure where that cannot be told. */
export type FindTemplate = (wanted: MissingTemplate) => Promise<AnalysisTemplateSpec | null>;

/** The templates given, with all that `refs` lead to and that are not there yet. */
export async function completed(
  refs: readonly AnalysisTemplateRef[],
  given: Templates,
  find: FindTemplate,
): Promise<Templates> {
  let templates = given;
  for (;;) {
    const known = templates;
    const next = flatten(refs, known).missing.find((one) => known[keyOf(one)] === undefined);
    if (next === undefined) return templates;
    templates = { ...templates, [keyOf(next)]: await find(next) };
  }
}

/** Looks for templates in a cluster. */
export function inCluster({ api, namespace }: Pick<Cluster, 'api' | 'namespace'>): FindTemplate {
  return async ({ kind, name }) => {
    const isOfCluster = kind === 'ClusterAnalysisTemplate';
    const resource = isOfCluster ? resources.clusterAnalysisTemplates : resources.analysisTemplates;
    try {
      const place = isOfCluster ? { name } : { namespace, name };
      const template = await api.get<Manifest & KubeObject>(resource, place);
      return template['spec'] as AnalysisTemplateSpec;
    } catch (failure) {
      if (isFailure(failure, 'missing')) return null;
      throw failure;
    }
  };
}

function keyOf({ kind, name }: MissingTemplate): string {
  return templateKey({ templateName: name, clusterScope: kind === 'ClusterAnalysisTemplate' });
}
