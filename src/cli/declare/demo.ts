import { type Command, Option } from 'commander';
import type { DemoOptions } from '../commands/demo.ts';
import type { Means } from './means.ts';

/** Declares the demo, which brings all that it needs. */
export function declareDemo(program: Command, { io, done }: Means): void {
  program
    .command('demo')
    .description('show a good and a bad release on this machine, from the commit to the Slack message')
    .option(
      '--scenario <name>',
      'all (a good and a bad release), blue-green (the same with a preview and a switch), good, bad, bad-latency, bad-image, crashes, slow-pods, metrics-down, none',
      'all',
    )
    .addOption(
      new Option('--router <name>', 'what splits the traffic').choices(['nginx', 'gateway']).default('nginx'),
    )
    .option('--rate <n>', 'requests of users a second, 1 to 200', '60')
    .option('--seed <text>', 'decides what is left to chance', '1')
    .option('--speed <n>', 'how many times as fast, 1 to 4', '1')
    .option('--keep', 'go on at the end, to try things, until Ctrl-C')
    .option('--no-color', 'no colours')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('../commands/demo.ts');
      done(await demo(io, options));
    });
}
