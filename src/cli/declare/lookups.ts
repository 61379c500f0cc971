import { type Command, Option } from 'commander';
import type { ExplainOptions } from '../commands/explain.ts';
import type { GetOptions } from '../commands/get.ts';
import type { ListOptions } from '../commands/list.ts';
import type { StatusOptions } from '../commands/status.ts';
import type { ClusterUse } from '../io.ts';
import { type Means, onCluster } from './means.ts';

/** Declares the commands that only look. */
export function declareLookups(program: Command, means: Means): void {
  declareGet(program, means);
  declareExplain(program, means);
  declareList(program, means);
  declareStatus(program, means);
}

function declareGet(program: Command, means: Means): void {
  program
    .command('get')
    .description('show one rollout')
    .command('rollout <name>')
    .aliases(['ro', 'rollouts'])
    .description('show a rollout, what it waits for, and the tree of all that belongs to it')
    .option('-w, --watch', 'go on showing it as it changes')
    .addOption(program.createOption('--no-watch').hideHelp())
    .option('--no-color', 'no colours')
    .option('--timeout-seconds <seconds>', 'with --watch: give up after this time')
    .action(async (name: string, options: GetOptions, command: Command) =>
      onCluster(means, command, useOf(options.watch === true), async (cluster) => {
        const { getRollout } = await import('../commands/get.ts');
        return getRollout(means.io, cluster, name, options);
      }),
    );
}

function declareExplain(program: Command, means: Means): void {
  program
    .command('explain <name>')
    .description('say in plain words how a rollout is and why, what happens next, and what you can do')
    .addOption(new Option('-o, --output <format>', 'how to tell').choices(['text', 'json']).default('text'))
    .option('--no-color', 'no colours')
    .action(async (name: string, options: ExplainOptions, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { explainRollout } = await import('../commands/explain.ts');
        return explainRollout(means.io, cluster, name, options);
      }),
    );
}

function declareList(program: Command, means: Means): void {
  program
    .command('list')
    .description('list rollouts')
    .command('rollouts')
    .aliases(['ro', 'rollout'])
    .description('list the rollouts of a namespace, or of all')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--name <name>', 'only this one')
    .option('-w, --watch', 'go on: a line for every change')
    .addOption(program.createOption('--no-watch').hideHelp())
    .option('--timestamps', 'with --watch: begin each line with the time')
    .option('--no-color', 'no colours')
    .action(async (options: ListOptions, command: Command) =>
      onCluster(means, command, useOf(options.watch === true), async (cluster) => {
        const { listRollouts } = await import('../commands/list.ts');
        return listRollouts(means.io, cluster, options);
      }),
    );
}

function declareStatus(program: Command, means: Means): void {
  program
    .command('status <name>')
    .description('wait until a rollout is healthy; fail if it is degraded or the time is over')
    .option('-w, --watch', 'wait until it is healthy or degraded (default)')
    .option('--no-watch', 'say how it is now, and do not wait')
    .option('-t, --timeout <duration>', 'how long to wait, such as 60s; 0: for ever', '0s')
    .action(async (name: string, options: StatusOptions, command: Command) =>
      onCluster(means, command, useOf(options.watch !== false), async (cluster) => {
        const { status } = await import('../commands/status.ts');
        return status(means.io, cluster, name, options);
      }),
    );
}

function useOf(watches: boolean): ClusterUse {
  return watches ? 'watch' : 'calls';
}
