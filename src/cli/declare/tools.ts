import { type Command, Option } from 'commander';
import type { LintOptions } from '../commands/lint.ts';
import { clusterFlags, type GivenFlags } from '../flags.ts';
import type { Means } from './means.ts';

/** Declares the commands that need no rollout: lint, version, completion. */
export function declareTools(program: Command, means: Means): void {
  declareLint(program, means);
  declareVersion(program, means);
  declareCompletion(program, means);
}

function declareLint(program: Command, { io, done }: Means): void {
  program
    .command('lint [file...]')
    .description('check manifests without a cluster: every mistake, with its place')
    .option('-f, --filename <file...>', 'files, folders, or - for standard input')
    .addOption(
      new Option('-o, --output <format>', 'how to tell').choices(['text', 'json', 'github']).default('text'),
    )
    .option('--no-color', 'no colours')
    .action(async (files: string[], options: LintOptions) => {
      const { lint } = await import('../commands/lint.ts');
      done(await lint(io, [...(options.filename ?? []), ...files], options));
    });
}

function declareVersion(program: Command, { io, done }: Means): void {
  program
    .command('version')
    .description('print the versions of this program and of the cluster')
    .option('--short', 'only the number')
    .option('--client', 'do not ask the cluster')
    .action(async (options: { short?: boolean; client?: boolean }, command: Command) => {
      const { version } = await import('../commands/version.ts');
      done(await version(io, clusterFlags(command.optsWithGlobals<GivenFlags>()), options));
    });
}

function declareCompletion(program: Command, { io, done }: Means): void {
  program
    .command('completion <shell>')
    .description('print a script that completes commands and names: bash, zsh, fish, or kubectl')
    .action(async (shell: string) => {
      const { completion } = await import('../commands/completion.ts');
      done(completion(io, shell));
    });
  program
    .command('__complete [word...]', { hidden: true })
    .description('print what may come next')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (_words: string[], _options: unknown, command: Command) => {
      const { complete } = await import('../commands/complete.ts');
      done(await complete(io, program, command.args));
    });
}
