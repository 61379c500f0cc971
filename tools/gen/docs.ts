/** The comments of an interface: its own (key '') and those of its fields. */
export type Docs = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads the comments of all exported interfaces out of TypeScript sources that are formatted as ours are.
 * Not a parser of TypeScript: it knows `export interface`, `extends`, `readonly` fields and `/** *\/` comments.
 */
export function readDocs(sources: readonly string[]): Docs {
  const docs = new Map<string, Map<string, string>>();
  const parents = new Map<string, string>();
  for (const source of sources) readSource(source, docs, parents);
  for (const [child, parent] of parents) {
    for (const [field, text] of docs.get(parent) ?? []) {
      const own = docs.get(child);
      if (own !== undefined && !own.has(field)) own.set(field, text);
    }
  }
  return docs;
}

function readSource(
  source: string,
  docs: Map<string, Map<string, string>>,
  parents: Map<string, string>,
): void {
  let comment = '';
  let open: Map<string, string> | null = null;
  for (const part of source.matchAll(/^ *\/\*\*(?<comment>[\s\S]*?)\*\/|(?<line>[^\n]+)/gm)) {
    if (part.groups?.['comment'] !== undefined) {
      comment = plain(part.groups['comment']);
      continue;
    }
    const line = part.groups?.['line'] ?? '';
    if (line.trim() === '') continue;
    const head = /^export interface (\w+)(?:<[^>]*>)?(?: extends (\w+))?/.exec(line);
    const field = /^ {2}readonly (\w+)\??:/.exec(line);
    if (head !== null) {
      open = new Map([['', comment]]);
      docs.set(head[1] ?? '', open);
      if (head[2] !== undefined) parents.set(head[1] ?? '', head[2]);
    } else if (field !== null && open !== null && comment !== '') {
      open.set(field[1] ?? '', comment);
    }
    comment = '';
  }
}

function plain(comment: string): string {
  return comment
    .replace(/^\s*\*? ?/gm, '')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim();
}
