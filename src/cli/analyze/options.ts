import type { Argument } from '../../api/analysis.ts';
import { parseDuration } from '../../api/duration.ts';
import type { Milliseconds } from '../../core/time.ts';
import { Refusal } from '../refusal.ts';

/** Options of `analyze`, as they are typed. */
export interface AnalyzeOptions {
  readonly filename?: readonly string[];
  readonly output: 'text' | 'json' | 'junit';
  readonly color: boolean;
  /** Set: recorded counters are judged. */
  readonly input?: string;
  readonly template?: readonly string[];
  readonly argument?: readonly string[];
  readonly secret?: readonly string[];
  readonly fromRollout?: string;
  readonly prometheus?: string;
  readonly weight?: string;
  readonly for?: string;
  readonly timeout?: string;
  readonly keepJobs?: boolean;
  /** Set: the past is asked. */
  readonly replay?: boolean;
  readonly from?: string;
  readonly releases?: string;
  readonly rollout?: string;
  readonly after?: string;
  readonly at?: readonly string[];
  /** Set: the stable version is judged against itself. */
  readonly aa?: boolean;
  readonly windows?: string;
}

const NEEDS_METRICS = [
  'template',
  'argument',
  'secret',
  'fromRollout',
  'weight',
  'prometheus',
  'for',
  'timeout',
  'keepJobs',
] as const;
const NEEDS_REPLAY = ['from', 'releases', 'rollout', 'at', 'after', 'aa'] as const;
/** About releases, of which there are none where a version is judged against itself. */
const OF_RELEASES = ['releases', 'at', 'after', 'weight'] as const;

/** Refuses options that mean nothing together: nobody should believe that they were heard. */
export function refuseStrangers(options: AnalyzeOptions): void {
  const given = (names: readonly (keyof AnalyzeOptions)[]) =>
    names.filter((name) => options[name] !== undefined && !isEmpty(options[name])).map(flagOf);
  const [past] = given(NEEDS_REPLAY);
  if (past !== undefined && options.replay !== true) throw new Refusal(`${past} needs --replay`);
  const [odd] = given(OF_RELEASES);
  if (odd !== undefined && options.aa === true) throw new Refusal(`--aa and ${odd} cannot be used together`);
  if (options.windows !== undefined && options.aa !== true) throw new Refusal('--windows needs --aa');
  if (options.aa === true && options.output === 'junit')
    throw new Refusal('--aa tells text or json: no window is a test by itself');
  const [other] = given(['replay', ...NEEDS_METRICS]);
  if (options.input !== undefined && other !== undefined)
    throw new Refusal(`--input and ${other} cannot be used together`);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads `KEY=VALUE`. */
export function argumentOf(pair: string): Argument {
  const at = pair.indexOf('=');
  if (at < 1) throw new Refusal(`--argument: ${pair} is not of the form KEY=VALUE`);
  return { name: pair.slice(0, at), value: pair.slice(at + 1) };
}

const DAY_MS = 86_400_000;
const LONGEST_MS = 400 * DAY_MS;

/** Reads a span above zero such as `90s`, `1h30m`, `7d` or `2w`; null where it is not given. */
export function spanOf(flag: string, text: string | undefined): Milliseconds | null {
  if (text === undefined) return null;
  const [, count, unit] = /^(\d{1,4})([dw])$/.exec(text) ?? [];
  const ms = count === undefined ? parseDuration(text) : Number(count) * (unit === 'w' ? 7 : 1) * DAY_MS;
  if (ms === null || ms <= 0 || ms > LONGEST_MS)
    throw new Refusal(`${flag}: ${text} is not a duration such as 90s, 1h30m or 7d, of at most 400d`);
  return ms;
}

/** Reads an address of a server; null where it is not given. */
export function addressOf(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  // An address may hold a password, so it is not repeated.
  if (url === null || url.host === '' || !/^https?:$/.test(url.protocol))
    throw new Refusal(`${flag}: must be an address such as http://localhost:9090`);
  return text;
}

/** Reads a weight in percent, as a part of 1; null where it is not given. */
export function shareOf(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const percent = /^\d{1,2}(\.\d{1,3})?%?$/.test(text) ? Number.parseFloat(text) : 0;
  if (percent <= 0) throw new Refusal(`${flag}: ${text} is not a percentage over 0 and under 100`);
  return percent / 100;
}
