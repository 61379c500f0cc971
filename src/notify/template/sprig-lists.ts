import { compare, equal } from './builtins.ts';
import type { Budget, TemplateFunction } from './evaluate.ts';
import { type Dict, dict, Fault, isTrue, list, text, type Value, whole } from './values.ts';

/** Functions on lists and maps. All make new ones: what a template was given is never changed. */
export const LIST_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  list: (args) => args,
  first: ([value]) => list(value)[0],
  last: ([value]) => list(value).at(-1),
  rest: ([value]) => list(value).slice(1),
  initial: ([value]) => list(value).slice(0, -1),
  reverse: ([value]) => [...list(value)].reverse(),
  append: ([value, item], budget) => grown([...list(value), item], budget),
  prepend: ([value, item], budget) => grown([item, ...list(value)], budget),
  concat: (args, budget) =>
    grown(
      args.flatMap((arg) => list(arg)),
      budget,
    ),
  compact: ([value]) => list(value).filter(isTrue),
  uniq: ([value], budget) => unique(list(value), budget),
  without: ([value, ...out]) => list(value).filter((item) => !out.some((other) => equal(item, other))),
  has: ([item, value]) => list(value).some((other) => equal(item, other)),
  sortAlpha: ([value]) =>
    list(value)
      .map(text)
      .sort((a, b) => compare(a, b)),
  until: ([end], budget) => steps(0, whole(end), whole(end) < 0 ? -1 : 1, budget),
  untilStep: ([start, end, step], budget) => steps(whole(start), whole(end), whole(step), budget),
  dict: (args) => pairs(args),
  get: ([map, key]) => own(dict(map), text(key)) ?? '',
  hasKey: ([map, key]) => Object.hasOwn(dict(map), text(key)),
  keys: (args) => args.flatMap((map) => Object.keys(dict(map))),
  values: (args) => args.flatMap((map) => Object.values(dict(map))),
  pick: ([map, ...keys]) => only(dict(map), (key) => keys.some((other) => text(other) === key)),
  omit: ([map, ...keys]) => only(dict(map), (key) => !keys.some((other) => text(other) === key)),
  merge: (args) => Object.fromEntries([...args].reverse().flatMap((map) => Object.entries(dict(map)))),
  pluck: ([key, ...maps]) =>
    maps.filter((map) => Object.hasOwn(dict(map), text(key))).map((map) => own(dict(map), text(key))),
  dig: (args) => dug(args),
};

function own(map: Dict, key: string): Value {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function grown(items: readonly Value[], budget: Budget): readonly Value[] {
  budget.make(items.length);
  return items;
}

function unique(items: readonly Value[], budget: Budget): readonly Value[] {
  const found: Value[] = [];
  for (const item of items) {
    budget.step(found.length + 1);
    if (!found.some((other) => equal(item, other))) found.push(item);
  }
  return found;
}

function steps(start: number, end: number, step: number, budget: Budget): readonly Value[] {
  if (step === 0 || step > 0 !== end > start) return [];
  const count = Math.ceil((end - start) / step);
  budget.make(count);
  budget.step(count);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function pairs(args: readonly Value[]): Dict {
  const entries: [string, Value][] = [];
  for (let i = 0; i < args.length; i += 2) entries.push([text(args[i]), args[i + 1] ?? '']);
  return Object.fromEntries(entries);
}

function only(map: Dict, keep: (key: string) => boolean): Dict {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keep(key)));
}

/** `dig "a" "b" default map`. */
function dug(args: readonly Value[]): Value {
  if (args.length < 3) throw new Fault('needs keys, a default and a map');
  const fallback = args.at(-2);
  let value: Value = args.at(-1);
  for (const key of args.slice(0, -2)) {
    const map = dict(value);
    if (!Object.hasOwn(map, text(key))) return fallback;
    value = map[text(key)];
  }
  return value;
}
