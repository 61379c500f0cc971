import type { Look } from '../../view/look.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';

/** One cell: text in pieces, each with its look. */
export type Cell = readonly Piece[];

/** A piece of text of one colour. */
export interface Piece {
  readonly text: string;
  readonly look?: Look | 'title' | 'dim';
}

/** A cell of one piece. */
export function cell(text: string, look?: Piece['look']): Cell {
  return [look === undefined ? { text } : { text, look }];
}

/**
 * Rows as lines with aligned columns, two spaces apart and none at the end. All texts are one column a
 * letter.
 */
export function table(rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((one, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(one));
    });
  return rows.map((row) => {
    const last = row.findLastIndex((one) => width(one) > 0);
    const shown = row.slice(0, last + 1);
    return shown
      .map((one, column) => {
        const gap = column === last ? '' : ' '.repeat((widths[column] ?? 0) - width(one));
        return painted(one, paint) + gap;
      })
      .join('  ');
  });
}

function width(one: Cell): number {
  return one.reduce((sum, piece) => sum + oneLine(piece.text).length, 0);
}

/** Names and words of a cluster may be anybody's. */
function painted(one: Cell, paint: Paint): string {
  return one
    .map(({ text, look }) => (look === undefined ? oneLine(text) : paint(look, oneLine(text))))
    .join('');
}
