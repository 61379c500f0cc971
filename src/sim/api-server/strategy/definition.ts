import type { Manifest } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { Strategy } from './strategy.ts';

interface DefinitionSpec {
  readonly group?: string;
  readonly names?: { readonly plural?: string; readonly kind?: string };
  readonly conversion?: object;
  readonly versions?: readonly { readonly name?: string; readonly storage?: boolean }[];
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
  causes: (object): readonly Cause[] => {
    const { group = '', names = {}, versions = [] } = specOf(object);
    const { name } = object.metadata;
    const stored = versions.filter(({ storage }) => storage === true);
    return [
      ...(name === `${names.plural ?? ''}.${group}`
        ? []
        : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
      ...(stored.length === 1
        ? []
        : [invalid('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ];
  },
};

function specOf(object: Manifest): DefinitionSpec {
  return (object['spec'] ?? {}) as DefinitionSpec;
}
