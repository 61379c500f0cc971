import { type Piece, pieces, type Token } from './lexer.ts';
import type { BlockNode, Command, Node, Operand, Pipe, RangeNode } from './syntax.ts';
import { Fault } from './values.ts';

/** Blocks within blocks, and groups within groups. */
const MOST_NESTED = 50;
/** Longest template, in characters. */
const MOST_SOURCE = 65_536;

/** Parses a template. Throws a `Fault` that says where. `knows` tells which functions there are. */
export function parse(source: string, knows: (name: string) => boolean): readonly Node[] {
  if (source.length > MOST_SOURCE) throw new Fault(`longer than ${MOST_SOURCE} characters`, 0);
  const reader = new Reader(pieces(source), knows);
  const nodes = reader.nodes(0, false);
  if (reader.ending !== null) throw new Fault(`{{${reader.ending.word}}} without a block`, reader.ending.at);
  return nodes;
}

/** What closed a list of nodes. */
interface Ending {
  readonly word: 'end' | 'else';
  /** What follows `else`. */
  readonly rest: readonly Token[];
  readonly at: number;
}

class Reader {
  ending: Ending | null = null;
  readonly #pieces: readonly Piece[];
  readonly #knows: (name: string) => boolean;
  #index = 0;

  constructor(all: readonly Piece[], knows: (name: string) => boolean) {
    this.#pieces = all;
    this.#knows = knows;
  }

  /** Reads up to an `end` or `else`, which stands in `ending` then, or to the end of the template. */
  nodes(depth: number, inLoop: boolean): readonly Node[] {
    const found: Node[] = [];
    this.ending = null;
    for (let piece = this.#next(); piece !== null; piece = this.#next()) {
      if (piece.kind === 'text') {
        found.push(piece);
        continue;
      }
      const [first] = piece.tokens;
      if (first === undefined) throw new Fault('empty {{ }}', piece.at);
      if (first.kind === 'word' && (first.text === 'end' || first.text === 'else')) {
        this.ending = { word: first.text, rest: piece.tokens.slice(1), at: piece.at };
        return found;
      }
      found.push(this.#action(piece.tokens, first, { at: piece.at, depth, inLoop }));
    }
    return found;
  }

  #next(): Piece | null {
    return this.#pieces[this.#index++] ?? null;
  }

  #action(
    tokens: readonly Token[],
    first: Token,
    place: { readonly at: number; readonly depth: number; readonly inLoop: boolean },
  ): Node {
    const { at, depth, inLoop } = place;
    if (first.kind !== 'word') return this.#printOrSet(tokens, at);
    switch (first.text) {
      case 'if':
      case 'with':
        return this.#block(first.text, tokens.slice(1), place);
      case 'range':
        return this.#range(tokens.slice(1), at, depth);
      case 'break':
      case 'continue':
        if (!inLoop) throw new Fault(`{{${first.text}}} outside of {{range}}`, at);
        return { kind: first.text };
      case 'define':
      case 'template':
      case 'block':
        throw new Fault(`{{${first.text}}} is not supported: a message is one template`, at);
      default:
        return this.#printOrSet(tokens, at);
    }
  }

  #printOrSet(tokens: readonly Token[], at: number): Node {
    const [name, mark] = tokens;
    if (name?.kind === 'variable' && mark?.kind === 'mark' && (mark.text === ':=' || mark.text === '=')) {
      const pipe = this.#pipe(tokens.slice(2), at);
      return { kind: 'set', name: name.text, isNew: mark.text === ':=', pipe, at };
    }
    return { kind: 'print', pipe: this.#pipe(tokens, at), at };
  }

  #block(
    kind: 'if' | 'with',
    tokens: readonly Token[],
    { at, depth, inLoop }: { readonly at: number; readonly depth: number; readonly inLoop: boolean },
  ): BlockNode {
    if (depth >= MOST_NESTED) throw new Fault(`more than ${MOST_NESTED} blocks within one another`, at);
    const [name, mark] = tokens;
    const named = name?.kind === 'variable' && mark?.text === ':=' ? name.text : null;
    const pipe = this.#pipe(named === null ? tokens : tokens.slice(2), at);
    const body = this.nodes(depth + 1, inLoop);
    const otherwise = this.#otherwise(kind, { at, depth, inLoop });
    return { kind, name: named, pipe, body, otherwise, at };
  }

  /** What follows `else`, up to and with the `end` of the block. */
  #otherwise(
    kind: 'if' | 'with' | 'range',
    place: { readonly at: number; readonly depth: number; readonly inLoop: boolean },
  ): readonly Node[] {
    const ending = this.ending;
    if (ending === null) throw new Fault(`{{${kind}}} without {{end}}`, place.at);
    if (ending.word === 'end') {
      this.ending = null;
      return [];
    }
    const [next] = ending.rest;
    if (next === undefined) {
      const nodes = this.nodes(place.depth + 1, place.inLoop);
      const last: Ending | null = this.ending;
      if (last === null) throw new Fault(`{{else}} without {{end}}`, ending.at);
      if ((last as Ending).word === 'else') throw new Fault('two {{else}} in one block', (last as Ending).at);
      this.ending = null;
      return nodes;
    }
    if (kind !== 'range' && next.kind === 'word' && next.text === kind) {
      const inner = { ...place, at: ending.at, depth: place.depth + 1 };
      return [this.#block(kind, ending.rest.slice(1), inner)];
    }
    throw new Fault(`unexpected ${next.text} after else`, ending.at);
  }

  #range(tokens: readonly Token[], at: number, depth: number): RangeNode {
    if (depth >= MOST_NESTED) throw new Fault(`more than ${MOST_NESTED} blocks within one another`, at);
    const [first, comma, second, mark] = tokens;
    let key: string | null = null;
    let item: string | null = null;
    let rest = tokens;
    if (first?.kind === 'variable' && comma?.text === ':=') {
      item = first.text;
      rest = tokens.slice(2);
    } else if (first?.kind === 'variable' && comma?.text === ',' && second?.kind === 'variable') {
      if (mark?.text !== ':=') throw new Fault('range needs := after its variables', at);
      key = first.text;
      item = second.text;
      rest = tokens.slice(4);
    }
    const pipe = this.#pipe(rest, at);
    const body = this.nodes(depth + 1, true);
    const otherwise = this.#otherwise('range', { at, depth, inLoop: true });
    return { kind: 'range', key, item, pipe, body, otherwise, at };
  }

  #pipe(tokens: readonly Token[], at: number): Pipe {
    const line = new Line(tokens, at, this.#knows);
    const pipe = line.pipe(0);
    line.close();
    return pipe;
  }
}

