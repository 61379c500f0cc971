import { parentPort } from 'node:worker_threads';
import { draw } from './draw.ts';
import { type Played, play } from './play.ts';

/** What a worker tells of one seed; `crash` is what was thrown, where nothing may be. */
export interface Told {
  readonly seed: string;
  readonly played: Played | null;
  readonly crash: string | null;
}

// Plays every seed that it is given, one after the other.
parentPort?.on('message', (seed: string) => void tell(seed));

async function tell(seed: string): Promise<void> {
  const told = await play(draw(seed)).then(
    (played): Told => ({ seed, played, crash: null }),
    (error: unknown): Told => ({ seed, played: null, crash: textOf(error) }),
  );
  parentPort?.postMessage(told);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
