import type { AnalysisPhase, AnalysisRun } from '../api/analysis.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { analysisLook, type Look } from './look.ts';

/** One analysis run. Counts are measurements that count, so not those of metrics in dry-run mode. */
export interface RunView {
  readonly name: string;
  readonly phase: AnalysisPhase | '';
  readonly look: Look;
  readonly message: string;
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly error: number;
  readonly createdAt: Instant | null;
}

/** An analysis run in short. */
export function runView(run: AnalysisRun): RunView {
  const { phase = '', message = '', metricResults = [] } = run.status ?? {};
  const counted = metricResults.filter((result) => result.dryRun !== true);
  const sum = (field: 'successful' | 'failed' | 'inconclusive' | 'error') =>
    counted.reduce((total, result) => total + (result[field] ?? 0), 0);
  return {
    name: run.metadata.name,
    phase,
    look: analysisLook(phase),
    message,
    successful: sum('successful'),
    failed: sum('failed'),
    inconclusive: sum('inconclusive'),
    error: sum('error'),
    createdAt: parseInstant(run.metadata.creationTimestamp),
  };
}
