import type { AnalysisTemplateRef, AnalysisTemplateSpec } from '../../../api/analysis.ts';
import type { Manifest } from '../../../api/meta.ts';
import { isObject } from '../../../api/path.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { withoutNulls } from '../../../api/shape.ts';
import { templateKey } from '../../../core/world.ts';
import { parseText, type Source } from '../../../shell/manifests/text.ts';
import { check } from '../../lint/check.ts';
import { Refusal } from '../../refusal.ts';
import type { Templates } from './templates.ts';

/** What manifests hold that an analysis may be made of. */
export interface GivenManifests {
  readonly templates: Templates;
  /** Templates that no other one names, in the order of reading. An AnalysisRun counts as a template. */
  readonly roots: readonly AnalysisTemplateRef[];
  readonly rollouts: readonly Rollout[];
}

const TEMPLATES = ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'];
const MOST_PROBLEMS = 20;

/** Reads manifests that are checked as `lint` does. Throws a Refusal with everything that is wrong. */
export function givenIn(sources: readonly Source[]): GivenManifests {
  const wrong = check(sources).findings.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) {
    const lines = wrong.map(
      ({ file, line, column, path, message }) =>
        `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
    );
    const more = lines.length > MOST_PROBLEMS ? [`${lines.length - MOST_PROBLEMS} more`] : [];
    throw new Refusal([...lines.slice(0, MOST_PROBLEMS), ...more].join('\n'));
  }
  const objects = sources
    .flatMap((source) => parseText(source).objects)
    .map(({ value }) => withoutNulls(value))
    .filter(isManifest);
  const templates = objects.filter(({ kind }) => TEMPLATES.includes(kind));
  const refs = templates.map(refOf);
  const twice = refs.find((ref, i) => refs.findIndex((other) => isSame(other, ref)) < i);
  if (twice !== undefined) throw new Refusal(`there are two templates called ${twice.templateName}`);
  const inner = templates.flatMap((template) => specOf(template).templates ?? []);
  return {
    templates: Object.fromEntries(templates.map((one) => [templateKey(refOf(one)), specOf(one)])),
    roots: refs.filter((ref) => !inner.some((named) => isSame(named, ref))),
    rollouts: objects.filter(isRollout),
  };
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value['kind'] === 'string' && isObject(value['metadata']);
}

function isRollout(manifest: Manifest): manifest is Rollout {
  return manifest.kind === 'Rollout';
}

function refOf({ kind, metadata }: Manifest): AnalysisTemplateRef {
  const { name, generateName } = metadata as { readonly name?: string; readonly generateName?: string };
  const templateName = name ?? generateName?.replace(/-$/, '') ?? '';
  return { templateName, clusterScope: kind === 'ClusterAnalysisTemplate' };
}

function specOf(template: Manifest): AnalysisTemplateSpec {
  return (template['spec'] ?? {}) as AnalysisTemplateSpec;
}

function isSame(a: AnalysisTemplateRef, b: AnalysisTemplateRef): boolean {
  return templateKey(a) === templateKey(b);
}
