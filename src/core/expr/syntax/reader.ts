import { Fault } from '../budget.ts';
import { childrenOf, type Node } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';

/** The original's bound on the size of an expression. */
export const MAX_NODES = 10_000;

/** Characters of source: as many as nodes could need. */
export const MAX_SOURCE = 65_536;

/** How deep parentheses, lists and the like may nest: parsing takes more of the stack than walking. */
export const MAX_NESTING = 250;

/**
 * How deep the tree may be, so that walking it cannot exhaust the stack: so many operands may stand in a row.
 */
export const MAX_DEPTH = 500;

/** The tokens of a source, where the parser stands in them, and what it has used. */
export class Reader {
  /** How many predicates the parser is inside of: `#` means something there only. */
  predicates = 0;
  private readonly tokens: readonly Token[];
  private readonly depths = new WeakMap<Node, number>();
  private position = 0;
  private nodes = 0;
  private nesting = 0;

  constructor(source: string) {
    if (source.length > MAX_SOURCE) throw new Fault(`expression is longer than ${MAX_SOURCE} characters`, 0);
    this.tokens = tokenize(source);
  }

  /** The token to be read next. */
  get current(): Token {
    return this.peek(0);
  }

  /** A token further on; at the end it is `EOF` for ever. */
  peek(offset: number): Token {
    const token = this.tokens[Math.min(this.position + offset, this.tokens.length - 1)];
    if (token === undefined) throw new Fault('unexpected end of expression', 0);
    return token;
  }

  /** Claims that the next token is of a kind and, when texts are given, one of them. */
  is(kind: Token['kind'], ...texts: readonly string[]): boolean {
    const token = this.current;
    return token.kind === kind && (texts.length === 0 || texts.includes(token.text));
  }

  /** Takes the next token, whatever it is. */
  next(): Token {
    const token = this.current;
    this.position += 1;
    return token;
  }

  /** Takes the next token if it is the one; says whether it was. */
  accept(kind: Token['kind'], text: string): boolean {
    if (!this.is(kind, text)) return false;
    this.position += 1;
    return true;
  }

  /** Takes the next token, which must be of a kind and, when texts are given, one of them. */
  expect(kind: Token['kind'], ...texts: readonly string[]): Token {
    if (!this.is(kind, ...texts)) throw this.unexpected();
    return this.next();
  }

  /** The error that the next token should not be there. */
  unexpected(): Fault {
    return new Fault(`unexpected token ${describe(this.current)}`, this.current.at);
  }

  /** Counts a node and how deep it is. */
  make<Made extends Node>(node: Made): Made {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) {
      throw new Fault('compilation failed: expression exceeds maximum allowed nodes', node.at);
    }
    const depth = 1 + Math.max(0, ...childrenOf(node).map((child) => this.depths.get(child) ?? 0));
    if (depth > MAX_DEPTH) throw this.tooDeep(node.at, MAX_DEPTH);
    this.depths.set(node, depth);
    return node;
  }

  /** Runs one level of nested parsing. */
  nested<Made>(parse: () => Made): Made {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) throw this.tooDeep(this.current.at, MAX_NESTING);
    const made = parse();
    this.nesting -= 1;
    return made;
  }

  private tooDeep(at: number, levels: number): Fault {
    return new Fault(`expression is nested deeper than ${levels} levels`, at);
  }
}

/** A token as messages show it: `Operator("&&")`. */
export function describe(token: Token): string {
  return token.text === '' ? token.kind : `${token.kind}(${JSON.stringify(token.text)})`;
}
