import type { Command } from 'commander';
import { clusterFlags, type GivenFlags } from '../flags.ts';
import type { Cluster, ClusterUse, Io } from '../io.ts';

/** What every command is declared with. */
export interface Means {
  readonly io: Io;
  /** Takes the exit code. */
  readonly done: (code: number) => void;
}

/** Runs work on the cluster that the global flags of `command` choose, and closes it afterwards. */
export async function onCluster(
  { io, done }: Means,
  command: Command,
  use: ClusterUse,
  work: (cluster: Cluster) => Promise<number>,
): Promise<void> {
  const cluster = await io.connect(clusterFlags(command.optsWithGlobals<GivenFlags>()), use);
  try {
    done(await work(cluster));
  } finally {
    await cluster.close();
  }
}
