import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { isObject } from '../../api/path.ts';
import { ambiguities } from './ambiguous.ts';

/** A text that holds manifests, and what to call it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** An object in a text, as Kubernetes would read it, with the places of its fields. */
export interface Placed {
  readonly file: string;
  readonly value: unknown;
  /** The place of the field at `keys`, or of the nearest one above that is there. */
  readonly place: (keys: readonly (string | number)[]) => Place;
}

/** A place in a text. Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A flaw of the text itself: not YAML, a key twice, a value that two versions of YAML read differently. */
export interface TextFlaw extends Place {
  readonly severity: 'error' | 'warning';
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a text holds. Documents that cannot be read at all are left out; the flaws say why. */
export interface ParsedText {
  readonly objects: readonly Placed[];
  readonly flaws: readonly TextFlaw[];
}

/** Reads all documents of a text. Members of a `List` are objects of their own. Never throws. */
export function parseText({ file, text }: Source): ParsedText {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const objects: Placed[] = [];
  const flaws: TextFlaw[] = [];
  for (const document of documents) {
    flaws.push(...flawsOf(document, lines));
    if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) continue;
    const value = contentOf(document, flaws);
    const whole: Placed = { file, value, place: (keys) => placeOf(document.contents, keys, lines) };
    objects.push(...members(whole));
  }
  return { objects, flaws };
}

function flawsOf(document: Document.Parsed, lines: LineCounter): readonly TextFlaw[] {
  const broken = document.errors.map((error): TextFlaw => {
    const message =
      error.code === 'DUPLICATE_KEY' ? 'this key is there twice; the last one counts' : error.message;
    return { severity: 'error', ...linePlace(lines, error.pos[0]), path: [], message };
  });
  // This also gives the values that Kubernetes will see to those that are ambiguous.
  const unclear = ambiguities(document).map(
    ({ offset, path, message }): TextFlaw => ({
      severity: 'warning',
      ...linePlace(lines, offset),
      path,
      message,
    }),
  );
  return [...broken, ...unclear];
}

/** A document as a value. Aliases without end are the one thing that only shows now. */
function contentOf(document: Document.Parsed, flaws: TextFlaw[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    flaws.push({ severity: 'error', line: 1, column: 1, path: [], message });
    return null;
  }
}

function members(whole: Placed): readonly Placed[] {
  const { file, value, place } = whole;
  if (!isObject(value) || !String(value['kind']).endsWith('List') || !Array.isArray(value['items']))
    return [whole];
  return value['items'].map((item: unknown, i) => ({
    file,
    value: item,
    place: (keys) => place(['items', i, ...keys]),
  }));
}

function placeOf(root: Node | null, keys: readonly (string | number)[], lines: LineCounter): Place {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
      continue;
    }
    const item: unknown = isSeq(node) && typeof key === 'number' ? node.items[key] : undefined;
    if (item === undefined) break;
    offset = (item as Node).range?.[0] ?? offset;
    node = item;
  }
  return linePlace(lines, offset);
}

function linePlace(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
