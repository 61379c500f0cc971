import { isObject, keysOf } from '../../api/path.ts';

/** A JSON value without the fields at some paths. Members of lists stay, as their places matter. Pure. */
export function withoutFields(value: unknown, paths: readonly string[]): unknown {
  return paths.reduce((rest, path) => without(rest, keysOf(path) ?? []), value);
}

function without(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => (i === key && rest.length > 0 ? without(item, rest) : item));
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const { [key]: member, ...others } = value;
  return rest.length === 0 ? others : { ...value, [key]: without(member, rest) };
}
