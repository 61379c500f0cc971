import type { AnalysisRun, Metric } from '../../api/analysis.ts';
import { judgedSpec } from '../../core/analysis/compare/alpha.ts';
import { maskOf } from '../../core/analysis/mask.ts';
import {
  argumentProblem,
  type Problem,
  resolveMetrics,
  secretArguments,
  specProblem,
} from '../../core/analysis/resolve.ts';
import { type BoundProvider, providerOf } from '../../providers/index.ts';
import type { Api } from '../kube/api.ts';
import { Secrets } from './secrets.ts';

/** Everything that measurements of a run need. */
export interface Prepared {
  readonly kind: 'prepared';
  /** In the order of the spec. */
  readonly metrics: readonly { readonly metric: Metric; readonly provider: BoundProvider }[];
  readonly secrets: Secrets;
}

/**
 * Reads the Secrets that a run's arguments name, fills them in and finds the provider of each metric. The
 * problem holds no secret. Throws a Failure where trying again may help.
 */
export async function prepare(
  client: Pick<Api, 'get'>,
  run: AnalysisRun,
  signal: AbortSignal,
): Promise<Prepared | Problem> {
  const secrets = new Secrets(client, run.metadata.namespace ?? '');
  const found = await secrets.values(secretArguments(run.spec), signal);
  if (found.kind === 'problem') return argumentProblem(found.reasons);
  const mask = maskOf(secrets.seen);
  const resolved = resolveMetrics(judgedSpec(run), found.values);
  if (resolved.kind === 'problem') return { ...resolved, message: mask(resolved.message) };
  const metrics: Prepared['metrics'][number][] = [];
  const reasons: string[] = [];
  for (const [index, metric] of resolved.metrics.entries()) {
    const provider = providerOf(metric.provider);
    if (provider.kind === 'provider') metrics.push({ metric, provider });
    else reasons.push(mask(`metrics[${index}]: ${provider.message}`));
  }
  return reasons.length > 0 ? specProblem(reasons) : { kind: 'prepared', metrics, secrets };
}
