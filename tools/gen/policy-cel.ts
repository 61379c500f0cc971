/**
 * A check in CEL, the language of ValidatingAdmissionPolicies: an expression that is a text, which says what is
 * wrong, and is empty where nothing is. Every expression is total: it asks for no field that may be absent.
 * Source: https://kubernetes.io/docs/reference/using-api/cel/
 */
export interface Check {
  /** The rules in it. */
  readonly names: readonly string[];
  readonly cel: string;
}

/** So many members of a list are looked at: the cost of a policy is bounded. The controller looks at all. */
export const MOST = 100;

/** The numbers from 0, as `each` needs them: older API servers have no other way to count. */
export const PLACES = `[${Array.from({ length: MOST }, (_, i) => i).join(', ')}]`;

/** One rule: what to say where a condition holds. */
export function rule(name: string, when: string, says: string): Check {
  return { names: [name], cel: `${when} ? ${says} : ''` };
}

/** Several checks as one, in their order. */
export function all(...checks: readonly Check[]): Check {
  const [first] = checks;
  const names = checks.flatMap((check) => check.names);
  if (checks.length === 1 && first !== undefined) return first;
  const members = checks.map((check) => check.cel).join(',\n');
  return { names, cel: `[\n${indented(members)}\n].filter(said, said != '').join('; ')` };
}

/** Checks that are made only where a condition holds. */
export function given(condition: string, ...checks: readonly Check[]): Check {
  const { names, cel } = all(...checks);
  return { names, cel: `${condition} ? (${cel}) : ''` };
}

/** Checks in which a name stands for an expression. */
export function bind(name: string, expression: string, ...checks: readonly Check[]): Check {
  const { names, cel } = all(...checks);
  return { names, cel: `[${expression}].map(${name}, ${cel})[0]` };
}

/** Checks of each member of a list; `index` stands for its number. */
export function each(index: string, list: string, ...checks: readonly Check[]): Check {
  const { names, cel } = all(...checks);
  const numbers = `variables.places.filter(${index}, ${index} < size(${list}))`;
  return { names, cel: `${numbers}.map(${index}, ${cel}).filter(said, said != '').join('; ')` };
}

/** Checks of each key of a map, in no certain order. */
export function eachKey(name: string, map: string, ...checks: readonly Check[]): Check {
  const { names, cel } = all(...checks);
  return { names, cel: `${map}.map(${name}, ${cel}).filter(said, said != '').join('; ')` };
}

/** How a key follows a path: with a dot, or quoted in brackets. */
export function keyed(key: string): string {
  return `(${key}.matches('^[A-Za-z_][A-Za-z0-9_-]*$') ? '.' + ${key} : '[' + strings.quote(${key}) + ']')`;
}

/** A text with CEL expressions in it, which must be texts, too. */
export function say(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const pieces = parts.flatMap((part, i) => {
    const value = values[i];
    return [...(part === '' ? [] : [literal(part)]), ...(value === undefined ? [] : [value])];
  });
  return pieces.length === 0 ? "''" : pieces.join(' + ');
}

/** A number, or true or false, as a text. */
export function shown(expression: string): string {
  return `string(${expression})`;
}

/** A text in quotes. Line ends in it are escaped: what a policy says may have none. */
export function quoted(expression: string): string {
  return `strings.quote(${expression})`;
}

/** An integer or a text as JSON. */
export function shownOrQuoted(expression: string): string {
  return `(type(${expression}) == int ? string(${expression}) : strings.quote(string(${expression})))`;
}

/** How a value is written as JSON. */
export type Json = (expression: string) => string;

/** An object as JSON: fields in this order, absent ones left out. */
export function record(fields: Readonly<Record<string, Json>>): Json {
  return (expression) => {
    const members = Object.entries(fields).map(
      ([name, json]) => `(has(${expression}.${name}) ? '"${name}":' + ${json(`${expression}.${name}`)} : '')`,
    );
    return `'{' + [${members.join(', ')}].filter(said, said != '').join(',') + '}'`;
  };
}

/** A list as JSON. */
export function listOf(name: string, item: Json): Json {
  return (expression) => `'[' + ${expression}.map(${name}, ${item(name)}).join(',') + ']'`;
}

/** A map as JSON, in no certain order. */
export function mapOf(name: string, item: Json): Json {
  return (expression) => {
    const member = `${quoted(name)} + ':' + ${item(`${expression}[${name}]`)}`;
    return `'{' + ${expression}.map(${name}, ${member}).join(',') + '}'`;
  };
}

/** A text that stands for itself. CEL reads what JSON writes. */
export function literal(text: string): string {
  return text.includes("'") || text.includes('\\') ? JSON.stringify(text) : `'${text}'`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
