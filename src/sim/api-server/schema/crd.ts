import { isList, isObject, own } from '../patch/object.ts';
import { metadataSchema } from './builtin.ts';
import { readCrdVersion } from './openapi.ts';
import type { Schema } from './schema.ts';

/**
 * The schema of one version of a CustomResourceDefinition; null if it has no such version. Compiled once for
 * each definition: ask with the object that is stored, not with a copy.
 */
export function schemaOfCrd(crd: object, version: string): Schema | null {
  const known = compiled.get(crd)?.get(version);
  if (known !== undefined) return known;
  const spec = isObject(crd) ? own(crd, 'spec') : undefined;
  const versions = isObject(spec) ? own(spec, 'versions') : undefined;
  const found = isList(versions)
    ? versions.find((candidate) => isObject(candidate) && own(candidate, 'name') === version)
    : undefined;
  if (!isObject(found)) return null;
  const schema = readCrdVersion(found, metadataSchema());
  compiled.set(crd, new Map(compiled.get(crd)).set(version, schema));
  return schema;
}

const compiled = new WeakMap<object, ReadonlyMap<string, Schema>>();
