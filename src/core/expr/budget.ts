/** What one evaluation may use. */
export interface Limits {
  /** Nodes evaluated, plus the work of built-ins that grows with their input. About 20 million a second. */
  readonly steps: number;
  /**
   * Items of lists and maps made, and characters of text made, divided by 16. The original allows as much.
   */
  readonly memory: number;
}

/** Limits that no sensible condition reaches and that stop a runaway one within a fraction of a second. */
export const DEFAULT_LIMITS: Limits = { steps: 2_000_000, memory: 1_000_000 };

/**
 * An error of the expression itself. Thrown inside this folder only; `evaluate` and `compile` turn it into a
 * value.
 */
export class Fault extends Error {
  /** Where in the source, in characters from its start; null until the node is known. */
  at: number | null;
  constructor(message: string, at: number | null = null) {
    super(message);
    this.at = at;
  }
}

/** Counts what an evaluation uses and stops it when that is too much. */
export class Budget {
  private steps: number;
  private memory: number;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
    this.steps = limits.steps;
    this.memory = limits.memory;
  }

  /** Pays for work: one for a node, one for each item that a built-in looks at. */
  step(count = 1): void {
    this.steps -= count;
    if (this.steps < 0) throw new Fault(`evaluation stopped: more than ${this.limits.steps} steps`);
  }

  /** Pays for items that are about to be made. */
  grow(items: number): void {
    this.memory -= items;
    if (this.memory <= 0) throw new Fault('memory budget exceeded');
    this.step(items >> 3);
  }

  /** Pays for text that is about to be made. */
  growText(characters: number): void {
    this.grow(Math.ceil(characters / 16));
  }
}
