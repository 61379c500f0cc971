import type { Manifest } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { required } from './numbers.ts';
import type { Strategy } from './strategy.ts';

interface DefinitionSpec {
  readonly group?: string;
  readonly names?: { readonly plural?: string; readonly kind?: string };
  readonly conversion?: object;
  readonly scope?: string;
  readonly versions?: readonly {
    readonly name?: string;
    readonly storage?: boolean;
    readonly schema?: { readonly openAPIV3Schema?: object };
  }[];
}

/** CustomResourceDefinitions: names that are not given follow from the kind; nothing is accepted yet. */
export const definition: Strategy = {
  create: (object) => {
    const versions = specOf(object).versions ?? [];
    const storedVersions = versions.flatMap(({ name, storage }) => (storage === true && name ? [name] : []));
    const status = { acceptedNames: { kind: '', plural: '' }, conditions: null, storedVersions };
    return { ...object, status };
  },
  defaults: (object) => {
    const spec = specOf(object);
    const { kind = '' } = spec.names ?? {};
    const names = { singular: kind.toLowerCase(), listKind: `${kind}List`, ...spec.names };
    return { ...object, spec: { conversion: { strategy: 'None' }, ...spec, names } };
  },
  causes: (object, live): readonly Cause[] => {
    if (object['spec'] === live?.['spec']) return [];
    const { group = '', names = {}, versions = [] } = specOf(object);
    const fixed = live === null ? [] : fixedCauses(specOf(object), specOf(live));
    if (fixed.length > 0) return fixed;
    const { name } = object.metadata;
    const stored = versions.filter(({ storage }) => storage === true);
    return [
      ...(name === `${names.plural ?? ''}.${group}`
        ? []
        : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
      ...(stored.length === 1
        ? []
        : [invalid('spec.versions', versions, 'must have exactly one version marked as storage version')]),
      ...versions.flatMap(({ schema }, i) =>
        schema?.openAPIV3Schema === undefined ? [required(`spec.versions[${i}].schema.openAPIV3Schema`)] : [],
      ),
    ];
  },
};

/** What stays as it is for as long as there may be objects. */
function fixedCauses(now: DefinitionSpec, before: DefinitionSpec): readonly Cause[] {
  const why = 'field is immutable';
  return [
    ...(now.scope === before.scope ? [] : [invalid('spec.scope', now.scope, why)]),
    ...(now.names?.plural === before.names?.plural
      ? []
      : [invalid('spec.names.plural', now.names?.plural, why)]),
    ...(now.names?.kind === before.names?.kind ? [] : [invalid('spec.names.kind', now.names?.kind, why)]),
  ];
}

function specOf(object: Manifest): DefinitionSpec {
  return (object['spec'] ?? {}) as DefinitionSpec;
}
