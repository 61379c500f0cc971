/** All that came out of `share`: frozen through and through. */
const known = new WeakSet<object>();

/**
 * A deeply frozen copy of JSON data that shares every unchanged part with what was stored `before`; `before`
 * itself when nothing changed, so that `===` tells. The order of fields does not matter, undefined fields
 * count as absent. The argument stays as it is: whoever made it may go on changing it.
 */
export function share(value: unknown, before: unknown): unknown {
  if (value === before || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? shareList(value, before) : shareObject(value as Fields, before);
}

type Fields = Readonly<Record<string, unknown>>;

function shareList(list: readonly unknown[], before: unknown): unknown {
  const old: readonly unknown[] = Array.isArray(before) ? before : [];
  let isOld = Array.isArray(before) && old.length === list.length;
  let isOwn = known.has(list);
  const shared = list.map((item, i) => {
    const part = share(item, old[i]);
    if (part !== old[i]) isOld = false;
    if (part !== item) isOwn = false;
    return part;
  });
  if (isOld) return before;
  return isOwn ? list : keep(shared);
}

function shareObject(object: Fields, before: unknown): unknown {
  const isObject = typeof before === 'object' && before !== null && !Array.isArray(before);
  const old = isObject ? (before as Fields) : {};
  let isOld = isObject;
  let isOwn = known.has(object);
  let count = 0;
  const shared: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    count++;
    const oldPart = Object.hasOwn(old, key) ? old[key] : undefined;
    const part = share(value, oldPart);
    if (part !== oldPart) isOld = false;
    if (part !== value) isOwn = false;
    if (key === '__proto__') Object.defineProperty(shared, key, { value: part, enumerable: true });
    else shared[key] = part;
  }
  if (isOld && count === Object.keys(old).length) return before;
  return isOwn ? object : keep(shared);
}

function keep<T extends object>(value: T): T {
  known.add(value);
  return Object.freeze(value);
}