/** Reads the tokens of one action. */
class Line {
  readonly #tokens: readonly Token[];
  readonly #at: number;
  readonly #knows: (name: string) => boolean;
  #index = 0;

  constructor(tokens: readonly Token[], at: number, knows: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#at = at;
    this.#knows = knows;
  }

  pipe(depth: number): Pipe {
    if (depth > MOST_NESTED) throw new Fault(`more than ${MOST_NESTED} groups within one another`, this.#at);
    const commands = [this.#command(depth)];
    while (this.#is('|')) {
      this.#index++;
      const command = this.#command(depth);
      if (command.head.kind === 'literal') throw new Fault('a value cannot take a piped argument', this.#at);
      commands.push(command);
    }
    return { commands };
  }

  close(): void {
    const token = this.#tokens[this.#index];
    if (token !== undefined) throw new Fault(`unexpected ${token.text}`, token.at);
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#index];
    return token?.kind === 'mark' && token.text === text;
  }

  #command(depth: number): Command {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#tokens[this.#index];
      if (token === undefined || (token.kind === 'mark' && token.text !== '(')) break;
      operands.push(this.#operand(token, depth));
    }
    const [head, ...args] = operands;
    if (head === undefined) throw new Fault('a value is missing', this.#at);
    if (args.length > 0 && head.kind === 'literal') throw new Fault('a value is not a function', this.#at);
    return { head, args };
  }

  #operand(token: Token, depth: number): Operand {
    this.#index++;
    switch (token.kind) {
      case 'text':
        return { kind: 'literal', value: token.text };
      case 'number':
        return { kind: 'literal', value: Number(token.text.replaceAll('_', '')) };
      case 'dot':
        return { kind: 'dot', names: [] };
      case 'field':
        return { kind: 'dot', names: [token.text.slice(1), ...this.#fields()] };
      case 'variable':
        return { kind: 'variable', name: token.text, names: this.#fields() };
      case 'word':
        return this.#word(token);
      case 'mark': {
        const pipe = this.pipe(depth + 1);
        if (!this.#is(')')) throw new Fault('( without )', token.at);
        this.#index++;
        return { kind: 'group', pipe, names: this.#fields() };
      }
      default:
        return token.kind satisfies never;
    }
  }

  #word(token: Token): Operand {
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true' };
    if (token.text === 'nil') return { kind: 'literal', value: null };
    if (!this.#knows(token.text)) throw new Fault(`function ${token.text} is not known`, token.at);
    return { kind: 'function', name: token.text };
  }

  /** `.b.c` right behind an operand. */
  #fields(): readonly string[] {
    const names: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#index];
      if (token?.kind !== 'field' || token.spaced) return names;
      names.push(token.text.slice(1));
      this.#index++;
    }
  }
}
