import type { Health } from '../../shell/kube/reflection.ts';
import { explain } from '../explain.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';

/**
 * Tells the user when a watch breaks. It is tried again by itself, and only the first of equal failures is
 * told.
 */
export function tellTrouble(io: Io): (health: Health) => void {
  return (health) => {
    if (health.kind !== 'watching' && !io.ended.aborted)
      say(io.err, `Warning: ${explain(health.failure)}; trying again`);
  };
}
