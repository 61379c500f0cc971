import { formatInstant } from '../../../core/time.ts';
import type { TestCase } from '../junit.ts';
import type { MetricOutcome, Outcome, Verdict } from './outcome.ts';
import { plainMeasurement } from './words.ts';

/** A run as one line of JSON. `t` are the seconds that it lasted. */
export function outcomeJson(outcome: Outcome, more: object = {}): string {
  const { name, verdict, lastedMs, startedAt, reasons, metrics } = outcome;
  return JSON.stringify({
    run: name,
    verdict,
    t: lastedMs / 1000,
    startedAt: formatInstant(startedAt),
    ...more,
    metrics: metrics.map(({ name: metric, result, measurements }) => {
      const {
        name: _name,
        measurements: _latest,
        metadata: _notes,
        ...counts
      } = result ?? { phase: 'Pending' };
      return { name: metric, ...counts, measurements: measurements.map(plainMeasurement) };
    }),
    reason: reasons.join('; '),
  });
}

const OUTCOMES: Readonly<Record<Verdict, TestCase['outcome']>> = {
  Successful: 'passed',
  Failed: 'failure',
  Error: 'error',
  Inconclusive: 'skipped',
};

/** A run as one test. */
export function outcomeCase({ name, verdict, lastedMs, reasons }: Outcome): TestCase {
  return { name, seconds: lastedMs / 1000, outcome: OUTCOMES[verdict], message: reasons.join('; ') };
}

/** A run as a test for each metric, and one more for what is about none of them. */
export function metricCases(outcome: Outcome): readonly TestCase[] {
  const { verdict, metrics } = outcome;
  const cases = metrics.map((metric) => metricCase(outcome, metric));
  const isTold = verdict === 'Successful' || cases.some((one) => one.outcome === OUTCOMES[verdict]);
  return isTold ? cases : [outcomeCase(outcome), ...cases];
}

function metricCase({ reasons, lastedMs }: Outcome, { name, result }: MetricOutcome): TestCase {
  const phase = result?.phase ?? 'Pending';
  const seconds = lastedMs / 1000;
  // What a dry run comes to counts for nothing.
  const isOpen = phase === 'Pending' || phase === 'Running' || result?.dryRun === true;
  const verdict: Verdict = isOpen ? 'Inconclusive' : phase;
  const message = reasons.find((reason) => reason.startsWith(`${name} `)) ?? result?.message ?? '';
  const open = result?.dryRun === true ? `dry run: ${phase}` : 'not measured to its end';
  return { name, seconds, outcome: OUTCOMES[verdict], message: isOpen ? open : message };
}
