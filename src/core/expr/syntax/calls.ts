import { Fault } from '../budget.ts';
import { BUILTINS } from '../builtins/table.ts';
import type { Node } from './ast.ts';
import type { Token } from './lexer.ts';
import { parseExpression, parseSequence } from './parser.ts';
import type { Reader } from './reader.ts';

type Argument = 'value' | 'predicate' | 'value?' | 'predicate?';

/** Built-ins that take a predicate, and where. */
export const PREDICATES: ReadonlyMap<string, readonly Argument[]> = new Map<string, readonly Argument[]>([
  ...[
    'all',
    'none',
    'any',
    'one',
    'filter',
    'map',
    'find',
    'findIndex',
    'findLast',
    'findLastIndex',
    'groupBy',
  ].map((name) => [name, ['value', 'predicate']] as const),
  ['count', ['value', 'predicate?']],
  ['sum', ['value', 'predicate?']],
  ['sortBy', ['value', 'predicate', 'value?']],
  ['reduce', ['value', 'predicate', 'value?']],
]);

/** A call by name. `piped` holds what a pipe puts in front of the arguments, if anything. */
export function parseCall(reader: Reader, token: Token, piped: readonly Node[]): Node {
  const { text: name, at } = token;
  const expected = PREDICATES.get(name);
  if (expected !== undefined) {
    const args = parsePredicateArguments(reader, expected.slice(piped.length));
    return reader.make({ kind: 'builtin', name, args: [...piped, ...args], at });
  }
  if (BUILTINS.has(name)) {
    return reader.make({ kind: 'builtin', name, args: [...piped, ...parseArguments(reader)], at });
  }
  const callee = reader.make({ kind: 'name', name, at });
  return reader.make({ kind: 'call', callee, args: [...piped, ...parseArguments(reader)], at });
}

/** Arguments in parentheses; a comma may follow the last one. */
export function parseArguments(reader: Reader): readonly Node[] {
  reader.expect('Bracket', '(');
  const args: Node[] = [];
  while (!reader.is('Bracket', ')')) {
    if (args.length > 0) reader.expect('Operator', ',');
    if (reader.is('Bracket', ')')) break;
    args.push(parseExpression(reader, 0));
  }
  reader.next();
  return args;
}

function parsePredicateArguments(reader: Reader, expected: readonly Argument[]): readonly Node[] {
  reader.expect('Bracket', '(');
  const args: Node[] = [];
  for (const argument of expected) {
    if (reader.is('Bracket', ')')) {
      if (argument.endsWith('?')) break;
      throw new Fault(`expected at least ${expected.length} arguments`, reader.current.at);
    }
    if (args.length > 0) reader.expect('Operator', ',');
    args.push(argument.startsWith('predicate') ? parsePredicate(reader) : parseExpression(reader, 0));
  }
  reader.accept('Operator', ',');
  reader.expect('Bracket', ')');
  return args;
}

function parsePredicate(reader: Reader): Node {
  const { at } = reader.current;
  const braced = reader.accept('Bracket', '{');
  reader.predicates += 1;
  const node = braced ? parseSequence(reader) : parseExpression(reader, 0);
  reader.predicates -= 1;
  if (braced) reader.expect('Bracket', '}');
  else if (reader.is('Operator', ';')) {
    throw new Fault('wrap predicate with brackets { and }', reader.current.at);
  }
  return reader.make({ kind: 'predicate', node, at });
}
