import type { LabelSelector, Manifest, StringMap } from '../../../api/meta.ts';
import { isEmptySelector, selects } from '../../../api/selector.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { Strategy } from './strategy.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: {
    readonly metadata?: { readonly labels?: StringMap };
    readonly spec?: { readonly containers?: readonly unknown[]; readonly restartPolicy?: string };
  };
}

/** Deployments, ReplicaSets and StatefulSets. */
export const workload: Strategy = {
  causes: (object, live) => [...workloadCauses(object), ...selectorCauses(object, live)],
};

/** The selector selects the pods of the template; numbers are not negative. */
function workloadCauses(object: Manifest): readonly Cause[] {
  const spec = (object['spec'] ?? {}) as WorkloadSpec;
  const counts = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'] as const;
  return [
    ...counts
      .filter((field) => (spec[field] ?? 0) < 0)
      .map((field) => invalid(`spec.${field}`, spec[field], 'must be greater than or equal to 0')),
    ...templateCauses(spec),
  ];
}

const required = { reason: 'FieldValueRequired', message: 'Required value' } as const;

function templateCauses({ selector, template }: WorkloadSpec): readonly Cause[] {
  const causes: Cause[] = [];
  // Go cannot tell an empty selector from none once it is stored; none is what people forget.
  const hasSelector = selector !== undefined && !isEmptySelector(selector);
  if (!hasSelector) causes.push({ ...required, field: 'spec.selector' });
  const labels = template?.metadata?.labels;
  if (!hasSelector || !selects(selector, labels ?? {})) {
    const why = '`selector` does not match template `labels`';
    causes.push(invalid('spec.template.metadata.labels', labels ?? null, why));
  }
  const { containers, restartPolicy = 'Always' } = template?.spec ?? {};
  if (containers?.length === 0) {
    causes.push({ ...required, field: 'spec.template.spec.containers' });
  }
  if (restartPolicy !== 'Always') {
    const message = `Unsupported value: ${JSON.stringify(restartPolicy)}: supported values: "Always"`;
    const field = 'spec.template.spec.restartPolicy';
    causes.push({ reason: 'FieldValueNotSupported', field, message });
  }
  return causes;
}

function selectorCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  const [now, before] = [object, live].map((one) => (one?.['spec'] as WorkloadSpec | undefined)?.selector);
  if (live === null || isSameJson(now, before)) return [];
  return [invalid('spec.selector', now, 'field is immutable')];
}
