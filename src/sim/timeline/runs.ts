import type { AnalysisPhase, AnalysisRun, MetricResult } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { stepOfRun } from '../../core/analysis/culprit.ts';
import { sayMeasurement, whyRunFailed } from '../../core/analysis/why.ts';
import type { Change, LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import type { Tell } from './entry.ts';
import { keyOf, rolloutOf } from './reading.ts';

/** Tells of analyses: when they begin and end, and what they measure. */
export class RunWatch {
  readonly #api: LocalApi;
  readonly #clock: Clock;
  readonly #tell: Tell;
  /** Measurements that were told, by run, metric and time: only the newest stay in the status. */
  readonly #told = new Set<string>();
  /** What was thought of a metric the last time. */
  readonly #phases = new Map<string, AnalysisPhase>();

  constructor(api: LocalApi, clock: Clock, tell: Tell) {
    this.#api = api;
    this.#clock = clock;
    this.#tell = tell;
  }

  see({ before, after }: Change): void {
    const rollout = after === null ? null : rolloutOf(this.#api, after);
    if (after === null || rollout === null) return;
    const run = after as Manifest as AnalysisRun;
    const old = before as Manifest as AnalysisRun | null;
    const at = { atMs: this.#clock.elapsed(), rollout: keyOf(rollout), run: run.metadata.name };
    const phase = run.status?.phase ?? '';
    const isNew = phase !== '' && phase !== 'Pending' && phase !== (old?.status?.phase ?? '');
    const why = ['Failed', 'Error', 'Inconclusive'].includes(phase) ? whyRunFailed(run) : [];
    const tellRun = (): void => {
      if (isNew) this.#tell({ ...at, kind: 'run', step: stepOfRun(run), phase, why });
    };
    if (phase === 'Running') tellRun();
    for (const result of run.status?.metricResults ?? []) this.#measurements(result, at);
    if (phase !== 'Running') tellRun();
  }

  #measurements(
    { name: metric, measurements = [] }: MetricResult,
    at: { readonly atMs: number; readonly rollout: string; readonly run: string },
  ): void {
    const ofMetric = `${at.rollout} ${at.run} ${metric}`;
    for (const measurement of measurements) {
      const { phase, startedAt = '', finishedAt } = measurement;
      const key = `${ofMetric} ${startedAt}`;
      if (finishedAt === undefined || this.#told.has(key)) continue;
      this.#told.add(key);
      const isSame = this.#phases.get(ofMetric) === phase;
      this.#phases.set(ofMetric, phase);
      const what = sayMeasurement(measurement);
      this.#tell({ ...at, kind: 'measurement', metric, phase, what, isSame });
    }
  }
}
