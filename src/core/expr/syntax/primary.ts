import { Fault } from '../budget.ts';
import { type Parsed, parseFloat64, parseInt64 } from '../values/number.ts';
import type { Node, Pair } from './ast.ts';
import { parseArguments, parseCall } from './calls.ts';
import { isLetter, type Token } from './lexer.ts';
import { parseExpression, parseSequence } from './parser.ts';
import { describe, type Reader } from './reader.ts';

/** An operand with everything that hangs on it: `(a + b).c[0]`. */
export function parsePrimary(reader: Reader): Node {
  const token = reader.current;
  if (reader.accept('Bracket', '(')) {
    const node = parseSequence(reader);
    reader.expect('Bracket', ')');
    return parsePostfix(reader, node);
  }
  if (reader.predicates > 0 && reader.is('Operator', '#', '.')) return parsePointer(reader);
  if (reader.accept('Operator', '::')) {
    return parsePostfix(reader, parseCall(reader, reader.expect('Identifier'), []));
  }
  switch (token.kind) {
    case 'Identifier':
      return parseName(reader);
    case 'Number':
      return numberNode(reader, reader.next());
    case 'String':
      reader.next();
      return parsePostfix(reader, reader.make({ kind: 'text', value: token.text, at: token.at }));
    case 'Bytes': {
      reader.next();
      const value = Uint8Array.from(Array.from(token.text), (character) => character.charCodeAt(0));
      return parsePostfix(reader, reader.make({ kind: 'bytes', value, at: token.at }));
    }
    case 'Bracket':
      if (token.text === '[') return parsePostfix(reader, parseList(reader));
      if (token.text === '{') return parsePostfix(reader, parseMap(reader));
      throw reader.unexpected();
    case 'Operator':
    case 'EOF':
      throw reader.unexpected();
    default:
      return token.kind satisfies never;
  }
}

/** Members, indexes, slices and method calls behind an operand. */
export function parsePostfix(reader: Reader, operand: Node): Node {
  let node = operand;
  for (;;) {
    if (reader.is('Operator', '.', '?.')) {
      const optional = reader.next().text === '?.';
      node =
        optional && reader.is('Bracket', '[')
          ? parseIndex(reader, node, true)
          : parseMember(reader, node, optional);
    } else if (reader.is('Bracket', '[')) {
      node = parseIndex(reader, node, false);
    } else {
      return node;
    }
  }
}

/** `#`, `#acc`, or the missing `#` in front of `.field`, whose point is left for the member. */
function parsePointer(reader: Reader): Node {
  const { at } = reader.current;
  const name = reader.accept('Operator', '#') && reader.is('Identifier') ? reader.next().text : '';
  return parsePostfix(reader, reader.make({ kind: 'pointer', name, at }));
}

function parseName(reader: Reader): Node {
  const { text, at } = reader.next();
  if (text === 'true' || text === 'false') return reader.make({ kind: 'bool', value: text === 'true', at });
  if (text === 'nil') return reader.make({ kind: 'nil', at });
  const token: Token = { kind: 'Identifier', text, at };
  const node = reader.is('Bracket', '(')
    ? parseCall(reader, token, [])
    : reader.make({ kind: 'name', name: text, at });
  return parsePostfix(reader, node);
}

function parseMember(reader: Reader, operand: Node, optional: boolean): Node {
  const token = reader.next();
  const named = token.kind === 'Identifier' || (token.kind === 'Operator' && isLetter(token.text[0]));
  if (token.kind === 'EOF') throw new Fault('unexpected end of expression', token.at);
  if (!named) throw new Fault('expected name', reader.current.at);
  const { at } = token;
  const property = reader.make({ kind: 'text', value: token.text, at });
  // One chain holds all links, so that a missing one at its beginning skips them all.
  const chained = operand.kind === 'chain';
  const base = chained ? operand.node : operand;
  const method = reader.is('Bracket', '(');
  const member = reader.make({ kind: 'member', node: base, property, optional, method, at });
  const link: Node = method
    ? reader.make({ kind: 'call', callee: member, args: parseArguments(reader), at })
    : member;
  return chained || optional ? reader.make({ kind: 'chain', node: link, at }) : link;
}

