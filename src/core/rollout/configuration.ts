import type { PodTemplate } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';

/** Objects that pods take configuration from. */
export type ConfigurationKind = 'ConfigMap' | 'Secret';

/** Something that a pod template takes configuration from. */
export interface ConfigurationRef {
  readonly kind: ConfigurationKind;
  readonly name: string;
  /** True where pods start without it. */
  readonly isOptional: boolean;
}

/** The key of a configuration: `ConfigMap/name`. */
export function configurationKey({ kind, name }: Pick<ConfigurationRef, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

/**
 * Every ConfigMap and Secret that a pod template takes configuration from, each once, in the order in which
 * they stand there: in variables, as all variables, in volumes and in projected ones, of all containers.
 * Optional is one that is optional wherever it stands. Pull secrets are no configuration.
 */
export function configurationRefs(template: PodTemplate | undefined): readonly ConfigurationRef[] {
  const found = new Map<string, ConfigurationRef>();
  renameAll(template ?? {}, (ref) => {
    const before = found.get(configurationKey(ref));
    found.set(configurationKey(ref), { ...ref, isOptional: ref.isOptional && before?.isOptional !== false });
    return ref.name;
  });
  return [...found.values()];
}

/**
 * A pod template with other names for configuration; those that are not in `names` stay, and so does all
 * else. Keys as of `configurationKey`.
 */
export function renamed(template: PodTemplate, names: ReadonlyMap<string, string>): PodTemplate {
  return renameAll(template, (ref) => names.get(configurationKey(ref)) ?? ref.name);
}

type Rename = (ref: ConfigurationRef) => string;

function renameAll(template: PodTemplate, rename: Rename): PodTemplate {
  const inContainer = (container: unknown): unknown => {
    const env = changed(
      container,
      'env',
      each((variable) => changed(variable, 'valueFrom', inVariable)),
    );
    return changed(env, 'envFrom', each(inAllVariables));
  };
  const inVariable = (from: unknown): unknown => {
    const maps = changed(from, 'configMapKeyRef', named('ConfigMap', 'name', rename));
    return changed(maps, 'secretKeyRef', named('Secret', 'name', rename));
  };
  const inAllVariables = (source: unknown): unknown => {
    const maps = changed(source, 'configMapRef', named('ConfigMap', 'name', rename));
    return changed(maps, 'secretRef', named('Secret', 'name', rename));
  };
  const inProjection = (source: unknown): unknown => {
    const maps = changed(source, 'configMap', named('ConfigMap', 'name', rename));
    return changed(maps, 'secret', named('Secret', 'name', rename));
  };
  const inVolume = (volume: unknown): unknown => {
    const maps = changed(volume, 'configMap', named('ConfigMap', 'name', rename));
    const secrets = changed(maps, 'secret', named('Secret', 'secretName', rename));
    return changed(secrets, 'projected', (all) => changed(all, 'sources', each(inProjection)));
  };
  return changed(template, 'spec', (spec) => {
    const containers = changed(spec, 'containers', each(inContainer));
    const init = changed(containers, 'initContainers', each(inContainer));
    return changed(init, 'volumes', each(inVolume));
  }) as PodTemplate;
}

/** Changes the name in a reference, where it has one. */
function named(kind: ConfigurationKind, field: string, rename: Rename) {
  return (reference: unknown): unknown => {
    const name = isObject(reference) ? reference[field] : undefined;
    if (!isObject(reference) || typeof name !== 'string' || name === '') return reference;
    const next = rename({ kind, name, isOptional: reference['optional'] === true });
    return next === name ? reference : { ...reference, [field]: next };
  };
}

function each(change: (member: unknown) => unknown) {
  return (list: unknown): unknown => {
    if (!Array.isArray(list)) return list;
    const next = list.map(change);
    return next.every((member, i) => member === list[i]) ? list : next;
  };
}

/** An object with another value of a field that it has; the same object where that stays. */
function changed(object: unknown, key: string, change: (value: unknown) => unknown): unknown {
  if (!isObject(object) || object[key] === undefined) return object;
  const next = change(object[key]);
  return next === object[key] ? object : { ...object, [key]: next };
}
