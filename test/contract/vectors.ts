import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Played } from './case.ts';
import { type Difference, differencesOf, explains, type Listed, parseListed } from './difference.ts';
import type { Exchange } from './exchange.ts';

const FOLDER = join(import.meta.dirname, 'vectors');

/** What the real server answered when it was recorded, in the order of the cases. Throws where there is none. */
export function readVector(topic: string): readonly Played[] {
  const cases = JSON.parse(readFileSync(join(FOLDER, `${topic}.json`), 'utf8')) as Record<string, Exchange[]>;
  return Object.entries(cases).map(([name, exchanges]) => ({ name, exchanges }));
}

/** Keeps the answers of a topic: a line for each. */
export function writeVector(topic: string, played: readonly Played[]): void {
  const lines = ({ exchanges }: Played): string =>
    exchanges.map((exchange) => `    ${JSON.stringify(exchange)}`).join(',\n');
  const cases = played.map((one) => `  ${JSON.stringify(one.name)}: [\n${lines(one)}\n  ]`);
  writeFileSync(join(FOLDER, `${topic}.json`), `{\n${cases.join(',\n')}\n}\n`);
}

/** The list of differences that are left as they are. */
export const listed: readonly Listed[] = parseListed(
  readFileSync(join(import.meta.dirname, 'differences.yaml'), 'utf8'),
);

/** Where answers differ, case by case; one that only one of them was asked is a difference as a whole. */
export function compareTopic(
  topic: string,
  real: readonly Played[],
  simulated: readonly Played[],
): readonly Difference[] {
  const names = new Set([...real, ...simulated].map(({ name }) => name));
  const of = (played: readonly Played[], name: string): Played =>
    plain(played.find((one) => one.name === name) ?? { name, exchanges: [] });
  return [...names].flatMap((name) => differencesOf(topic, of(real, name), of(simulated, name)));
}

/** Differences that nobody has listed, as text. */
export function unlisted(differences: readonly Difference[]): readonly string[] {
  return differences
    .filter((difference) => !listed.some((one) => explains(one, difference)))
    .map(
      ({ case: name, asked, field, real, simulated }) =>
        `${name} | ${asked} | ${field}\n  real      ${short(real)}\n  simulated ${short(simulated)}`,
    );
}

/** Entries of the list that explain none of these differences: those about kubectl, or all others. */
export function unused(about: 'kubectl' | 'requests', differences: readonly Difference[]): readonly string[] {
  return listed
    .filter((one) => one.case.startsWith('kubectl:') === (about === 'kubectl'))
    .filter((one) => !differences.some((difference) => explains(one, difference)))
    .map((one) => `${one.case} | ${one.asked} | ${one.field}`);
}

const MOST = 400;

function short(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}...`;
}

/** As it is read back from a file: without what is undefined. */
function plain(played: Played): Played {
  return JSON.parse(JSON.stringify(played)) as Played;
}
