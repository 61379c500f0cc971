import type { ApiAnswer, ApiRequest, Stream } from './api-server/http.ts';
import type { Clock } from './clock.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';

/** What becomes of a request on its way. `lateMs` is added to the time that it takes to get there. */
export type Fate =
  | { readonly kind: 'well'; readonly lateMs?: number }
  /** The connection breaks before the request has arrived. */
  | { readonly kind: 'lost' }
  /** It arrives and is carried out, but no answer comes: a time-out whose write did happen. */
  | { readonly kind: 'unheard' }
  /** Somebody in between answers in the server's place. */
  | { readonly kind: 'refused'; readonly answer: ApiAnswer }
  /** The process ends before the request has left, or as soon as the server has carried it out. */
  | { readonly kind: 'crash'; readonly isDone: boolean };

/** What becomes of a line of a watch. */
export type LineFate =
  | { readonly kind: 'well'; readonly lateMs?: number }
  | { readonly kind: 'missed' }
  | { readonly kind: 'twice' }
  /** The connection breaks before the line has arrived. */
  | { readonly kind: 'cut' };

/** Decides what goes wrong between one process and the API server. */
export interface Weather {
  request(request: ApiRequest): Fate;
  line(request: ApiRequest, line: string): LineFate;
}

/** Weather in which everything arrives. */
export const fairWeather: Weather = {
  request: () => ({ kind: 'well' }),
  line: () => ({ kind: 'well' }),
};

interface WireOptions {
  readonly server: { handle(request: ApiRequest): ApiAnswer };
  readonly clock: Clock;
  /** Of the process that asks: after its end it hears nothing more. */
  readonly life: Life;
  readonly random: Random;
  readonly weather: Weather;
  readonly onCrash: () => void;
}

/** Of undici's options, what a client sets. */
interface Options {
  readonly path: string;
  readonly method: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly signal?: unknown;
}

interface Heard {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The network between one process and the simulated API server: it takes a little time, keeps the order of
 * what comes on one watch, and does to requests what the weather says. A request that has left arrives even
 * if its sender is gone.
 */
export class Wire {
  readonly #io: WireOptions;
  readonly #open = new Set<() => void>();

  constructor(options: WireOptions) {
    this.#io = options;
  }

  request(options: Options): Promise<Heard> {
    const request = requestOf(options);
    const signal = options.signal instanceof AbortSignal ? options.signal : null;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortion());
      signal?.addEventListener('abort', () => reject(abortion()), { once: true });
      this.#send(request, signal, resolve, reject);
    });
  }

  /** Nobody is at this end any more. */
  close(): void {
    for (const stop of this.#open) stop();
    this.#open.clear();
  }

  #send(
    request: ApiRequest,
    signal: AbortSignal | null,
    resolve: (heard: Heard) => void,
    reject: (error: Error) => void,
  ): void {
    const { server, clock, life, weather, onCrash } = this.#io;
    const fate = weather.request(request);
    if (fate.kind === 'crash' && !fate.isDone) {
      onCrash();
      return;
    }
    const lateMs = fate.kind === 'well' ? (fate.lateMs ?? 0) : 0;
    clock.after(this.#delayMs() + lateMs, () => {
      if (fate.kind === 'lost') return void life.after(0, () => reject(broken()));
      const answer = fate.kind === 'refused' ? fate.answer : server.handle(request);
      if (fate.kind === 'unheard') return;
      if (fate.kind === 'crash') return onCrash();
      life.after(this.#delayMs(), () => resolve(this.#heard(request, answer, signal)));
    });
  }

  #heard(request: ApiRequest, { status, headers, body }: ApiAnswer, signal: AbortSignal | null): Heard {
    return {
      statusCode: status,
      headers,
      body: typeof body === 'string' ? whole(body) : this.#lines(request, body, signal),
    };
  }

  async *#lines(request: ApiRequest, stream: Stream, signal: AbortSignal | null): AsyncGenerator<Uint8Array> {
    const mailbox = new Mailbox();
    stream.onLine((line) => this.#deliver(mailbox, request, line));
    stream.onEnd(() => this.#later(mailbox, 0, () => mailbox.end(null)));
    const stop = (): void => stream.cancel();
    const abort = (): void => mailbox.end(abortion());
    signal?.addEventListener('abort', abort, { once: true });
    this.#open.add(stop);
    try {
      if (signal?.aborted) abort();
      yield* mailbox.read();
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#open.delete(stop);
      stop();
    }
  }

  #deliver(mailbox: Mailbox, request: ApiRequest, line: string): void {
    const fate = this.#io.weather.line(request, line);
    const times = fate.kind === 'twice' ? 2 : 1;
    if (fate.kind === 'missed') return;
    if (fate.kind === 'cut') this.#later(mailbox, 0, () => mailbox.end(broken()));
    else
      for (let i = 0; i < times; i++) {
        this.#later(mailbox, fate.kind === 'well' ? (fate.lateMs ?? 0) : 0, () => mailbox.put(line));
      }
  }

  /** One after the other: what comes later on a connection never overtakes. */
  #later(mailbox: Mailbox, lateMs: number, work: () => void): void {
    const { clock, life } = this.#io;
    mailbox.dueMs = Math.max(mailbox.dueMs, clock.elapsed() + this.#delayMs() + lateMs);
    life.after(mailbox.dueMs - clock.elapsed(), work);
  }

  #delayMs(): number {
    return 0.2 + this.#io.random.next();
  }
}

/** Lines that have arrived and have not been read. */
class Mailbox {
  dueMs = 0;
  readonly #lines: string[] = [];
  #end: Error | null | undefined = undefined;
  #wake: () => void = () => {};

  put(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  /** Null: the server has ended it in order. */
  end(error: Error | null): void {
    this.#end ??= error;
    this.#wake();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#end instanceof Error) throw this.#end;
      const text = this.#lines.splice(0).join('');
      if (text !== '') yield Buffer.from(text);
      else if (this.#end === null) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

async function* whole(body: string): AsyncGenerator<Uint8Array> {
  if (body !== '') yield Buffer.from(body);
}

function requestOf({ path, method, headers, body }: Options): ApiRequest {
  const given = Object.entries((headers ?? {}) as Record<string, string>);
  const named = given.map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    method,
    path,
    headers: Object.fromEntries(named) as Record<string, string>,
    body: typeof body === 'string' ? body : null,
  };
}

function broken(): Error {
  return Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
}

function abortion(): Error {
  return Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' });
}
