import { type Budget, compilePattern, hasMatch } from '../../api/pattern/pattern.ts';
import { fail, QueryFault } from './fault.ts';

/** How a matcher compares. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition on one label. A label that is not there has an empty value. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Throws a `QueryFault` when a regular expression takes too many steps. */
  readonly matches: (value: string) => boolean;
}

/**
 * Makes a matcher. Regular expressions are RE2's and cover the whole value. Throws a `QueryFault` for what is
 * no regular expression.
 */
export function matcherOf(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: claimOf(operator, value) };
}

/** Compiles a regular expression that must cover a whole text. Throws a `QueryFault` for what is none. */
export function wholeMatch(source: string): (text: string) => boolean {
  // Most are a list of names, which needs no regular expression.
  if (!/[\\.+*?()[\]{}^$]/.test(source)) {
    const names = new Set(source.split('|'));
    return (text) => names.has(text);
  }
  const alone = compilePattern(source);
  if (alone.kind === 'error') throw new QueryFault('bad_data', alone.message);
  const pattern = compilePattern(`^(?:${source})$`);
  if (pattern.kind === 'error') throw new QueryFault('bad_data', pattern.message);
  const budget = new Steps();
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = hasMatch(pattern.program, text, budget);
    known.set(text, found);
    return found;
  };
}

function claimOf(operator: MatchOperator, value: string): (text: string) => boolean {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
      return wholeMatch(value);
    case '!~': {
      const matches = wholeMatch(value);
      return (text) => !matches(text);
    }
    default:
      return operator satisfies never;
  }
}

/** As many steps as one regular expression may take in one query: about half a second. */
const MAX_STEPS = 10_000_000;

class Steps implements Budget {
  private left = MAX_STEPS;

  step(count = 1): void {
    this.left -= count;
    if (this.left < 0) fail('a regular expression takes too many steps in the simulator');
  }
}
