import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareRecordings } from './compare.ts';
import type { Difference } from './difference.ts';
import { type Deliberate, sortDifferences } from './differences.ts';
import type { Place } from './place.ts';
import { play } from './play.ts';
import { readable } from './readable.ts';
import { formatRecording, type Recording } from './recording.ts';
import type { Scenario } from './scenario.ts';

/** What came of one playing: both recordings, and the differences that are not on purpose. */
export interface Round {
  readonly ours: Recording;
  readonly original: Recording;
  readonly unexpected: readonly Difference[];
  /** The deliberate differences that were seen. */
  readonly used: readonly Deliberate[];
}

/** Holds our recording of a scenario against the original's. */
function judge(ours: Recording, original: Recording, deliberate: readonly Deliberate[]): Round {
  return { ours, original, ...sortDifferences(ours, compareRecordings(ours, original), deliberate) };
}

/** Plays a scenario and holds it against the original's recording. */
export async function playRound(
  scenario: Scenario,
  original: Recording,
  { deliberate, place }: { readonly deliberate: readonly Deliberate[]; readonly place: Place },
): Promise<Round> {
  const agrees = (ours: Recording) => judge(ours, original, deliberate).unexpected.length === 0;
  return judge(await play({ scenario, original, agrees }, place), original, deliberate);
}

/** Writes down our recording, the same for people, and what differs, one JSON object a line. */
export function keep(folder: string, { ours, unexpected }: Round): void {
  mkdirSync(folder, { recursive: true });
  const rows = unexpected.map((difference) => `${JSON.stringify(difference)}\n`);
  writeFileSync(join(folder, `${ours.scenario}.differences.jsonl`), rows.join(''));
  writeFileSync(join(folder, `${ours.scenario}.jsonl`), formatRecording(ours));
  writeFileSync(join(folder, `${ours.scenario}.md`), readable(ours));
}
