import type { AnalysisRun } from '../../api/analysis.ts';
import { parseDuration } from '../../api/duration.ts';
import { LABEL, ROLLOUT_TYPE } from '../../api/keys.ts';
import { proveConfig, readConfig } from '../../api/schema/step-plugins.ts';
import type { ProveConfig } from '../../api/step-plugins.ts';
import { type Proof, proofOf } from '../analysis/compare/proof.ts';
import { formatInstant } from '../time.ts';
import { ended, type Sees, type StepPlugin, type Turn, waiting } from './plugin.ts';

/**
 * Waits until the analysis in the background has proven that the canary is healthy, and has looked at what
 * was since the step began: so a release with much traffic goes on early, and one that nobody uses does not
 * go on by itself. A way back never waits for it.
 */
export const prove: StepPlugin<ProveConfig> = {
  name: 'sluice/prove',
  read: (config, path) => readConfig(proveConfig, config, path),
  run,
};

const MAX = '30m';

function run({ max = MAX, otherwise = 'pause' }: ProveConfig, _memo: unknown, sees: Sees): Turn {
  const found = backgroundRun(sees);
  const proof = found === null ? null : proofOf(found);
  if (proof?.kind === 'proven' && proof.since >= sees.startedAt) return ended('Successful', proof.words, {});
  const until = sees.startedAt + (parseDuration(max) ?? 0);
  const lack = lackIn(proof);
  if (sees.now < until) {
    const message = `until the canary is proven to be healthy, at most until ${formatInstant(until)}${lack}`;
    return waiting(message, {}, until);
  }
  const late = `not proven to be healthy within ${max}${lack}`;
  switch (otherwise) {
    case 'continue':
      return ended('Successful', `${late}; goes on all the same`, {});
    case 'abort':
      return ended('Failed', late, {});
    case 'pause':
      return waiting(`${late}: people decide`, {}, null);
    default:
      return otherwise satisfies never;
  }
}

/** Why a proof will not come by itself. The same words as long as it is so: they stand in the status. */
function lackIn(proof: Proof | null): string {
  if (proof?.kind === 'none') return '; no metric of the analysis compares canary and stable';
  if (proof?.kind !== 'notYet' || proof.lacks === null) return '';
  return `; there are no ${proof.lacks} to judge it by`;
}

/** The newest one that was made for this release: after a retry there are several. */
function backgroundRun({ runs, hash }: Sees): AnalysisRun | null {
  const mine = runs.filter(
    ({ metadata: { labels = {} } }) =>
      labels[LABEL.rolloutType] === ROLLOUT_TYPE.background && labels[LABEL.podTemplateHash] === hash,
  );
  return mine.reduce<AnalysisRun | null>(
    (newest, one) => (newest === null || madeAt(one) >= madeAt(newest) ? one : newest),
    null,
  );
}

function madeAt({ metadata }: AnalysisRun): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}
