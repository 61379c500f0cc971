import { type Document, isPair, isScalar, isSeq, Scalar, visit } from 'yaml';

/** A value that YAML 1.1, as Kubernetes reads it, takes for something else than YAML 1.2 does. */
export interface Ambiguity {
  readonly offset: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const WORDS: ReadonlyMap<string, boolean> = new Map(
  Object.entries({ y: true, yes: true, on: true, n: false, no: false, off: false }),
);

/**
 * Finds values that Kubernetes reads otherwise than they look: `yes` is true, `010` is eight. Sets them in
 * the document to what Kubernetes will see, so that checks of it speak of that.
 * Source: https://yaml.org/type/bool.html, https://yaml.org/type/int.html; measured with kubectl 1.35.
 */
export function ambiguities(document: Document.Parsed): readonly Ambiguity[] {
  const found: Ambiguity[] = [];
  visit(document, {
    Scalar: (key, node, ancestors) => {
      // A key is text whatever it looks like; Kubernetes has no others.
      if (key === 'key' || node.type !== Scalar.PLAIN || typeof node.source !== 'string') return;
      const meaning = oldMeaning(node.source);
      if (meaning === null || meaning.value === node.value) return;
      node.value = meaning.value;
      found.push({
        offset: node.range?.[0] ?? 0,
        path: pathOf(key, ancestors),
        message: `${node.source} is read as ${meaning.words}; put it in quotes if it is text`,
      });
    },
  });
  return found;
}

function oldMeaning(source: string): { readonly value: unknown; readonly words: string } | null {
  const word = /^(?:[a-z]+|[A-Z][a-z]*|[A-Z]+)$/.test(source) ? WORDS.get(source.toLowerCase()) : undefined;
  if (word !== undefined) return { value: word, words: String(word) };
  if (/^[-+]?0[0-7_]+$/.test(source)) {
    const digits = source.replaceAll('_', '').replace(/^[-+]/, '');
    const value = Number.parseInt(digits, 8) * (source.startsWith('-') ? -1 : 1);
    return { value, words: `the octal number ${value}` };
  }
  if (/^[-+]?[1-9][0-9]*_[0-9_]*$/.test(source)) {
    const value = Number(source.replaceAll('_', ''));
    return { value, words: `the number ${value}` };
  }
  if (/^[-+]?0b[01][01_]*$/.test(source)) {
    const value = Number(source.replaceAll('_', '').replace(/^[-+]/, '')) * (source.startsWith('-') ? -1 : 1);
    return { value, words: `the number ${value}` };
  }
  return null;
}

function pathOf(key: unknown, ancestors: readonly unknown[]): readonly (string | number)[] {
  const path: (string | number)[] = [];
  ancestors.forEach((ancestor, i) => {
    const child = ancestors[i + 1];
    if (isPair(ancestor)) path.push(isScalar(ancestor.key) ? String(ancestor.key.value) : '');
    if (isSeq(ancestor)) {
      const index = child === undefined ? key : ancestor.items.indexOf(child);
      if (typeof index === 'number') path.push(index);
    }
  });
  return path;
}
