import { type Command, Option } from 'commander';
import type { MigrateOptions } from '../commands/migrate.ts';
import { clusterFlags, type GivenFlags, repeated } from '../flags.ts';
import type { Means } from './means.ts';

/** What `migrate --help` shows; each line is run in a test. */
export const EXAMPLES = `
Examples:
  # A Rollout that takes its pods' template from a Deployment, as manifests for Git
  kubectl sluice migrate deployment/shop > rollout.yaml
  # The same, done now, step by step; after Ctrl-C the same command goes on
  kubectl sluice migrate deployment/shop --apply
  # A Rollout of its own, blue-green, in place of the Deployment
  kubectl sluice migrate deployment/shop --by copy --strategy blueGreen --apply --delete
  # Back: the Deployment serves again, then the Rollout goes
  kubectl sluice migrate rollout/shop --to deployment --apply
  # From Flagger, without a cluster
  kubectl sluice migrate -f canary.yaml -f metric-templates.yaml --mesh-provider nginx`;

/** Declares the command that takes workloads over and gives them back. */
export function declareMigrate(program: Command, { io, done }: Means): void {
  const migrate = program
    .command('migrate [target]')
    .description(
      'turn a Deployment, or a Canary of Flagger, into a Rollout, and a Rollout back into a Deployment',
    )
    .option(
      '-f, --filename <file>',
      'take objects from a file, a folder, or - for standard input, not from a cluster; may be repeated',
      (file: string, before: readonly string[] | undefined) => repeated(file, before ?? []),
    );
  for (const choice of CHOICES) migrate.addOption(choice);
  migrate
    .option('--service <name>', 'Service that users come through; default: found')
    .option('--apply', 'do it now, step by step, and wait; default: print manifests')
    .option('--delete', 'with --apply and --by copy: delete the Deployment in the end')
    .option('--timeout <duration>', 'with --apply: give up after this time; 0s: never', '10m')
    .option('--mesh-provider <name>', "Flagger's flag of this name, where the Canary names no provider")
    .option('--metrics-server <url>', "Flagger's flag of this name: the Prometheus of its own metrics")
    .addHelpText('after', EXAMPLES)
    .action(async (target: string | undefined, options: MigrateOptions, command: Command) => {
      const commands = await import('../commands/migrate.ts');
      const open = () => io.connect(clusterFlags(command.optsWithGlobals<GivenFlags>()), 'calls');
      done(await commands.migrate(io, open, target, options));
    });
}

/** Options that take one of a few words. */
const CHOICES: readonly Option[] = [
  new Option('--to <kind>', 'what a Rollout becomes').choices(['deployment']),
  new Option('--by <way>', "where the pods' template is kept: in the Deployment, or in the Rollout")
    .choices(['reference', 'copy'])
    .default('reference'),
  new Option('--strategy <name>', 'how new versions come out')
    .choices(['canary', 'blueGreen'])
    .default('canary'),
  new Option(
    '--scale-down <when>',
    "when a Deployment that is referred to loses its pods: as the Rollout's get ready, or after all have",
  )
    .choices(['progressively', 'onsuccess'])
    .default('progressively'),
  new Option('--force <version>', 'leave in the middle of an update, with this version').choices([
    'stable',
    'latest',
  ]),
  new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'),
];
