import type { Change } from './api.ts';

/** The latest changes, oldest first. Older ones are forgotten, by number or when told to. */
export class History {
  readonly #mostChanges: number;
  #changes: Change[] = [];
  #forgottenUntil = 0;

  constructor(mostChanges: number) {
    this.#mostChanges = mostChanges;
  }

  /** Changes up to and including this version are no longer known. */
  get forgottenUntil(): number {
    return this.#forgottenUntil;
  }

  add(change: Change): void {
    this.#changes.push(change);
    // By halves, so that forgetting costs next to nothing.
    if (this.#changes.length > 2 * this.#mostChanges) {
      this.forget(this.#changes[this.#mostChanges]?.version ?? 0);
    }
  }

  /** Every change after this version, oldest first. */
  since(version: number): readonly Change[] {
    return this.#changes.slice(this.#firstAfter(version));
  }

  /** Forgets changes before this version. */
  forget(beforeVersion: number): void {
    const gone = this.#firstAfter(beforeVersion - 1);
    this.#forgottenUntil = Math.max(this.#forgottenUntil, this.#changes[gone - 1]?.version ?? 0);
    this.#changes = this.#changes.slice(gone);
  }

  /** Index of the first change after this version. */
  #firstAfter(version: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
