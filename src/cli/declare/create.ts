import type { Command } from 'commander';
import type { CreateOptions } from '../commands/create.ts';
import type { CreateRunOptions } from '../commands/create-run.ts';
import { repeated } from '../flags.ts';
import { type Means, onCluster } from './means.ts';

/** Declares the commands that create objects: of files, and analyses by themselves. */
export function declareCreate(program: Command, means: Means): void {
  const create = program
    .command('create')
    .description('create a rollout, an experiment, a template or an analysis run from a file')
    .option('-f, --filename <file>', 'what to create; may be repeated', repeated, [])
    .option('-w, --watch', 'go on showing the rollout that is created')
    .addOption(program.createOption('--no-watch').hideHelp())
    .option('--no-color', 'no colours')
    .action(async (options: CreateOptions, command: Command) =>
      onCluster(means, command, options.watch === true ? 'watch' : 'calls', async (cluster) => {
        const commands = await import('../commands/create.ts');
        return commands.create(means.io, cluster, options);
      }),
    );
  create
    .command('analysisrun')
    .aliases(['ar', 'analysisruns'])
    .description('run an analysis template')
    .option('--from <template>', 'a template of the cluster')
    .option('--from-file <file>', 'a template in a file')
    .option('--global', 'it is a ClusterAnalysisTemplate')
    .option('-a, --argument <key=value>', 'an argument of the template; may be repeated', repeated, [])
    .option('--name <name>', 'name of the run; default: that of the template and a random end')
    .option('--generate-name <prefix>', 'how the name of the run begins')
    .option('--instance-id <id>', 'instance id of the controller that should run it')
    .option('--wait', 'show it until it is over; the exit code is then that of analyze')
    .option('--timeout <duration>', 'wait no longer than this')
    .action(async ({ wait }: CreateRunOptions, command: Command) =>
      onCluster(means, command, wait === true ? 'watch' : 'calls', async (cluster) => {
        const { createRun } = await import('../commands/create-run.ts');
        return createRun(means.io, cluster, command.optsWithGlobals<CreateRunOptions>());
      }),
    );
}
