import type { IntOrString, LabelSelector, Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import { isEmptySelector, selects } from '../../../api/selector.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { countCauses, forbidden, required, shareCauses, statusCauses } from './numbers.ts';
import type { Strategy } from './strategy.ts';
import { templateCauses, withAccounts } from './template.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly selector?: LabelSelector;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString };
  };
  readonly template?: PodTemplate;
}

/** ReplicaSets and StatefulSets. */
export const workload: Strategy = {
  defaults: withAccounts,
  causes: (object, live) => [
    ...workloadCauses(object, live),
    ...selectorCauses(object, live),
    ...statusCauses(object, live),
  ],
};

/** Deployments, which also say how one version gives way to another. */
export const deployment: Strategy = {
  defaults: withAccounts,
  causes: (object, live) => [
    ...workloadCauses(object, live),
    ...strategyCauses((object['spec'] ?? {}) as WorkloadSpec),
    ...selectorCauses(object, live),
    ...statusCauses(object, live),
  ],
};

/** The selector selects the pods of the template; numbers are not negative. */
function workloadCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  const spec = (object['spec'] ?? {}) as WorkloadSpec;
  const counts = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'] as const;
  // What is stored was looked at when it came.
  const before = live?.['spec'] as WorkloadSpec | undefined;
  const isKnown = before?.template === spec.template && before?.selector === spec.selector;
  return [...countCauses(spec, counts), ...(isKnown && before !== undefined ? [] : podCauses(spec))];
}

function podCauses({ selector, template }: WorkloadSpec): readonly Cause[] {
  const field = 'spec.selector';
  const odd = operatorCauses(selector);
  if (odd.length > 0) return [...odd, invalid(field, selector, 'invalid label selector')];
  const labels = template?.metadata?.labels as StringMap | undefined;
  // Go cannot tell an empty selector from none once it is stored; none is what people forget.
  const hasSelector = selector !== undefined && !isEmptySelector(selector);
  const isMissed = !hasSelector || !selects(selector, labels ?? {});
  const why = '`selector` does not match template `labels`';
  return [
    ...(hasSelector ? [] : [required(field)]),
    ...(isMissed ? [invalid('spec.template.metadata.labels', labels ?? null, why)] : []),
    ...templateCauses('spec.template', template),
    ...restartCauses(template),
  ];
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function operatorCauses(selector: LabelSelector | undefined): readonly Cause[] {
  return (selector?.matchExpressions ?? []).flatMap(({ operator }, i) =>
    OPERATORS.includes(operator)
      ? []
      : [invalid(`spec.selector.matchExpressions[${i}].operator`, operator, 'not a valid selector operator')],
  );
}

function restartCauses(template: PodTemplate | undefined): readonly Cause[] {
  const { restartPolicy = 'Always' } = (template?.spec ?? {}) as { readonly restartPolicy?: string };
  if (restartPolicy === 'Always') return [];
  const message = `Unsupported value: ${JSON.stringify(restartPolicy)}: supported values: "Always"`;
  return [{ reason: 'FieldValueNotSupported', field: 'spec.template.spec.restartPolicy', message }];
}

function strategyCauses({
  strategy = {},
  progressDeadlineSeconds,
  minReadySeconds = 0,
}: WorkloadSpec): readonly Cause[] {
  const isLate = progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds;
  const deadline = invalid(
    'spec.progressDeadlineSeconds',
    progressDeadlineSeconds,
    'must be greater than minReadySeconds',
  );
  return [...rollingCauses(strategy), ...(isLate ? [deadline] : [])];
}

function rollingCauses({ type, rollingUpdate }: NonNullable<WorkloadSpec['strategy']>): readonly Cause[] {
  const field = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden(field, why)];
  }
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate ?? {};
  const isStuck = [maxSurge, maxUnavailable].every((value) => value === 0 || value === '0%');
  const stuck = invalid(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  return [
    ...shareCauses(`${field}.maxUnavailable`, maxUnavailable, 100),
    ...shareCauses(`${field}.maxSurge`, maxSurge),
    ...(isStuck && rollingUpdate !== undefined ? [stuck] : []),
  ];
}

function selectorCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  const [now, before] = [object, live].map((one) => (one?.['spec'] as WorkloadSpec | undefined)?.selector);
  if (live === null || isSameJson(now, before)) return [];
  return [invalid('spec.selector', now, 'field is immutable')];
}
