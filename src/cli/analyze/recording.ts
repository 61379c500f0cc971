import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { readSources } from '../lint/files.ts';
import { Refusal } from '../refusal.ts';
import { paintFor } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { junit } from './junit.ts';
import { linesOf, type NumberedLine } from './lines.ts';
import type { AnalyzeOptions } from './options.ts';
import { readLine } from './record.ts';
import { runCase, runJson, runLines, summaryLine } from './report.ts';
import { MOST_RUNS, type RunResult, Runs } from './runs.ts';
import { readTemplates } from './template.ts';

/** Nothing could be judged: the template or the recording is wrong. */
const UNUSABLE = 2;
/** No run failed, and not all were proven to be healthy. */
const UNDECIDED = 3;
const MOST_PROBLEMS = 20;

/** What of the options says how a recording is judged. */
export interface RecordingOptions extends Pick<AnalyzeOptions, 'filename' | 'output' | 'color'> {
  readonly input: string;
}

/**
 * Judges recorded counters. Exit code 0 where every run is proven to be healthy, 1 where one failed, 3 where
 * none did and some are undecided, 2 where nothing could be judged.
 */
export async function judgeRecording(
  io: Io,
  { filename = [], input, output, color }: RecordingOptions,
): Promise<number> {
  if (filename.length === 0) throw new Refusal('which template? Name its file with -f');
  if (filename.includes('-') && input === '-')
    throw new Refusal('-f and --input cannot both be standard input');
  const template = readTemplates(await readSources(io, filename));
  if (template.kind === 'problems') {
    say(
      io.err,
      ...template.problems.slice(0, MOST_PROBLEMS).map((problem) => `Error: ${printable(problem)}`),
    );
    return UNUSABLE;
  }
  if (template.others.length > 0)
    say(io.err, `Not judged, as counters do not tell them: ${printable(template.others.join(', '))}`);
  const paint = paintFor(io.out, io, color);
  // People see verdicts as they are reached.
  const told = new Set<string>();
  const tell = (result: RunResult) => {
    told.add(result.run);
    say(io.out, ...runLines(result, paint));
  };
  const runs = new Runs(template.plan);
  if (!(await fed(io, input, runs, output === 'text' ? tell : () => {}))) return UNUSABLE;
  const results = runs.end();
  if (results.length === 0) throw new Refusal(`${input}: there is no line`);
  if (output === 'json') for (const result of results) say(io.out, runJson(result));
  else if (output === 'junit') say(io.out, ...junit(results.map(runCase)));
  else {
    for (const result of results) if (!told.has(result.run)) say(io.out, ...runLines(result, paint));
    say(io.out, summaryLine(results));
  }
  if (results.some(({ verdict }) => verdict === 'Failed')) return 1;
  return results.every(({ verdict }) => verdict === 'Successful') ? 0 : UNDECIDED;
}

/** Hands all lines to the runs. False where there are lines that cannot be read; those are told. */
async function fed(
  io: Io,
  input: string,
  runs: Runs,
  decided: (result: RunResult) => void,
): Promise<boolean> {
  let [wrong, late] = [0, 0];
  const complain = (line: NumberedLine, many: number, message: string) => {
    if (many <= MOST_PROBLEMS) say(io.err, printable(`${input}:${line.number}: ${message}`));
  };
  for await (const line of linesOf(io, input)) {
    const read = readLine(line.text);
    if (typeof read === 'string') {
      wrong += 1;
      complain(line, wrong, read);
      if (wrong > MOST_PROBLEMS) break;
      continue;
    }
    const taken = runs.take(read);
    if (runs.size > MOST_RUNS)
      throw new Refusal(`${input}:${line.number}: there are more than ${MOST_RUNS} runs`);
    if (typeof taken === 'string') {
      late += 1;
      complain(line, late, taken);
    } else if (taken !== null && wrong === 0) decided(taken);
  }
  if (late > MOST_PROBLEMS) say(io.err, `${input}: ${late} lines were left out in all`);
  if (wrong > MOST_PROBLEMS) say(io.err, `${input}: too many lines cannot be read; given up`);
  return wrong === 0;
}
