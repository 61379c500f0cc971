import { type Budget, compilePattern, hasMatch } from './pattern.ts';

/** The texts in which a pattern matches, in their order, or why that cannot be told. */
export type Tried =
  | { readonly kind: 'tried'; readonly matching: readonly string[] }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'costly' };

/**
 * As many steps as one pattern may take for all of its texts: about 50 milliseconds. A pattern of 100
 * characters takes fewer for a hundred names of 60 characters.
 */
export const MAX_STEPS = 1_000_000;

/**
 * Tries a pattern that a user gave on texts; it matches anywhere in a text. This is the only way to do so
 * outside of conditions, which have a budget of their own: JavaScript's RegExp may backtrack for ever.
 */
export function tryPattern(source: string, texts: readonly string[]): Tried {
  const pattern = compilePattern(source);
  if (pattern.kind === 'error') return pattern;
  const budget = new Steps();
  try {
    return { kind: 'tried', matching: texts.filter((text) => hasMatch(pattern.program, text, budget)) };
  } catch (error) {
    if (error instanceof Spent) return { kind: 'costly' };
    throw error;
  }
}

class Spent extends Error {}

class Steps implements Budget {
  private left = MAX_STEPS;

  step(count = 1): void {
    this.left -= count;
    if (this.left < 0) throw new Spent();
  }
}
