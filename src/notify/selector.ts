import type { StringMap } from '../api/meta.ts';

/** Claims about labels; all must hold. */
export type Selector = readonly Requirement[];

interface Requirement {
  readonly key: string;
  /** Absent labels hold when `negated`. */
  readonly negated: boolean;
  /** Null: any value. */
  readonly values: readonly string[] | null;
}

const KEY = '[A-Za-z0-9][A-Za-z0-9_./-]*';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([A-Za-z0-9_.-]*)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Reads a label selector as `kubectl -l` takes it; nothing selects everything. Null when it cannot be read.
 */
export function parseSelector(value: unknown): Selector | null {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value !== 'string') return null;
  // Commas within parentheses separate values, not requirements.
  const parts = value.split(/,(?![^(]*\))/).map((part) => part.trim());
  const found = parts.map(requirement);
  return found.some((one) => one === null) ? null : found.filter((one) => one !== null);
}

/** Whether labels satisfy a selector. */
export function selects(selector: Selector, labels: StringMap): boolean {
  return selector.every(({ key, negated, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value === undefined) return negated;
    return (values === null || values.includes(value)) !== negated;
  });
}

function requirement(part: string): Requirement | null {
  const set = SET.exec(part);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    return { key, negated: operator === 'notin', values: values.split(',').map((value) => value.trim()) };
  }
  const equals = EQUALS.exec(part);
  if (equals !== null) {
    const [, key = '', operator, value = ''] = equals;
    return { key, negated: operator === '!=', values: [value] };
  }
  const exists = EXISTS.exec(part);
  return exists === null ? null : { key: exists[2] ?? '', negated: exists[1] === '!', values: null };
}
