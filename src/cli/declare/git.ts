import type { Command } from 'commander';
import type { SyncOptions } from '../commands/sync.ts';
import { type Means, onCluster } from './means.ts';

/** Declares what works with a Git repository. */
export function declareGit(program: Command, means: Means): void {
  program
    .command('sync')
    .description('keep the cluster as a folder of a Git repository says, commit by commit')
    .requiredOption(
      '--repo <path|url>',
      'repository: a path, or a URL (https, ssh) that the program git reads',
    )
    .option('--branch <name>', 'branch to follow', 'main')
    .option('--path <folder>', 'folder of the repository with the manifests', '.')
    .option('--interval <duration>', 'time between looks; default: 10s for a path, 1m for a URL')
    .option('--once', 'sync once and wait for health; fail if anything is not applied or not healthy')
    .option('--timeout <duration>', 'wait so long for health after a sync; 0s: do not wait', '5m')
    .option('--self-heal', 'put back what people change or delete in the cluster; default: only tell')
    .option('--force-conflicts', 'take fields that others have set; never those of controllers at work')
    .option('--no-prune', 'keep objects that are in Git no more')
    .option('--prune-everything', 'prune also namespaces, CustomResourceDefinitions and volumes')
    .action(async (options: SyncOptions, command: Command) =>
      onCluster(means, command, 'watch', async (cluster) => {
        const { sync } = await import('../commands/sync.ts');
        return sync(means.io, cluster, options);
      }),
    );
}
