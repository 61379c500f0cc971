import type { CompareOutcome } from '../../api/compare.ts';
import { ICONS, type Look } from '../../view/look.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import type { TestCase } from './junit.ts';
import type { RunResult } from './runs.ts';

const LOOKS: Readonly<Record<CompareOutcome, Look>> = {
  Successful: 'good',
  Failed: 'bad',
  Inconclusive: 'unsure',
};

/** A run in words: what, when, why. */
export function runLines(
  { run, verdict, t, because, outcome, reason }: RunResult,
  paint: Paint,
): readonly string[] {
  const look = LOOKS[verdict];
  const name = run === '' ? '(run without a name)' : oneLine(run);
  const isOpen = because !== 'worse' && because !== 'proven';
  const ends = isOpen ? paint('dim', `; the analysis would end ${outcome}`) : '';
  return [
    `${paint(look, `${ICONS[look]} ${verdict}`)}  ${paint('title', name)}  at ${t}s${ends}`,
    `  ${oneLine(reason)}`,
  ];
}

/** How many runs came to what. */
export function summaryLine(results: readonly RunResult[]): string {
  const many = (verdict: CompareOutcome) => results.filter((one) => one.verdict === verdict).length;
  const runs = `${results.length} ${results.length === 1 ? 'run' : 'runs'}`;
  return `${runs}: ${many('Failed')} failed, ${many('Successful')} proven healthy, ${many('Inconclusive')} undecided`;
}

/** A run as one line of JSON. */
export function runJson({ evidence, ...result }: RunResult): string {
  const { run, verdict, t, reason, ...rest } = result;
  return JSON.stringify({ run, verdict, t, ...evidence, ...rest, reason });
}

const OUTCOMES: Readonly<Record<CompareOutcome, TestCase['outcome']>> = {
  Successful: 'passed',
  Failed: 'failure',
  Inconclusive: 'skipped',
};

/** A run for a build server: a failed run is a failure, an undecided one is skipped. */
export function runCase({ run, verdict, t, reason }: RunResult): TestCase {
  return { name: run, seconds: t, outcome: OUTCOMES[verdict], message: reason };
}
