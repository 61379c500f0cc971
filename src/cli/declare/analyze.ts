import { type Command, Option } from 'commander';
import type { AnalyzeOptions } from '../analyze/options.ts';
import { type GivenFlags, repeated } from '../flags.ts';
import type { Means } from './means.ts';

/** Declares the command that runs analyses: now, over the past, or over recorded counters. */
export function declareAnalyze(program: Command, { io, done }: Means): void {
  program
    .command('analyze')
    .description('run analysis templates from here: now, over past time, or over recorded counters')
    .option('-f, --filename <file...>', 'templates: files, folders, or - for standard input')
    .option('--template <name>', 'which template; default: all; may be repeated', repeated, [])
    .option('-a, --argument <key=value>', 'an argument of the templates; may be repeated', repeated, [])
    .option('--from-rollout <name>', 'arguments and templates as this Rollout names them')
    .option(
      '--secret <name/key=from>',
      'a key of a Secret: env:VARIABLE or file:PATH; may be repeated',
      repeated,
      [],
    )
    .option('--prometheus <url>', 'the Prometheus to ask, in place of the addresses in the templates')
    .option(
      '--weight <percent>',
      'what the canary gets, to say how much can be seen; default: as the Rollout, or 5',
    )
    .option('--for <duration>', 'end metrics without a count after this time, as a release would')
    .option('--timeout <duration>', 'give up after this time')
    .option('--keep-jobs', 'leave the Jobs of metrics in the cluster, with their logs')
    .option('--replay', 'ask Prometheus about the past: would these releases have passed?')
    .option('--from <duration>', 'how far back to look for releases; default: 7d')
    .option('--releases <number>', 'how many of the latest releases to replay')
    .option('--rollout <name>', 'the Rollout whose releases are looked for; default: that of --from-rollout')
    .option(
      '--at <time>',
      'when a release began, such as 2026-11-21T08:00:00Z; may be repeated',
      repeated,
      [],
    )
    .option('--after <duration>', 'begin so long after each release, as after its first steps')
    .option('--aa', 'judge the stable version against itself: how often is it failed for nothing?')
    .option('--windows <number>', 'how many windows of past time --aa looks at; default: 50')
    .option('--input <file>', 'judge recorded counters: JSON lines, or - for standard input')
    .addOption(
      new Option('-o, --output <format>', 'how to tell').choices(['text', 'json', 'junit']).default('text'),
    )
    .option('--no-color', 'no colours')
    .addHelpText('after', HELP)
    .action(async (options: AnalyzeOptions, command: Command) => {
      const { analyze } = await import('../commands/analyze.ts');
      done(await analyze(io, command.optsWithGlobals<GivenFlags>(), options));
    });
}

const HELP = `
Examples:
  kubectl sluice analyze -f success-rate.yaml -a service=shop --prometheus http://localhost:9090
  kubectl sluice analyze -f templates/ --replay --from 7d --releases 10 --rollout shop --for 10m
  kubectl sluice analyze -f compare.yaml --input counters.jsonl -o junit

A line of recorded counters: {"run": "a", "t": 15, "weight": 5, "canary": {"total": 812, "bad": 9},
"stable": {"total": 15170, "bad": 140}}. Counters count up to second t of the release; lines with a
negative t are from before it. Buckets of histograms are counters such as "le=0.25".

Exit code: 0 successful (all of them), 1 failed, 3 undecided, 2 nothing could be judged, 130 Ctrl-C.`;
