import { type Command, Option } from 'commander';
import type { AnalyzeOptions } from '../commands/analyze.ts';
import type { Means } from './means.ts';

/** Declares the command that judges recorded counters. */
export function declareAnalyze(program: Command, { io, done }: Means): void {
  program
    .command('analyze')
    .description('judge recorded counters of canary and stable, as a template says')
    .option('-f, --filename <file...>', 'the template: files, folders, or - for standard input')
    .option('--input <file>', 'counters as JSON lines, or - for standard input')
    .addOption(
      new Option('-o, --output <format>', 'how to tell').choices(['text', 'json', 'junit']).default('text'),
    )
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
A line of input: {"run": "a", "t": 15, "weight": 5, "canary": {"total": 812, "bad": 9},
"stable": {"total": 15170, "bad": 140}}. Counters count up to second t of the release; lines with a
negative t are from before it. Buckets of histograms are counters such as "le=0.25".

Exit code: 0 all runs are proven to be healthy, 1 a run failed, 3 undecided, 2 nothing could be judged.`,
    )
    .action(async (options: AnalyzeOptions) => {
      const { analyze } = await import('../commands/analyze.ts');
      done(await analyze(io, options));
    });
}
