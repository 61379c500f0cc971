import type { RealAnswer } from './real.ts';

/** Relative: results of two programs that add in another order. */
const TOLERANCE = 1e-9;

/** Claims that the order of the result is a part of the answer. */
export function isOrdered(query: string): boolean {
  return /^(sort|sort_desc|topk|bottomk)\(/.test(query);
}

/** What differs between two answers of the HTTP API, in a line; null for nothing. */
export function differenceOf(
  ours: Pick<RealAnswer, 'status' | 'body'>,
  theirs: RealAnswer,
  ordered: boolean,
): string | null {
  const [own, other] = [read(ours.body, ordered), read(theirs.body, ordered)];
  if (ours.status === theirs.status && isClose(own, other)) return null;
  return `ours ${ours.status} ${show(own)}, theirs ${theirs.status} ${show(other)}`;
}

function read(body: string, ordered: boolean): unknown {
  const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
  if (answer['status'] === 'error') {
    // Where a query cannot be read at all, each says it in words of its own.
    // Which of several series clash first is chance.
    const message = String(answer['error']).replace(/match group .* on the (.*): \[\{.*\}\];/, '$1');
    return [answer['errorType'], message.includes('parse error') ? 'parse error' : message];
  }
  if (Array.isArray(answer['data'])) return answer['data'];
  const { resultType, result } = answer['data'] as { resultType: string; result: unknown };
  const isList = resultType === 'vector' || resultType === 'matrix';
  return [resultType, isList && !ordered ? byLabels(result) : result];
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
}

function byLabels(result: unknown): readonly unknown[] {
  const key = ({ metric }: Series) =>
    JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...(result as readonly Series[])].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isClose(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => isClose(one, b[i]));
  }
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [own, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
    return own.size === other.size && [...own].every(([name, value]) => isClose(value, other.get(name)));
  }
  return isCloseNumber(a, b);
}

/** Samples are numbers in texts. */
function isCloseNumber(a: unknown, b: unknown): boolean {
  const [x, y] = [Number(a), Number(b)];
  if (a === '' || b === '' || !Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 700 ? `${text.slice(0, 700)}…` : text;
}
