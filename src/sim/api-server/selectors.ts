import type { StringMap } from '../../api/meta.ts';
import { badRequest } from './errors.ts';
import { labelKeyFaults, labelValueFaults } from './names.ts';

/** Says whether labels are selected. */
export type LabelTest = (labels: StringMap) => boolean;

type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt';
const OPERATORS: Readonly<Record<string, Operator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};
const EXPECTED = 'in, notin, =, ==, !=, gt, lt';

/**
 * Reads a label selector such as `app=web,tier in (a,b),!old,size>3`; null selects everything. Throws
 * BadRequest in the words of the real server.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
export function labelSelector(text: string | null): LabelTest | null {
  if (text === null || text.trim() === '') return null;
  const tokens = new Tokens(text);
  const tests: LabelTest[] = [];
  const first = tokens.peek() ?? '';
  if (first !== '!' && isPunctuation(first)) {
    throw badRequest(`found '${first}', expected: !, identifier, or 'end of string'`);
  }
  for (;;) {
    tests.push(requirement(tokens));
    const next = tokens.take();
    if (next === null) break;
    if (next !== ',') throw badRequest(`found '${next}', expected: ',' or 'end of string'`);
    const after = tokens.peek();
    if (after === null || after === ',') {
      throw badRequest(`found '${after ?? ''}', expected: identifier after ','`);
    }
  }
  return (labels) => tests.every((test) => test(labels));
}

function requirement(tokens: Tokens): LabelTest {
  const isAbsence = tokens.peek() === '!';
  if (isAbsence) tokens.take();
  const key = tokens.take();
  if (key === null || isPunctuation(key)) throw unparsable(`found '${key ?? ''}', expected: identifier`);
  const [keyFault] = labelKeyFaults(key);
  if (keyFault !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyFault}`);
  if (isAbsence) return (labels) => !Object.hasOwn(labels, key);
  const next = tokens.peek();
  if (next === null || next === ',') return (labels) => Object.hasOwn(labels, key);
  tokens.take();
  const operator = OPERATORS[next];
  if (operator === undefined) throw unparsable(`found '${next}', expected: ${EXPECTED}`);
  const values = operator === 'in' || operator === 'notin' ? valueList(tokens) : [oneValue(tokens)];
  values.forEach((value, i) => {
    const [fault] = labelValueFaults(value);
    if (fault === undefined) return;
    throw unparsable(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${fault}`);
  });
  const [limit = ''] = values;
  if ((operator === 'gt' || operator === 'lt') && !/^-?\d+$/.test(limit)) {
    const why = "for 'Gt', 'Lt' operators, the value must be an integer";
    throw unparsable(`values[0]: Invalid value: ${JSON.stringify(limit)}: ${why}`);
  }
  return (labels) => holds(operator, Object.hasOwn(labels, key) ? labels[key] : undefined, values);
}

function holds(operator: Operator, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'gt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(values[0]);
    case 'lt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(values[0]);
    default:
      return operator satisfies never;
  }
}

function valueList(tokens: Tokens): readonly string[] {
  const open = tokens.take();
  if (open !== '(') throw unparsable(`found '${open ?? ''}' expected: '('`);
  const values: string[] = [];
  for (let expectsValue = true; ; ) {
    const token = tokens.take();
    if (token === null) {
      throw unparsable(`found '', expected: ',' or ')'${values.length === 0 ? ' or identifier' : ''}`);
    }
    if (token === ')') {
      if (expectsValue) values.push('');
      return values;
    }
    if (token === ',') {
      if (expectsValue) values.push('');
      expectsValue = true;
    } else {
      values.push(token);
      expectsValue = false;
    }
  }
}

function oneValue(tokens: Tokens): string {
  const next = tokens.peek();
  if (next === null || next === ',') return '';
  tokens.take();
  if (isPunctuation(next)) throw unparsable(`found '${next}', expected: identifier`);
  return next;
}

function isPunctuation(token: string): boolean {
  return /^(==|!=|[=!<>(),])$/.test(token);
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}

/** The words and signs of a selector, one after the other. */
class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? [];
  }

  peek(): string | null {
    return this.#tokens[this.#at] ?? null;
  }

  take(): string | null {
    const token = this.peek();
    this.#at++;
    return token;
  }
}
