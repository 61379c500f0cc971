import type { Command } from 'commander';
import type { VoteOptions } from '../vote.ts';
import { type Means, onCluster } from './means.ts';

/** Declares what one can say to a gate. */
export function declareGates(program: Command, means: Means): void {
  withOptions(program.command('approve <name...>'))
    .description('say yes to the gate that a rollout waits at')
    .action(async (names: string[], options: VoteOptions, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { approve } = await import('../commands/approve.ts');
        return approve(means.io, cluster, names, options);
      }),
    );
  withOptions(program.command('reject <name...>'))
    .description('say no to it: the release is given up')
    .action(async (names: string[], options: VoteOptions, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { reject } = await import('../commands/reject.ts');
        return reject(means.io, cluster, names, options);
      }),
    );
}

function withOptions(command: Command): Command {
  return command
    .option('--gate <name>', 'the gate; default: the one that the rollout waits at')
    .option('--by <who>', 'who says it; default: the user that the API server knows')
    .option('--comment <text>', 'what else there is to say');
}
