import type { Gate } from './gate.ts';

/** What came of the last try, and how many there were. */
export interface Tried<T> {
  readonly result: T;
  readonly tries: number;
}

/**
 * Tries something behind one gate after the other until it is good or there is no gate left. Each gate but the
 * first has a lock for each task that is tried: whoever needs no further try opens those of all later gates,
 * so that a gate is open when all others are through with those before it.
 */
export async function tryInTurn<T>(
  gates: readonly Gate[],
  once: () => Promise<T>,
  isGood: (result: T) => boolean,
): Promise<Tried<T>> {
  let through = 0;
  const pass = () => {
    through += 1;
    gates[through]?.countDown();
  };
  try {
    for (const gate of gates) {
      const result = await gate.run(once);
      pass();
      if (isGood(result) || through === gates.length) return { result, tries: through };
    }
    throw new Error('there is no gate to try anything behind');
  } finally {
    while (through < gates.length) pass();
  }
}
