import { stringify } from 'yaml';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { printable } from '../text/printable.ts';
import type { Migration } from './migration.ts';

/** How manifests are printed. */
export type Format = 'yaml' | 'json';

/** Prints the manifests, for Git, and beside them what to do and what is left out. */
export function printMigration(io: Io, migration: Migration, format: Format): void {
  say(io.out, ...manifestLines(migration, format));
  say(io.err, ...wordsOf(migration).map(printable));
}

function manifestLines({ manifests }: Migration, format: Format): readonly string[] {
  if (format === 'json')
    return [JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }, null, 2)];
  const texts = manifests.map((manifest) =>
    stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd(),
  );
  return [texts.join('\n---\n')];
}

/** What a migration says beside its manifests, as lines. */
export function wordsOf({ order, lost, notes }: Migration): readonly string[] {
  return [
    ...(order.length === 0 ? [] : ['In this order:', ...order.map((line, i) => `  ${i + 1}. ${line}`)]),
    ...(lost.length === 0 ? [] : ['Not carried over:', ...lost.map((line) => `  - ${line}`)]),
    ...(notes.length === 0 ? [] : ['Note:', ...notes.map((line) => `  - ${line}`)]),
  ];
}
