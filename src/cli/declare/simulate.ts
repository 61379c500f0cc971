import type { Command } from 'commander';
import type { SimulateOptions } from '../commands/simulate.ts';
import type { GivenFlags } from '../flags.ts';
import type { Means } from './means.ts';

/** Declares the command that plays a release without a cluster. */
export function declareSimulate(program: Command, { io, done }: Means): void {
  program
    .command('simulate [file...]')
    .description('play a release in a simulated cluster: what would it do, and when?')
    .option('-f, --filename <file...>', 'manifests: files, folders, or - for standard input')
    .option('--scenario <name>', 'what the new version is like; see below', 'good')
    .option(
      '--image <image>',
      'image of the new version, NAME:TAG or CONTAINER=NAME:TAG; default: the next tag',
    )
    .option('--release <file...>', 'manifests of the new version, instead of another image')
    .option('--traffic <rate>', 'requests to each Rollout, such as 50rps', '50rps')
    .option(
      '--promote-pauses <when>',
      'when people promote at a pause without an end, and approve at a gate: after=30s, or never',
      'after=1m',
    )
    .option('--until <duration>', 'give up after this much simulated time', '24h')
    .option('--web-answer <json>', 'what web metrics are answered', '{"ok":true,"status":"ok","value":1}')
    .option('--expect <outcome>', 'fail unless it ends so: promoted, rolled-back')
    .option('--seed <seed>', 'decides what is left to chance', '1')
    .option('-o, --output <format>', 'text, wide (all events and measurements), json', 'text')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
Scenarios: good, bad-errors, few-errors, late-errors, bad-latency, slow-pods, never-ready, crash-loop,
bad-image, low-traffic, no-traffic, metrics-down`,
    )
    .action(async (files: string[], options: SimulateOptions, command: Command) => {
      const { namespace = 'default' } = command.optsWithGlobals<GivenFlags>();
      const { simulate } = await import('../commands/simulate.ts');
      done(await simulate(io, namespace, [...(options.filename ?? []), ...files], options));
    });
}
