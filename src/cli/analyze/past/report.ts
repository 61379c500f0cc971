import { describeDuration } from '../../../api/duration.ts';
import { formatInstant, type Instant } from '../../../core/time.ts';
import { analysisLook, ICONS } from '../../../view/look.ts';
import type { Paint } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import { type Outcome, type Verdict, WORST_FIRST } from '../run/outcome.ts';

/** What would have come of a release, for people. */
const WORDS: Readonly<Record<Verdict, string>> = {
  Successful: 'would have passed',
  Failed: 'would have failed',
  Error: 'could not be judged',
  Inconclusive: 'undecided',
};

/** One line for a release: its beginning, what would have come of it, when, and why. */
export function releaseLine(outcome: Outcome, begunAt: Instant, paint: Paint): string {
  const { name, verdict, lastedMs, reasons } = outcome;
  const look = analysisLook(verdict);
  const begun = formatInstant(begunAt);
  const what = name === begun ? '' : `  ${paint('title', oneLine(name))}`;
  const why = reasons.length === 0 ? '' : `: ${oneLine(reasons.join('; '))}`;
  const said = paint(look, `${ICONS[look]} ${WORDS[verdict]}`);
  return `${begun}${what}  ${said} after ${describeDuration(lastedMs)}${why}`;
}

/** How many releases came to what. */
export function pastSummary(outcomes: readonly Outcome[]): string {
  const counts = WORST_FIRST.toReversed().flatMap((verdict) => {
    const many = outcomes.filter((one) => one.verdict === verdict).length;
    return many === 0 ? [] : [`${many} ${WORDS[verdict]}`];
  });
  return `${outcomes.length} ${outcomes.length === 1 ? 'release' : 'releases'}: ${counts.join(', ')}`;
}
