import { parseDuration } from '../../../src/api/duration.ts';

/** A story as it is written in a file; `test/stories/README.md` says how. */
export interface Story {
  /** The first comment. */
  readonly title: string;
  readonly rollouts: readonly RolloutLine[];
  /** Requests a second to each rollout. */
  readonly perSecond: number;
  readonly deeds: readonly Deed[];
  /** When it ends, after its beginning; null: when nothing happens any more. */
  readonly untilMs: number | null;
  /** All events and measurements are told. */
  readonly isWide: boolean;
  /** What stands above the line, as it stands there. */
  readonly script: string;
  /** What stands below it. */
  readonly golden: string;
}

/** `rollout NAME: words, words`. */
export interface RolloutLine {
  readonly name: string;
  readonly words: readonly string[];
}

/** `at TIME [NAME] words`. */
export interface Deed {
  readonly atMs: number;
  /** The rollout; null: the only one, or none. */
  readonly name: string | null;
  readonly words: readonly string[];
}

/** Reads a story. Throws a SyntaxError that names the line. */
export function parseStory(text: string): Story {
  const at = text.indexOf('\n---\n');
  const script = at === -1 ? text.trimEnd() : text.slice(0, at);
  const golden = at === -1 ? '' : text.slice(at + '\n---\n'.length);
  const lines = script.split('\n');
  const title = lines.find((line) => line.startsWith('#'))?.replace(/^#\s*/, '') ?? '';
  const said = lines.map((line) => line.replace(/#.*$/, '').trim()).filter((line) => line !== '');
  const of = (word: string) => said.filter((line) => line.startsWith(`${word} `));
  const known = ['rollout', 'traffic', 'at', 'until', 'tell'];
  const wrong = said.find((line) => !known.some((word) => line.startsWith(`${word} `)));
  if (wrong !== undefined) throw new SyntaxError(`no sentence of a story: ${wrong}`);
  const rollouts = of('rollout').map(rolloutLine);
  const names = rollouts.map(({ name }) => name);
  return {
    title,
    rollouts,
    perSecond: Number(/^traffic (\d+(?:\.\d+)?)\/s$/.exec(of('traffic')[0] ?? 'traffic 0/s')?.[1]),
    deeds: of('at').map((line) => deed(line, names)),
    untilMs: untilOf(of('until')[0] ?? 'until rest'),
    isWide: of('tell').includes('tell everything'),
    script,
    golden,
  };
}

function rolloutLine(line: string): RolloutLine {
  const [, name, rest] = /^rollout ([a-z0-9-]+): (.+)$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) throw new SyntaxError(`not "rollout NAME: ...": ${line}`);
  return { name, words: rest.split(', ').map((words) => words.trim()) };
}

function deed(line: string, names: readonly string[]): Deed {
  const [, time = '', rest = ''] = /^at (\S+)\s+(.+)$/.exec(line) ?? [];
  const [first = '', ...others] = rest.split(/\s+/);
  const isNamed = names.includes(first);
  return {
    atMs: durationOf(time),
    name: isNamed ? first : null,
    words: isNamed ? others : [first, ...others],
  };
}

function untilOf(line: string): number | null {
  const words = line.replace(/^until /, '');
  return words === 'rest' ? null : durationOf(words);
}

/** Milliseconds. Throws a SyntaxError. */
export function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new SyntaxError(`not a duration: ${text}`);
  return ms;
}
