import { createReadStream } from 'node:fs';
import type { Io } from '../io.ts';
import { Refusal } from '../refusal.ts';

/** A line of text, with its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** Characters that a line may have: a histogram of many pods has far fewer. */
export const LONGEST_LINE = 1_000_000;

/** The lines of a file, or of standard input for `-`, as they are read. Empty ones are left out. */
export async function* linesOf(io: Io, path: string): AsyncGenerator<NumberedLine> {
  let number = 0;
  let rest = '';
  for await (const chunk of chunksOf(io, path)) {
    // Some editors put a mark of the byte order in front.
    const parts = (rest + (number === 0 && rest === '' ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) {
      number += 1;
      refuseLong(path, number, text);
      if (text.trim() !== '') yield { number, text };
    }
    refuseLong(path, number + 1, rest);
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest };
}

async function* chunksOf(io: Io, path: string): AsyncGenerator<string> {
  if (path === '-') {
    yield await io.readStdin();
    return;
  }
  try {
    const stream = createReadStream(path, { encoding: 'utf8', signal: io.ended });
    for await (const chunk of stream) yield String(chunk);
  } catch (error) {
    // Ctrl-C is told elsewhere.
    if (io.ended.aborted) throw error;
    throw new Refusal(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuseLong(path: string, number: number, text: string): void {
  if (text.length > LONGEST_LINE)
    throw new Refusal(`${path}:${number}: is longer than ${LONGEST_LINE} characters`);
}
