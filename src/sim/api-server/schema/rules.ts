import type { Json, JsonObject } from '../../../api/meta.ts';
import { tryPattern } from '../../../api/pattern/try.ts';
import type { Cause } from '../errors.ts';
import { isObject } from '../patch/object.ts';
import { causes } from './causes.ts';
import type { Rules } from './schema.ts';

/** The keywords about sizes and patterns that a value breaks. Those of lists are asked elsewhere. */
export function bounds(value: Json, rules: Rules, path: string): readonly Cause[] {
  if (typeof value === 'string') return textCauses(value, rules, path);
  if (typeof value === 'number') return numberCauses(value, rules, path);
  return isObject(value) ? sizeCauses(value, rules, path) : [];
}

function textCauses(value: string, { maxLength, minLength, pattern }: Rules, path: string): readonly Cause[] {
  const found: Cause[] = [];
  const count = maxLength === undefined && minLength === undefined ? 0 : Array.from(value).length;
  // Nothing else is asked of a text that is too long.
  if (maxLength !== undefined && count > maxLength) return [causes.tooLong(path, maxLength)];
  if (minLength !== undefined && count < minLength) {
    found.push(causes.body(path, value, `should be at least ${minLength} chars long`));
  }
  // A pattern that cannot be tried says nothing: the server that stored it could.
  if (pattern !== undefined && !matches(value, pattern)) {
    found.push(causes.body(path, value, `should match '${pattern}'`));
  }
  return found;
}

const tried = new Map<string, boolean>();
const MOST_TRIED = 10_000;

function matches(value: string, pattern: string): boolean {
  const key = `${pattern}\n${value}`;
  const known = tried.get(key);
  if (known !== undefined) return known;
  const result = tryPattern(pattern, [value]);
  const isMatch = result.kind !== 'tried' || result.matching.length > 0;
  if (tried.size >= MOST_TRIED) tried.clear();
  tried.set(key, isMatch);
  return isMatch;
}

function numberCauses(value: number, rules: Rules, path: string): readonly Cause[] {
  const { maximum, minimum, multipleOf, isAboveMinimum, isBelowMaximum } = rules;
  const found: Cause[] = [];
  const body = (rule: string): void => {
    found.push(causes.body(path, value, rule));
  };
  if (multipleOf !== undefined && value % multipleOf !== 0) body(`should be a multiple of ${multipleOf}`);
  if (maximum !== undefined) {
    if (isBelowMaximum === true && value >= maximum) body(`should be less than ${maximum}`);
    else if (value > maximum) body(`should be less than or equal to ${maximum}`);
  }
  if (minimum !== undefined) {
    if (isAboveMinimum === true && value <= minimum) body(`should be greater than ${minimum}`);
    else if (value < minimum) body(`should be greater than or equal to ${minimum}`);
  }
  return found;
}

function sizeCauses(
  value: JsonObject,
  { maxProperties, minProperties }: Rules,
  path: string,
): readonly Cause[] {
  const count = maxProperties === undefined && minProperties === undefined ? 0 : Object.keys(value).length;
  const found: Cause[] = [];
  if (minProperties !== undefined && count < minProperties) {
    found.push(causes.body(path, count, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && count > maxProperties) {
    found.push(causes.tooMany(path, count, maxProperties));
  }
  return found;
}
