import type { Cancel, Clock } from '../clock.ts';

/**
 * A signal that aborts when `outer` does or after `timeoutMs`, and that leaves no timer and no listener
 * behind when it is disposed of. AbortSignal.timeout would keep its timer for the whole time: 30,000 of them
 * at 1,000 requests a second.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | null;
  readonly #cancel: Cancel | null;
  readonly #wire = new AbortController();
  readonly #stop = (): void => this.#abort();
  #hasPassed = false;

  /** Without `timeoutMs` (null) it waits for `outer` alone. */
  constructor(clock: Clock, timeoutMs: number | null, outer: AbortSignal | undefined) {
    this.#outer = outer ?? null;
    if (outer?.aborted) {
      this.#controller.abort();
      this.#wire.abort();
    }
    outer?.addEventListener('abort', this.#stop, { once: true });
    this.#cancel = timeoutMs === null ? null : clock.after(timeoutMs, () => this.#pass());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * The same for what has been handed to the wire: it aborts only when everything begun in this turn of the
   * event loop has left. HTTP/2 of Node 26.10 loops for ever over a request that is closed and destroyed, as
   * undici does, before its body has left: the next frame of any other request on that connection never comes
   * to an end (nghttp2_session_mem_send gives empty DATA frames without END_STREAM). Seen after a process was
   * asleep: timers began a request and cancelled it in one turn.
   */
  get wireSignal(): AbortSignal {
    return this.#wire.signal;
  }

  /** Whether the time was up before `outer` aborted. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#outer?.removeEventListener('abort', this.#stop);
  }

  #pass(): void {
    this.#hasPassed = !this.#controller.signal.aborted;
    this.#abort();
  }

  #abort(): void {
    this.#controller.abort();
    setImmediate(() => this.#wire.abort());
  }
}
