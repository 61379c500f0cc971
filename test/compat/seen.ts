import { type Holds, holdsOf } from './milestones.ts';
import type { Recording } from './recording.ts';
import { type Version, versionsOf } from './timeline.ts';

/** A recording with what is computed from it. */
export interface Seen {
  readonly recording: Recording;
  readonly versions: readonly Version[];
  readonly holds: ReadonlyMap<string, Holds>;
}

/** Computes what the comparison needs of a recording. */
export function see(recording: Recording): Seen {
  const versions = versionsOf(recording);
  return { recording, versions, holds: holdsOf(recording, versions) };
}
