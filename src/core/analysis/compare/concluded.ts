import type { MetricResult } from '../../../api/analysis.ts';
import type { Standing } from './standing.ts';

/**
 * The result of a metric that has come to its end together with others. The measurement that decided it is
 * told as what it led to, so that clients which know nothing of comparisons see why.
 */
export function concluded(result: MetricResult, { phase, message }: Standing): MetricResult {
  const { measurements = [], successful = 0, ...rest } = result;
  const last = measurements.at(-1);
  if (last === undefined || message === null) return result;
  const told = { ...last, message };
  const before = measurements.slice(0, -1);
  if (phase === 'Running' || phase === 'Successful' || last.phase !== 'Successful')
    return { ...result, measurements: [...before, told] };
  const { consecutiveSuccess: _, ...others } = rest;
  const counter = phase === 'Failed' ? 'failed' : 'inconclusive';
  return {
    ...others,
    measurements: [...before, { ...told, phase }],
    ...(successful > 1 ? { successful: successful - 1 } : {}),
    [counter]: 1,
  };
}
