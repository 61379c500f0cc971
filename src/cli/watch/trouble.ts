import type { Health } from '../../shell/kube/reflection.ts';
import { complaint } from '../complaint.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';

/** What is wrong with a watch, for the user; null where nothing is. It is tried again by itself. */
export function troubleOf(health: Health): string | null {
  return health.kind === 'watching' ? null : `Warning: ${complaint(health.failure)}; trying again`;
}

/** Tells the user when a watch breaks; the first of equal failures only. */
export function tellTrouble(io: Io): (health: Health) => void {
  return (health) => {
    const trouble = troubleOf(health);
    if (trouble !== null && !io.ended.aborted) say(io.err, trouble);
  };
}
