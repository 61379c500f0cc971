import type { Exchange } from './exchange.ts';
import { textNormaliser } from './normal-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A case as it was played: when it began, milliseconds since the epoch, and where. */
export interface Circumstances {
  readonly begun: number;
  readonly namespace: string;
}

/**
 * Exchanges without what differs from run to run: uids become numbers in the order in which they are met,
 * versions of an object become 1, 2, ... in the order of the counter, and of times, addresses and generated
 * names it is only kept that they are there. All else stays.
 */
export function normalised(trace: readonly Exchange[], around: Circumstances): readonly Exchange[] {
  const ranks = ranksOf(trace);
  const text = textNormaliser(around, generatedNames(trace));
  const uids = new Map<string, string>();
  const numbered = (uid: string): string => {
    const known = uids.get(uid) ?? `<uid ${uids.size + 1}>`;
    uids.set(uid, known);
    return known;
  };
  const final: Rules = { ranks, text, uid: numbered };
  const blind: Rules = { ranks, text, uid: () => '<uid>' };
  return trace.map((exchange) => {
    const ordered = inOrder(exchange.body, blind);
    const { asked, code, body: _, ...rest } = exchange;
    const told = walk(rest, '', final) as Fields;
    return { asked: text(asked), code, ...told, body: walk(ordered, '', final) } as Exchange;
  });
}

interface Rules {
  readonly ranks: ReadonlyMap<string, string>;
  readonly text: (value: string) => string;
  readonly uid: (uid: string) => string;
}

const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
/** Values under these keys say something about the machine or about chance. */
const BLANK: ReadonlySet<string> = new Set(['nodePort', 'healthCheckNodePort']);

function walk(value: unknown, key: string, rules: Rules): unknown {
  if (Array.isArray(value)) {
    const items = key === 'managedFields' || key === 'causes' ? sorted(value as readonly Fields[]) : value;
    return items.map((item) => walk(item, '', rules));
  }
  if (isFields(value)) return walkFields(value, rules);
  if (BLANK.has(key) && typeof value === 'number' && value !== 0) return `<${key}>`;
  if (typeof value !== 'string') return value;
  if (key === 'resourceVersion' && /^[1-9]\d*$/.test(value)) return '<version>';
  if (key === 'continue') return rules.text(continuation(value));
  if (key === 'storageVersionHash' || key === 'pod-template-hash') return '<hash>';
  return rules.text(value.replace(UID, rules.uid));
}

function walkFields(fields: Fields, rules: Rules): Fields {
  // By key, so that the numbers of uids do not depend on the order in which somebody writes fields.
  const ordered = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = ordered.map(([key, value]): [string, unknown] => [
    rules.text(key.replace(UID, rules.uid)),
    walk(value, key, rules),
  ]);
  const walked = Object.fromEntries(entries) as Fields;
  if (walked['reason'] === 'Invalid' && isFields(walked['details'])) return withSortedMessage(walked);
  const rank = rules.ranks.get(identity(fields));
  return rank === undefined ? walked : { ...walked, resourceVersion: rank };
}

/** The real server goes through the fields of custom resources in an order of chance. */
function withSortedMessage(status: Fields): Fields {
  const { causes = [] } = status['details'] as { readonly causes?: readonly Fields[] };
  const parts = [...new Set(causes.map(({ field, message }) => `${String(field)}: ${String(message)}`))];
  const told = String(status['message']);
  const begin = told.indexOf('is invalid: [');
  if (begin < 0 || !parts.every((part) => told.includes(part))) return status;
  const message = `${told.slice(0, begin)}is invalid: [${parts.sort().join(', ')}]`;
  return message.length === told.length ? { ...status, message } : status;
}

/**
 * Entries of managers and causes of refusals, in an order of their own: the server orders the former by the
 * second of the write, and the latter by chance where several managers are in the way. Messages tell the
 * order of causes where there is one.
 */
function sorted(entries: readonly Fields[]): readonly Fields[] {
  const named = ({ manager, operation, subresource, fieldsV1, field, message }: Fields): string =>
    JSON.stringify([manager, operation, subresource, fieldsV1, field, message]);
  return entries.toSorted((a, b) => (named(a) < named(b) ? -1 : 1));
}

/** Where the next page begins, as far as it does not depend on the run. */
function continuation(token: string): string {
  try {
    const { start, v } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Fields;
    return JSON.stringify({ v, start });
  } catch {
    return token;
  }
}

/** The rank of each version among the versions of its object that were seen. */
function ranksOf(trace: readonly Exchange[]): ReadonlyMap<string, string> {
  const versions = new Map<string, Set<number>>();
  visit(trace, (fields) => {
    const { uid, resourceVersion } = fields;
    if (typeof uid !== 'string' || typeof resourceVersion !== 'string' || !isMetadata(fields)) return;
    const seen = versions.get(uid) ?? new Set();
    versions.set(uid, seen.add(Number(resourceVersion)));
  });
  const ranks = new Map<string, string>();
  for (const [uid, seen] of versions) {
    const order = [...seen].sort((a, b) => a - b);
    for (const [i, version] of order.entries()) ranks.set(`${uid} ${version}`, `<version ${i + 1}>`);
  }
  return ranks;
}

function identity(fields: Fields): string {
  return isMetadata(fields) ? `${String(fields['uid'])} ${String(fields['resourceVersion'])}` : '';
}

/** References to objects have a uid and a version too. */
function isMetadata(fields: Fields): boolean {
  return !('kind' in fields) && 'name' in fields;
}

/** Names that the server completed, with what they were completed from. */
function generatedNames(trace: readonly Exchange[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  visit(trace, ({ generateName, name }) => {
    if (typeof generateName !== 'string' || typeof name !== 'string') return;
    if (!name.startsWith(generateName) || name.length !== generateName.length + 5) return;
    names.set(name, `${generateName}<x>`);
  });
  return names;
}

/** Lists of objects whose names are chance are put in the order of what they hold. */
function inOrder(value: unknown, blind: Rules): unknown {
  if (!isFields(value)) return value;
  const { items, rows, columnDefinitions } = value;
  if (Array.isArray(columnDefinitions) && Array.isArray(rows)) return ageless(value);
  if (Array.isArray(items) && items.some(isGenerated)) return { ...value, items: byContent(items, blind) };
  return value;
}

/** Columns that say how long something has been so. */
const AGES: ReadonlySet<unknown> = new Set(['Age', 'Duration', 'Last Seen', 'First Seen']);

function ageless(table: Fields): Fields {
  const columns = table['columnDefinitions'] as readonly Fields[];
  const rows = (table['rows'] as readonly Fields[]).map((row) => ({
    ...row,
    cells: (row['cells'] as readonly unknown[]).map((cell, i) =>
      AGES.has(columns[i]?.['name']) && /^\d/.test(String(cell)) ? '<age>' : cell,
    ),
  }));
  return { ...table, rows };
}

function isGenerated(item: unknown): boolean {
  return isFields(item) && isFields(item['metadata']) && 'generateName' in item['metadata'];
}

function byContent(items: readonly unknown[], blind: Rules): readonly unknown[] {
  const keyed = items.map((item) => ({ item, key: JSON.stringify(walk(item, '', blind)) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item);
}

function visit(value: unknown, look: (fields: Fields) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, look);
  else if (isFields(value)) {
    look(value);
    for (const child of Object.values(value)) visit(child, look);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