function parseIndex(reader: Reader, operand: Node, optional: boolean): Node {
  const { at } = reader.expect('Bracket', '[');
  const from = reader.is('Operator', ':') ? null : parseExpression(reader, 0);
  if (from !== null && !reader.is('Operator', ':')) {
    const member = { kind: 'member', node: operand, property: from, optional, method: false, at } as const;
    const node = reader.make(member);
    const whole = optional ? reader.make({ kind: 'chain', node, at }) : node;
    reader.expect('Bracket', ']');
    return whole;
  }
  reader.next();
  const to = reader.is('Bracket', ']') ? null : parseExpression(reader, 0);
  const slice = reader.make({ kind: 'slice', node: operand, from, to, at });
  reader.expect('Bracket', ']');
  return slice;
}

function parseList(reader: Reader): Node {
  const { at } = reader.expect('Bracket', '[');
  const nodes: Node[] = [];
  while (!reader.is('Bracket', ']')) {
    if (nodes.length > 0) reader.expect('Operator', ',');
    // A comma may follow the last item.
    if (reader.is('Bracket', ']')) break;
    nodes.push(parseExpression(reader, 0));
  }
  reader.next();
  return reader.make({ kind: 'list', nodes, at });
}

function parseMap(reader: Reader): Node {
  const { at } = reader.expect('Bracket', '{');
  const pairs: Pair[] = [];
  while (!reader.is('Bracket', '}')) {
    if (pairs.length > 0) reader.expect('Operator', ',');
    if (reader.is('Bracket', '}')) break;
    if (pairs.length > 0 && reader.is('Operator', ',')) throw reader.unexpected();
    const key = parseKey(reader);
    reader.expect('Operator', ':');
    pairs.push({ key, value: parseExpression(reader, 0) });
  }
  reader.next();
  return reader.make({ kind: 'map', pairs, at });
}

function parseKey(reader: Reader): Node {
  const token = reader.current;
  if (reader.is('Number') || reader.is('String') || reader.is('Identifier')) {
    reader.next();
    return reader.make({ kind: 'text', value: token.text, at: token.at });
  }
  if (reader.is('Bracket', '(')) return parseExpression(reader, 0);
  const allowed = 'a quoted string, a number, a identifier, or an expression enclosed in parentheses';
  throw new Fault(`a map key must be ${allowed} (unexpected token ${describe(token)})`, token.at);
}

function numberNode(reader: Reader, token: Token): Node {
  const text = token.text.replaceAll('_', '').toLowerCase();
  const base = ({ '0x': 'hex', '0b': 'binary', '0o': 'octal' } as const)[text.slice(0, 2)];
  if (base !== 'hex' && /[.e]/.test(text)) {
    const value = numberOf(parseFloat64(text), { token, kind: 'float', parser: 'ParseFloat' });
    return reader.make({ kind: 'float', value, at: token.at });
  }
  const parsed = base === undefined ? parseInt64(text) : parseBased(text);
  const value = numberOf(parsed, { token, kind: base ?? 'integer', parser: 'ParseInt' });
  return reader.make({ kind: 'int', value, at: token.at });
}

function parseBased(text: string): Parsed<bigint> {
  if (!/^0(?:x[0-9a-f]+|b[01]+|o[0-7]+)$/.test(text)) return { kind: 'error', why: 'invalid syntax' };
  const value = BigInt(text);
  return value < 1n << 63n ? { kind: 'number', value } : { kind: 'error', why: 'value out of range' };
}

function numberOf<Size>(
  parsed: Parsed<Size>,
  about: { readonly token: Token; readonly kind: string; readonly parser: string },
): Size {
  if (parsed.kind === 'number') return parsed.value;
  const text = JSON.stringify(about.token.text.replaceAll('_', ''));
  const message = `invalid ${about.kind} literal: strconv.${about.parser}: parsing ${text}: ${parsed.why}`;
  throw new Fault(message, about.token.at);
}
