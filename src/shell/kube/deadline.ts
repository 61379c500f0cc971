/**
 * A signal that aborts when `outer` does or after `timeoutMs`, and that leaves no timer and no listener
 * behind when it is disposed of. AbortSignal.timeout would keep its timer for the whole time: 30,000 of them
 * at 1,000 requests a second.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | null;
  readonly #timer: NodeJS.Timeout | null;
  readonly #stop = (): void => this.#controller.abort();
  #hasPassed = false;

  /** Without `timeoutMs` (null) it waits for `outer` alone. */
  constructor(timeoutMs: number | null, outer: AbortSignal | undefined) {
    this.#outer = outer ?? null;
    if (outer?.aborted) this.#stop();
    outer?.addEventListener('abort', this.#stop, { once: true });
    this.#timer = timeoutMs === null ? null : setTimeout(() => this.#pass(), timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time was up before `outer` aborted. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#stop);
  }

  #pass(): void {
    this.#hasPassed = !this.#controller.signal.aborted;
    this.#controller.abort();
  }
}
