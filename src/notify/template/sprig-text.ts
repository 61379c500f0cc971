import type { Budget, TemplateFunction } from './evaluate.ts';
import { Fault, isList, list, print, text, type Value, whole } from './values.ts';

/**
 * Functions on text, with the argument order of sprig: the text to work on comes last, so that it can be
 * piped.
 */
export const TEXT_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  trim: ([value]) => text(value).trim(),
  trimAll: ([cut, value]) => trimEnd(trimStart(text(value), text(cut)), text(cut)),
  trimPrefix: ([prefix, value]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimSuffix: ([suffix, value]) =>
    text(suffix) !== '' && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  upper: ([value]) => text(value).toUpperCase(),
  lower: ([value]) => text(value).toLowerCase(),
  title: ([value]) =>
    text(value).replace(/(^|\s)(\S)/gu, (_, before: string, c: string) => before + c.toUpperCase()),
  untitle: ([value]) =>
    text(value).replace(/(^|\s)(\S)/gu, (_, before: string, c: string) => before + c.toLowerCase()),
  repeat: ([count, value], budget) => repeated(text(value), whole(count), budget),
  substr: ([from, to, value]) => substring(text(value), whole(from), whole(to)),
  trunc: ([count, value]) => truncated(text(value), whole(count)),
  abbrev: ([width, value]) => abbreviated(text(value), whole(width)),
  nospace: ([value]) => text(value).replace(/\s+/g, ''),
  contains: ([part, value]) => text(value).includes(text(part)),
  hasPrefix: ([prefix, value]) => text(value).startsWith(text(prefix)),
  hasSuffix: ([suffix, value]) => text(value).endsWith(text(suffix)),
  quote: (args) =>
    given(args)
      .map((arg) => JSON.stringify(text(arg)))
      .join(' '),
  squote: (args) =>
    given(args)
      .map((arg) => `'${text(arg)}'`)
      .join(' '),
  cat: (args) => given(args).map(print).join(' '),
  indent: ([count, value], budget) => indented(text(value), whole(count), budget),
  nindent: ([count, value], budget) => `\n${indented(text(value), whole(count), budget)}`,
  replace: ([old, fresh, value], budget) => replaced(text(value), text(old), text(fresh), budget),
  plural: ([one, many, count]) => (whole(count) === 1 ? text(one) : text(many)),
  snakecase: ([value]) => words(text(value)).join('_'),
  kebabcase: ([value]) => words(text(value)).join('-'),
  camelcase: ([value]) =>
    words(text(value))
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
  split: ([by, value], budget) => {
    const parts = splitted(text(value), text(by), budget);
    return Object.fromEntries(parts.map((part, index) => [`_${index}`, part]));
  },
  splitList: ([by, value], budget) => splitted(text(value), text(by), budget),
  join: ([by, value], budget) => {
    const made = (isList(value) ? value : [value]).map(text).join(text(by));
    budget.make(made.length);
    return made;
  },
  toString: ([value]: readonly Value[]) => (value === undefined || value === null ? '' : print(value)),
  toStrings: ([value]) => list(value).map(text),
};

function given(args: readonly Value[]): readonly Value[] {
  return args.filter((arg) => arg !== undefined && arg !== null);
}

function trimStart(value: string, cut: string): string {
  let from = 0;
  while (from < value.length && cut.includes(value.charAt(from))) from++;
  return value.slice(from);
}

function trimEnd(value: string, cut: string): string {
  let to = value.length;
  while (to > 0 && cut.includes(value.charAt(to - 1))) to--;
  return value.slice(0, to);
}

function repeated(value: string, count: number, budget: Budget): string {
  const times = Math.max(count, 0);
  budget.make(value.length * times + times);
  return value.repeat(times);
}

function substring(value: string, from: number, to: number): string {
  const characters = Array.from(value);
  if (from < 0) return characters.slice(0, to).join('');
  return characters.slice(from, to < 0 ? undefined : to).join('');
}

function truncated(value: string, count: number): string {
  const characters = Array.from(value);
  if (count < 0) return characters.length + count > 0 ? characters.slice(count).join('') : value;
  return characters.slice(0, count).join('');
}

function abbreviated(value: string, width: number): string {
  const characters = Array.from(value);
  if (width < 4 || characters.length <= width) return value;
  return `${characters.slice(0, width - 3).join('')}...`;
}

function indented(value: string, count: number, budget: Budget): string {
  const lines = value.split('\n');
  const wide = Math.max(count, 0);
  budget.make(value.length + lines.length * wide);
  return lines.map((line) => ' '.repeat(wide) + line).join('\n');
}

function replaced(value: string, old: string, fresh: string, budget: Budget): string {
  const parts = value.split(old);
  budget.make(value.length + parts.length * fresh.length);
  return parts.join(fresh);
}

function splitted(value: string, by: string, budget: Budget): readonly string[] {
  if (value.length > 100_000) throw new Fault('the text is too long');
  const parts = value.split(by);
  budget.make(value.length + parts.length);
  return parts;
}

function words(value: string): readonly string[] {
  return value
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
