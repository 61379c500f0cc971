import type { Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { countCauses, required } from './numbers.ts';
import type { Strategy } from './strategy.ts';
import { templateCauses, withAccounts } from './template.ts';

interface JobSpec {
  readonly manualSelector?: boolean;
  readonly selector?: object;
  readonly completions?: number;
  readonly completionMode?: string;
  readonly template?: {
    readonly metadata?: { readonly labels?: StringMap };
    readonly spec?: { readonly restartPolicy?: string };
  };
}

/** Jobs select their pods by the uid of the job, which nobody else can have. */
export const job: Strategy = {
  create: (object) => {
    const spec = (object['spec'] ?? {}) as JobSpec;
    if (spec.manualSelector === true) return object;
    const { uid = '', name } = object.metadata;
    const { template = {} } = spec;
    const labels = {
      ...template.metadata?.labels,
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    };
    const own = object.metadata.labels ?? {};
    return {
      ...object,
      // A job without labels has those of its pods.
      metadata: { ...object.metadata, labels: Object.keys(own).length === 0 ? labels : own },
      spec: {
        ...spec,
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
  },
  defaults: withAccounts,
  causes: (object, live) => [
    ...countCauses((object['spec'] ?? {}) as JobSpec, COUNTS),
    ...(live === null
      ? templateCauses(
          'spec.template',
          (object['spec'] as JobSpec | undefined)?.template as PodTemplate | undefined,
        )
      : []),
    ...restartCauses(object),
    ...immutableCauses(object, live),
  ],
};

const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit'] as const;

function restartCauses(object: Manifest): readonly Cause[] {
  const { restartPolicy } = (object['spec'] as JobSpec | undefined)?.template?.spec ?? {};
  if (restartPolicy === 'Never' || restartPolicy === 'OnFailure') return [];
  const field = 'spec.template.spec.restartPolicy';
  if ((restartPolicy ?? 'Always') === 'Always')
    return [required(field, 'valid values: "OnFailure", "Never"')];
  const supported = 'supported values: "OnFailure", "Never"';
  const value = JSON.stringify(restartPolicy ?? 'Always');
  return [{ reason: 'FieldValueNotSupported', field, message: `Unsupported value: ${value}: ${supported}` }];
}

function immutableCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  if (live === null) return [];
  const [now, before] = [object['spec'] as JobSpec, live['spec'] as JobSpec];
  return (['selector', 'template', 'completions', 'completionMode'] as const)
    .filter((field) => !isSameJson(now[field], before[field]))
    .map((field) => invalid(`spec.${field}`, now[field], 'field is immutable'));
}
