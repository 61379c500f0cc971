import type { Manifest } from '../../api/meta.ts';
import type { ScalePaths } from './catalog.ts';
import type { Cause } from './errors.ts';
import { invalid } from './metadata.ts';

/** What is wrong with the size of a custom resource that can be scaled. */
export function sizeCauses(object: Manifest, scale: ScalePaths | null): readonly Cause[] {
  if (scale === null) return [];
  let value: unknown = object;
  const keys = scale.spec.split('.').filter((key) => key !== '');
  for (const key of keys) {
    if (typeof value === 'string') return [misread(scale.spec, value, 'map[string]interface{}')];
    if (typeof value !== 'object' || value === null) return [];
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  if (value === undefined || value === null) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) return [misread(scale.spec, value, 'int64')];
  return value < 0 ? [invalid(scale.spec, value, 'should be a non-negative integer')] : [];
}

function misread(path: string, value: unknown, wanted: string): Cause {
  const word = typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value;
  return invalid(
    path,
    0,
    `${path} accessor error: ${String(value)} is of the type ${word}, expected ${wanted}`,
  );
}
