import type { Command } from 'commander';
import type { PromoteOptions } from '../commands/promote.ts';
import { declareCreate } from './create.ts';
import { type Means, onCluster } from './means.ts';

/** Declares the commands that change something. */
export function declareActions(program: Command, means: Means): void {
  declarePromote(program, means);
  declareStops(program, means);
  declareRetry(program, means);
  declareTerminate(program, means);
  declareTemplates(program, means);
  declareCreate(program, means);
}

function declarePromote(program: Command, means: Means): void {
  program
    .command('promote <name...>')
    .description('go on after a pause, or past the step in work; --full skips all that is left')
    .option('--full', 'skip analyses, pauses and steps')
    .addOption(program.createOption('-c, --skip-current-step', 'deprecated: promote').hideHelp())
    .addOption(program.createOption('-a, --skip-all-steps', 'deprecated: promote --full').hideHelp())
    .action(async (names: string[], options: PromoteOptions, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { promote } = await import('../commands/promote.ts');
        return promote(means.io, cluster, names, options);
      }),
    );
}

function declareStops(program: Command, means: Means): void {
  program
    .command('abort <name...>')
    .description('stop the update and go back to the stable version')
    .action(async (names: string[], _options: unknown, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { abort } = await import('../commands/abort.ts');
        return abort(means.io, cluster, names);
      }),
    );
  program
    .command('pause <name...>')
    .description('stop at the current step; promote goes on')
    .action(async (names: string[], _options: unknown, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { pause } = await import('../commands/pause.ts');
        return pause(means.io, cluster, names);
      }),
    );
  program
    .command('restart <name...>')
    .description('replace all pods, as many at a time as maxUnavailable allows')
    .option('-i, --in <duration>', 'begin after this time', '0s')
    .action(async (names: string[], options: { readonly in: string }, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { restart } = await import('../commands/restart.ts');
        return restart(means.io, cluster, names, options);
      }),
    );
}

function declareRetry(program: Command, means: Means): void {
  const retry = program
    .command('retry')
    .description('begin an aborted rollout or a finished experiment again');
  retry
    .command('rollout <name...>')
    .aliases(['ro', 'rollouts'])
    .description('begin an aborted update again, from its first step')
    .action(async (names: string[], _options: unknown, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { retryRollout } = await import('../commands/retry.ts');
        return retryRollout(means.io, cluster, names);
      }),
    );
  retry
    .command('experiment <name...>')
    .aliases(['exp', 'experiments'])
    .description('begin an experiment again')
    .action(async (names: string[], _options: unknown, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { retryExperiment } = await import('../commands/retry.ts');
        return retryExperiment(means.io, cluster, names);
      }),
    );
}

function declareTerminate(program: Command, means: Means): void {
  const terminate = program
    .command('terminate')
    .description('end an analysis run or an experiment with what it has found so far');
  const kinds = [
    { noun: 'analysisRun', aliases: ['ar', 'analysisruns'], words: 'end an analysis run' },
    { noun: 'experiment', aliases: ['exp', 'experiments'], words: 'end an experiment' },
  ] as const;
  for (const { noun, aliases, words } of kinds) {
    terminate
      .command(`${noun.toLowerCase()} <name...>`)
      .aliases(aliases)
      .description(words)
      .action(async (names: string[], _options: unknown, command: Command) =>
        onCluster(means, command, 'calls', async (cluster) => {
          const commands = await import('../commands/terminate.ts');
          return commands.terminate(means.io, cluster, noun, names);
        }),
      );
  }
}

function declareTemplates(program: Command, means: Means): void {
  program
    .command('undo <name>')
    .description('go back to the pod template of an earlier revision')
    .option('--to-revision <number>', 'revision to go back to; 0: the one before the latest', '0')
    .action(async (name: string, options: { readonly toRevision: string }, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { undo } = await import('../commands/undo.ts');
        return undo(means.io, cluster, name, options);
      }),
    );
  program
    .command('set')
    .description('change a rollout')
    .command('image <name> <container=image...>')
    .description('change images of containers; * stands for every container')
    .action(async (name: string, pairs: string[], _options: unknown, command: Command) =>
      onCluster(means, command, 'calls', async (cluster) => {
        const { setImage } = await import('../commands/set-image.ts');
        return setImage(means.io, cluster, name, pairs);
      }),
    );
}
