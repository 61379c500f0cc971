import { complaint } from './complaint.ts';
import type { Io } from './io.ts';
import { say } from './lines.ts';

/**
 * Does something with each name, one after the other. One that cannot be done is told and does not keep the
 * others from being done. Returns the exit code.
 */
export async function each(
  io: Io,
  names: readonly string[],
  work: (name: string) => Promise<string>,
): Promise<number> {
  let code = 0;
  for (const name of names) {
    try {
      say(io.out, await work(name));
    } catch (error) {
      if (io.ended.aborted) throw error;
      say(io.err, `Error: ${complaint(error)}`);
      code = 1;
    }
  }
  return code;
}
