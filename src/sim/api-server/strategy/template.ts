import type { Issue, Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import { podTemplateIssues } from '../../../api/validate/pod-template.ts';
import type { Cause } from '../errors.ts';
import { labelCauses } from '../metadata.ts';

/**
 * What is wrong with the pods of a template at `path`, beyond the rules that depend on what the pods are for
 * (restart policy, deadline).
 */
export function templateCauses(path: string, template: PodTemplate | undefined): readonly Cause[] {
  const labels = template?.metadata?.labels as StringMap | undefined;
  return [...labelCauses(`${path}.labels`, labels ?? {}), ...podSpecCauses(path, template?.spec ?? {})];
}

/** An object whose pods are told their account by its old name, too. */
export function withAccounts(object: Manifest): Manifest {
  const spec = (object['spec'] ?? {}) as { readonly template?: PodTemplate };
  const { serviceAccountName, serviceAccount } = (spec.template?.spec ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const wanted = serviceAccountName ?? serviceAccount;
  if (wanted === undefined || (serviceAccount === wanted && serviceAccountName === wanted)) return object;
  const pods = { ...spec.template?.spec, serviceAccountName: wanted, serviceAccount: wanted };
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: pods } } };
}

/** The same for a spec at `path.spec`. */
export function podSpecCauses(path: string, spec: NonNullable<PodTemplate['spec']>): readonly Cause[] {
  const { restartPolicy: _, activeDeadlineSeconds: _deadline, ...rest } = spec as Record<string, unknown>;
  return [...podTemplateIssues(path, { spec: rest } as PodTemplate).map(asCause), ...sortCauses(path, rest)];
}

const REASONS: Readonly<Record<string, string>> = {
  'Required value': 'FieldValueRequired',
  'Unsupported value': 'FieldValueNotSupported',
  'Duplicate value': 'FieldValueDuplicate',
  'Not found': 'FieldValueNotFound',
  Forbidden: 'FieldValueForbidden',
  'Too long': 'FieldValueTooLong',
};

function asCause({ path, message }: Issue): Cause {
  const [word = ''] = message.split(':');
  return { reason: REASONS[word] ?? 'FieldValueInvalid', field: path, message };
}

/** A volume is of one sort: all its fields but the name are sorts. */
function sortCauses(path: string, { volumes }: Readonly<Record<string, unknown>>): readonly Cause[] {
  return ((volumes ?? []) as readonly object[]).flatMap((volume, i) => {
    const [, second] = Object.keys(volume).filter((field) => field !== 'name');
    if (second === undefined) return [];
    const message = 'Forbidden: may not specify more than 1 volume type';
    return [{ reason: 'FieldValueForbidden', field: `${path}.spec.volumes[${i}].${second}`, message }];
  });
}
