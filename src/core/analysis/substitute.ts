import { isObject } from '../../api/path.ts';

/** Text with its placeholders filled in, and everything that was wrong with it, each thing once, in order. */
export interface Substituted<T> {
  readonly value: T;
  /** What stands between the braces of placeholders that stand for nothing we know. */
  readonly unresolved: readonly string[];
  /** Texts that cannot be read at all: braces that are never closed, values that are nested too deeply. */
  readonly problems: readonly string[];
}

/**
 * Fills in `{{name}}`, spaces allowed, in every text of a JSON value, keys of maps included. What is filled
 * in is not looked at again, and cannot break out of its text. `keep` names placeholders that stay as they
 * are. Problems show templates only, never what was filled in.
 */
export function substitute<T>(
  value: T,
  values: ReadonlyMap<string, string>,
  keep: ReadonlySet<string>,
): Substituted<T> {
  const filling: Filling = { values, keep, unresolved: new Set(), problems: new Set() };
  // Only texts are replaced by texts, so the type stays.
  const filled = fill(value, filling, 0) as T;
  return { value: filled, unresolved: [...filling.unresolved], problems: [...filling.problems] };
}

const OPEN = '{{';
const CLOSE = '}}';
/** Deeper values would not fit on the stack of everything else that reads them. */
const MAX_DEPTH = 500;

interface Filling {
  readonly values: ReadonlyMap<string, string>;
  readonly keep: ReadonlySet<string>;
  readonly unresolved: Set<string>;
  readonly problems: Set<string>;
}

function fill(value: unknown, filling: Filling, depth: number): unknown {
  if (typeof value === 'string') return fillText(value, filling);
  if (depth > MAX_DEPTH) {
    filling.problems.add(`nested deeper than ${MAX_DEPTH} levels`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, filling, depth + 1));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [fillText(key, filling), fill(item, filling, depth + 1)] as const,
  );
  return Object.fromEntries(entries);
}

/** Walks from brace to brace, so that many braces that are never closed cost no more than other text. */
function fillText(text: string, filling: Filling): string {
  const parts: string[] = [];
  let at = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, at)) {
    const inside = open + OPEN.length;
    const close = text.indexOf(CLOSE, inside);
    if (close === -1) {
      filling.problems.add(unclosed(text, inside));
      break;
    }
    parts.push(text.slice(at, open), filledIn(text.slice(inside, close), filling));
    at = close + CLOSE.length;
  }
  return parts.join('') + text.slice(at);
}

function filledIn(inner: string, { values, keep, unresolved }: Filling): string {
  const name = inner.trim();
  const found = values.get(name);
  if (found === undefined && !keep.has(name)) unresolved.add(name);
  return found ?? OPEN + inner + CLOSE;
}

/** The original's words. */
function unclosed(text: string, inside: number): string {
  const start = JSON.stringify(text.slice(inside));
  return `Cannot find end tag="}}" in the template=${JSON.stringify(text)} starting from ${start}`;
}
