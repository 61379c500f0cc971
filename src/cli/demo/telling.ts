import type { AnalysisRun, Measurement } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { sayMeasurement } from '../../core/analysis/why.ts';
import type { Change, LocalApi } from '../../sim/api-server/api.ts';
import { viewOf } from '../../view/rollout-view.ts';
import type { Line } from './line.ts';
import { partsIn } from './parts.ts';
import { previewOf, shareOf } from './share.ts';

type Tell = (line: Line) => void;

/**
 * Tells what happens in the cluster as it happens: what the controller says in Events, in its own words, what
 * it measured, and where traffic goes. Returns how to stop that.
 */
export function tellChanges(api: LocalApi, tell: Tell): () => void {
  const weights = weightTeller(api, tell);
  return api.onChange((change) => {
    switch (change.kind.kind) {
      case 'Event':
        return tellEvent(change, tell);
      case 'AnalysisRun':
        return tellMeasurements(change, tell);
      case 'Rollout':
        return weights();
      default:
        return;
    }
  });
}

/** An Event of Kubernetes, as far as it is told. */
interface Event extends Manifest {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string };
  readonly count?: number;
}

/** Of all others only warnings are told, but for those that a measurement or an abort tells better. */
const TOLD: Readonly<Record<string, Line['look']>> = {
  RolloutUpdated: null,
  RolloutStepCompleted: null,
  RolloutAborted: 'bad',
  RolloutCompleted: 'good',
  SkipSteps: 'good',
};
const TOLD_BETTER = /^(AnalysisRun|Metric)/;

function tellEvent({ before, after }: Change, tell: Tell): void {
  const event = after as Event | null;
  if (event?.source?.component !== 'rollouts-controller') return;
  const { reason = '', message = '', type, count = 1 } = event;
  const isNews = before === null || count > ((before as Event).count ?? 1);
  const look = TOLD[reason];
  if (!isNews) return;
  if (look !== undefined) tell({ who: 'sluice', text: message, look });
  else if (type === 'Warning' && !TOLD_BETTER.test(reason))
    tell({ who: 'sluice', text: message, look: 'warning' });
}

/** Measurements that the run had not before. Of good ones only the first after none or a bad one. */
function tellMeasurements({ before, after }: Change, tell: Tell): void {
  const [had, has] = [before, after].map((run) => (run as AnalysisRun | null)?.status?.metricResults ?? []);
  for (const { name, measurements } of has ?? []) {
    const known = done(had?.find((result) => result.name === name)?.measurements);
    const all = done(measurements);
    all.forEach((one, i) => {
      const isGood = one.phase === 'Successful';
      if (i < known.length || (isGood && all[i - 1]?.phase === 'Successful')) return;
      const look = isGood ? null : one.phase === 'Failed' ? 'bad' : 'warning';
      tell({ who: 'sluice', text: `measured ${name}: ${sayMeasurement(one)}`, look });
    });
  }
}

function done(measurements: readonly Measurement[] = []): readonly Measurement[] {
  return measurements.filter(({ finishedAt = '' }) => finishedAt !== '');
}

/** Where traffic goes, whenever that is another place than before. */
function weightTeller(api: LocalApi, tell: Tell): () => void {
  let last = '';
  let tested = '';
  return () => {
    const parts = partsIn(api);
    if (parts === null) return;
    const view = viewOf(parts, 0);
    const { active = '', preview = '' } = previewOf(view) ?? {};
    if (active !== '' && preview !== '' && preview !== tested)
      tell({ who: 'testers', text: `look at ${preview}, which no user sees`, look: null });
    tested = preview;
    const { stable, canary, percent } = shareOf(view);
    if (stable === '') return;
    const whole = percent === 100 ? canary : stable;
    const text =
      percent === 0 || percent === 100
        ? `all requests go to ${whole}`
        : `${percent} % of the requests go to ${canary}`;
    if (text !== last) tell({ who: 'users', text, look: null });
    last = text;
  };
}
