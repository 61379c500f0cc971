import { text } from 'node:stream/consumers';
import type { WriteStream } from 'node:tty';
import { systemClock } from '../shell/clock.ts';
import type { ClusterFlags } from './flags.ts';
import type { Cluster, ClusterUse, Io, Sink } from './io.ts';
import { main } from './program.ts';

/** Runs the command line of this process and sets its exit code. */
export async function runProcess(): Promise<void> {
  const ended = new AbortController();
  process.on('SIGINT', () => {
    // The second time somebody means it.
    if (ended.signal.aborted) process.exit(130);
    ended.abort();
  });
  process.on('SIGTERM', () => ended.abort());
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => leaveQuietly(error));
  const io: Io = {
    out: sink(process.stdout),
    err: sink(process.stderr),
    env: process.env,
    clock: systemClock,
    ended: ended.signal,
    readStdin: () => text(process.stdin),
    connect,
  };
  process.exitCode = await main(process.argv.slice(2), io);
}

/** The whole client takes longer to load than a call takes, so it is loaded only where it is needed. */
async function connect(flags: ClusterFlags, use: ClusterUse): Promise<Cluster> {
  if (use === 'calls') {
    const { openQuickCluster } = await import('./quick/cluster.ts');
    const quick = await openQuickCluster(flags);
    if (quick !== null) return quick;
  }
  const { openCluster } = await import('./cluster.ts');
  return openCluster(flags);
}

/** `kubectl sluice get ... | head -1` is no error of ours. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function sink(stream: NodeJS.WriteStream): Sink {
  const terminal = stream as WriteStream & { readonly isTTY?: boolean };
  return {
    write: (words) => {
      stream.write(words);
    },
    isTerminal: terminal.isTTY === true,
    size: () => (terminal.isTTY === true ? { columns: terminal.columns, rows: terminal.rows } : null),
  };
}
