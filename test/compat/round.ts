import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareRecordings } from './compare.ts';
import type { Difference } from './difference.ts';
import { type Deliberate, sortDifferences } from './differences.ts';
import { readable } from './readable.ts';
import { formatRecording, type Recording } from './recording.ts';

/** What came of one playing: both recordings, and the differences that are not on purpose. */
export interface Round {
  readonly ours: Recording;
  readonly original: Recording;
  readonly unexpected: readonly Difference[];
  /** The deliberate differences that were seen. */
  readonly used: readonly Deliberate[];
}

/** Holds our recording of a scenario against the original's. */
export function judge(ours: Recording, original: Recording, deliberate: readonly Deliberate[]): Round {
  return { ours, original, ...sortDifferences(ours, compareRecordings(ours, original), deliberate) };
}

/** Writes down our recording, the same for people, and what differs, one JSON object a line. */
export function keep(folder: string, { ours, unexpected }: Round): void {
  mkdirSync(folder, { recursive: true });
  const rows = unexpected.map((difference) => `${JSON.stringify(difference)}\n`);
  writeFileSync(join(folder, `${ours.scenario}.differences.jsonl`), rows.join(''));
  writeFileSync(join(folder, `${ours.scenario}.jsonl`), formatRecording(ours));
  writeFileSync(join(folder, `${ours.scenario}.md`), readable(ours));
}
