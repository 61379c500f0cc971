/**
 * Lets no more than a number of tasks run at a time, in the order in which they came; closed until counted
 * down.
 */
export class Gate {
  #free: number;
  #locks: number;
  readonly #waiting: (() => void)[] = [];

  /** `width` tasks at a time, once `countDown` was called `locks` times. */
  constructor(width: number, locks: number) {
    this.#free = width;
    this.#locks = locks;
  }

  /** Opens one of the locks. */
  countDown(): void {
    this.#locks -= 1;
    this.#admit();
  }

  /** Runs a task when its turn has come. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
    try {
      return await task();
    } finally {
      this.#free += 1;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#locks <= 0 && this.#free > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#free -= 1;
      next();
    }
  }
}
