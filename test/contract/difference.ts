import { parse } from 'yaml';
import * as z from 'zod';
import { matches } from '../compat/differences.ts';
import type { Played } from './case.ts';
import type { Exchange } from './exchange.ts';

/** A place where the two answer differently. */
export interface Difference {
  /** `topic: name` */
  readonly case: string;
  /** With the number of the exchange: `2 GET pods/x`. */
  readonly asked: string;
  /** Dotted path inside the exchange. */
  readonly field: string;
  /** JSON, or `nothing`. */
  readonly real: string;
  readonly simulated: string;
}

const entry = z.strictObject({
  /** `topic: name`; `*` allowed, as in the next two. */
  case: z.string(),
  asked: z.string().default('*'),
  field: z.string().default('*'),
  /** Text that what each answered must contain. */
  real: z.string().default(''),
  simulated: z.string().default(''),
  why: z.string().min(20),
});

/** A difference that is left as it is, and why. */
export type Listed = z.output<typeof entry>;

/** Parses the list of differences (YAML). Throws when an entry has no reason or a misspelt key. */
export function parseListed(text: string): readonly Listed[] {
  return z.array(entry).parse(parse(text) ?? []);
}

/** Whether an entry is about this difference. */
export function explains(listed: Listed, difference: Difference): boolean {
  return (
    matches(listed.case, difference.case) &&
    matches(listed.asked, difference.asked) &&
    matches(listed.field, difference.field) &&
    difference.real.includes(listed.real) &&
    difference.simulated.includes(listed.simulated)
  );
}

/** All places where a case was answered differently. */
export function differencesOf(topic: string, real: Played, simulated: Played): readonly Difference[] {
  const count = Math.max(real.exchanges.length, simulated.exchanges.length);
  return Array.from({ length: count }, (_, i): readonly Difference[] => {
    const [a, b] = [real.exchanges[i], simulated.exchanges[i]];
    const asked = `${i + 1} ${(a ?? b)?.asked ?? ''}`;
    const isOtherOutcome = a !== undefined && b !== undefined && isSuccess(a) !== isSuccess(b);
    // Where one refuses and the other does not, nothing else is of interest.
    const found = isOtherOutcome
      ? [{ field: 'code', real: outcome(a), simulated: outcome(b) }]
      : compare(a, b, '');
    return found.map((one) => ({ case: `${topic}: ${real.name}`, asked, ...one }));
  }).flat();
}

function isSuccess({ code }: Exchange): boolean {
  return code < 300;
}

function outcome({ code, body }: Exchange): string {
  return `${code} ${isFields(body) && typeof body['message'] === 'string' ? body['message'] : told(body)}`;
}

type Found = Pick<Difference, 'field' | 'real' | 'simulated'>;

function compare(real: unknown, simulated: unknown, field: string): readonly Found[] {
  if (Object.is(real, simulated)) return [];
  if (Array.isArray(real) && Array.isArray(simulated) && real.length === simulated.length) {
    return real.flatMap((item, i) => compare(item, simulated[i], join(field, String(i))));
  }
  if (isFields(real) && isFields(simulated)) {
    const keys = new Set([...Object.keys(real), ...Object.keys(simulated)]);
    return [...keys].flatMap((key) => compare(real[key], simulated[key], join(field, key)));
  }
  return [{ field, real: told(real), simulated: told(simulated) }];
}

function join(field: string, key: string): string {
  return field === '' ? key : `${field}.${key}`;
}

function told(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
