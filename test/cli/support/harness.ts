import type { Manifest } from '../../../src/api/meta.ts';
import type { ClusterFlags } from '../../../src/cli/flags.ts';
import type { ClusterUse, Io, Sink } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/program.ts';
import type { Clock } from '../../../src/shell/clock.ts';
import { FakeClock } from '../../shell/kube/fake-clock.ts';
import { Store } from './store.ts';

/** What a test gives to the commands. */
export interface Given {
  readonly objects?: readonly Manifest[];
  readonly now?: string;
  readonly terminal?: { readonly columns: number; readonly rows: number };
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly clock?: Clock;
}

/** What came out of a command. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The command line without a process: objects in memory, a clock that stands still, text instead of streams.
 */
export interface Harness {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly out: Recorder;
  readonly err: Recorder;
  /** The flags of every connection that was asked for. */
  readonly flags: ClusterFlags[];
  /** What for. */
  readonly uses: ClusterUse[];
  run(...argv: readonly string[]): Promise<Ran>;
  /** Ctrl-C. */
  interrupt(): void;
}

/** Collects what is written. */
export class Recorder implements Sink {
  text = '';
  readonly #size: Given['terminal'];

  constructor(size?: Given['terminal']) {
    this.#size = size;
  }

  get isTerminal(): boolean {
    return this.#size !== undefined;
  }

  size() {
    return this.#size ?? null;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** Makes a command line for one test. */
export function harness(given: Given = {}): Harness {
  const store = new Store(given.objects ?? []);
  const clock = new FakeClock(Date.parse(given.now ?? '2026-11-21T08:00:00Z'));
  const [out, err] = [new Recorder(given.terminal), new Recorder(given.terminal)];
  const ended = new AbortController();
  const flags: ClusterFlags[] = [];
  const uses: ClusterUse[] = [];
  const io: Io = {
    out,
    err,
    env: given.env ?? {},
    clock: given.clock ?? clock,
    ended: ended.signal,
    readStdin: () => Promise.resolve(given.stdin ?? ''),
    connect: (asked, use) => {
      uses.push(use);
      flags.push(asked);
      const namespace = asked.config.namespace ?? 'shop';
      return Promise.resolve({
        api: store,
        namespace,
        server: 'https://cluster',
        close: () => Promise.resolve(),
      });
    },
  };
  return {
    store,
    clock,
    out,
    err,
    flags,
    uses,
    run: async (...argv) => {
      const [o, e] = [out.text.length, err.text.length];
      const code = await main(argv, io);
      return { code, out: out.text.slice(o), err: err.text.slice(e) };
    },
    interrupt: () => ended.abort(),
  };
}

/** Waits until something holds; throws after ten seconds. Promises settle between two looks. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it never held');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
