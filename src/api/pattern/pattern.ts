import { parsePattern } from './parse.ts';
import { isWord } from './sets.ts';
import { type Assertion, type CharacterTest, PatternFault, type Piece, refuse } from './syntax.ts';

/** A regular expression that is ready to be tried, or why it is none. */
export type Pattern =
  | { readonly kind: 'pattern'; readonly program: Program }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Compiles a regular expression of RE2's syntax, which is Go's. Matching never backtracks: all ways through
 * the pattern are followed at once (Thompson's construction), so the time is at most the length of the text
 * times the size of the pattern. Source: https://swtch.com/~rsc/regexp/regexp1.html
 */
export function compilePattern(source: string): Pattern {
  try {
    const program: Instruction[] = [];
    emit(parsePattern(source), program, source);
    program.push({ kind: 'found' });
    return { kind: 'pattern', program };
  } catch (error) {
    if (error instanceof PatternFault) return { kind: 'error', message: error.message };
    throw error;
  }
}

/** Pays for the steps of a search, one by one or many at once; it throws when there are none left. */
export interface Budget {
  step(count?: number): void;
}

/** Claims that the pattern matches somewhere in the text. Each step of the way is paid from the budget. */
export function hasMatch(program: Program, text: string, budget: Budget): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  budget.step(codes.length);
  const search: Search = { program, seen: new Int32Array(program.length).fill(-1), budget, codes };
  let threads: number[] = [];
  for (let at = 0; at <= codes.length; at += 1) {
    const active: number[] = [];
    // A match may begin anywhere, so the pattern starts anew at each place.
    for (const thread of [...threads, 0]) if (follow(search, thread, at, active)) return true;
    threads = [];
    const code = codes[at];
    if (code === undefined) return false;
    for (const thread of active) {
      const instruction = program[thread];
      if (instruction?.kind === 'set' && instruction.has(code)) threads.push(thread + 1);
    }
  }
  return false;
}

/** What a pattern compiles to. A jump is relative to nothing: it names the instruction. */
export type Program = readonly Instruction[];

type Instruction =
  | { readonly kind: 'set'; readonly has: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'found' };

interface Search {
  readonly program: Program;
  /** The place at which an instruction was last reached, so that it is followed once per place. */
  readonly seen: Int32Array;
  readonly budget: Budget;
  readonly codes: readonly number[];
}

/** As many instructions as a pattern may have: repeats of repeats grow fast. */
const MAX_PROGRAM = 10_000;

/**
 * Follows all ways that need no character, and notes where they wait for one. True when the pattern is
 * through.
 */
function follow(search: Search, start: number, at: number, active: number[]): boolean {
  const { program, seen } = search;
  const stack = [start];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    search.budget.step();
    if (seen[next] === at) continue;
    seen[next] = at;
    const instruction = program[next];
    if (instruction === undefined) continue;
    if (instruction.kind === 'found') return true;
    if (instruction.kind === 'set') active.push(next);
    else if (instruction.kind === 'split') stack.push(...instruction.to);
    else if (holds(instruction.assertion, search.codes, at)) stack.push(next + 1);
  }
  return false;
}

function holds(assertion: Assertion, codes: readonly number[], at: number): boolean {
  const [before, after] = [codes[at - 1], codes[at]];
  const edge = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  switch (assertion) {
    case 'textStart':
      return before === undefined;
    case 'textEnd':
      return after === undefined;
    case 'lineStart':
      return before === undefined || before === 10;
    case 'lineEnd':
      return after === undefined || after === 10;
    case 'wordEdge':
      return edge;
    case 'noWordEdge':
      return !edge;
    default:
      return assertion satisfies never;
  }
}

function emit(piece: Piece, program: Instruction[], source: string): void {
  if (program.length > MAX_PROGRAM) refuse('expression too large', source);
  switch (piece.kind) {
    case 'empty':
      return;
    case 'set':
    case 'assertion':
      program.push(piece);
      return;
    case 'sequence':
      for (const part of piece.parts) emit(part, program, source);
      return;
    case 'choice':
      emitChoice(piece.options, program, source);
      return;
    case 'repeat':
      emitRepeat(piece, program, source);
      return;
    default:
      piece satisfies never;
  }
}

function emitChoice(options: readonly Piece[], program: Instruction[], source: string): void {
  const starts: number[] = [];
  const ends: number[] = [];
  const split = reserve(program);
  for (const option of options) {
    starts.push(program.length);
    emit(option, program, source);
    ends.push(reserve(program));
  }
  program[split] = { kind: 'split', to: starts };
  for (const end of ends) program[end] = { kind: 'split', to: [program.length] };
}

function emitRepeat(
  piece: Piece & { readonly kind: 'repeat' },
  program: Instruction[],
  source: string,
): void {
  const { part, min, max } = piece;
  for (let count = 0; count < min; count += 1) {
    const before = program.length;
    emit(part, program, source);
    // What is empty once is empty a thousand times: repeats of nothing must not cost anything, either.
    if (program.length === before) break;
  }
  if (max === null) {
    const split = reserve(program);
    emit(part, program, source);
    program.push({ kind: 'split', to: [split] });
    program[split] = { kind: 'split', to: [split + 1, program.length] };
    return;
  }
  const splits: number[] = [];
  for (let count = min; count < max; count += 1) {
    splits.push(reserve(program));
    emit(part, program, source);
  }
  for (const split of splits) program[split] = { kind: 'split', to: [split + 1, program.length] };
}

/** Keeps a place for a split whose targets are not known yet. */
function reserve(program: Instruction[]): number {
  program.push({ kind: 'split', to: [] });
  return program.length - 1;
}
