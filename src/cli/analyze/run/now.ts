import type { AnalysisRunSpec } from '../../../api/analysis.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import { resolveMetrics } from '../../../core/analysis/resolve.ts';
import type { Milliseconds } from '../../../core/time.ts';
import { createHttpClient } from '../../../providers/http-client.ts';
import { sleep } from '../../../shell/clock.ts';
import type { Io } from '../../io.ts';
import { say } from '../../lines.ts';
import { Refusal } from '../../refusal.ts';
import { type Paint, paintFor } from '../../text/paint.ts';
import { junit } from '../junit.ts';
import { type AnalyzeOptions, addressOf, argumentOf, spanOf } from '../options.ts';
import type { Access } from './access.ts';
import { hashesOf, specOf } from './compose.ts';
import { type Gathered, gather } from './gather.ts';
import { EXIT, type Outcome, outcomeOf } from './outcome.ts';
import { play, type Stage } from './play.ts';
import { metricCases, outcomeJson } from './report.ts';
import { readSecret, refuseUnknownSecrets, secretReader } from './secrets.ts';
import { showOn } from './show.ts';
import { intentLines, outcomeLines } from './words.ts';

/** Ctrl-C, as a shell tells it. */
const INTERRUPTED = 130;
/** Where controllers are by default, with credentials that metrics share. */
const HOME = 'argo-rollouts';

/** Runs templates now, by the machine's own clock. */
export async function analyzeNow(io: Io, access: Access, options: AnalyzeOptions): Promise<number> {
  const forMs = spanOf('--for', options.for);
  const timeoutMs = spanOf('--timeout', options.timeout);
  const secrets = (options.secret ?? []).map((text) => readSecret(io, text));
  const gathered = await gather(io, access, wishOf(options));
  const spec = specOf(gathered, {
    args: (options.argument ?? []).map(argumentOf),
    prometheus: addressOf('--prometheus', options.prometheus),
    ...hashesOf(gathered.rollout),
  });
  refuseUnplayable(spec, forMs);
  refuseUnknownSecrets(spec, secrets, access);
  const sink = options.output === 'text' ? io.out : io.err;
  const paint = paintFor(sink, io, options.color);
  say(sink, ...intentLines(spec, forMs));
  const stage: Stage = {
    clock: io.clock,
    until: (at, signal) => sleep(io.clock, at - io.clock.now(), signal),
    secrets: secretReader(secrets, access),
    fetch: createHttpClient(io.env),
    env: io.env,
    namespace: access.namespace ?? 'default',
    home: HOME,
  };
  const late = new AbortController();
  const cancel = timeoutMs === null ? null : io.clock.after(timeoutMs, () => late.abort());
  const show = showOn(io, sink, paint);
  try {
    const piece = { name: nameOf(gathered), spec, forMs };
    const played = await play(stage, piece, show, AbortSignal.any([io.ended, late.signal]));
    show.close();
    const outcome = outcomeOf(played, io.clock.now());
    tell(io, options, outcome, paint);
    return io.ended.aborted && played.end !== 'over' ? INTERRUPTED : EXIT[outcome.verdict];
  } finally {
    cancel?.();
    show.close();
  }
}

/** What the options say of what is analyzed. */
export function wishOf({ filename = [], template = [], fromRollout }: AnalyzeOptions) {
  return { files: filename, names: template, rollout: fromRollout ?? null };
}

/** The names of the templates. */
export function nameOf({ analysis }: Gathered): string {
  return (analysis.templates ?? []).map(({ templateName = '' }) => templateName).join(', ');
}

/** Throws a Refusal where a run cannot be played here, or would never end. */
export function refuseUnplayable(spec: AnalysisRunSpec, forMs: Milliseconds | null): void {
  const job = spec.metrics.find(({ provider }) => provider.job !== undefined);
  if (job !== undefined)
    throw new Refusal(
      `the metric "${job.name}" is a Job, which runs in a cluster; there it can be had with: ` +
        'kubectl sluice create analysisrun --from-file FILE',
    );
  const resolved = resolveMetrics(spec, null);
  const metrics = resolved.kind === 'metrics' ? resolved.metrics : spec.metrics;
  const endless = metrics.find((metric) => limitsOf(metric).count === null);
  if (endless !== undefined && forMs === null)
    throw new Refusal(
      `the metric "${endless.name}" has no count, so it goes on as long as a release does; say --for DURATION`,
    );
}

function tell(io: Io, { output }: AnalyzeOptions, outcome: Outcome, paint: Paint): void {
  if (output === 'json') say(io.out, outcomeJson(outcome));
  else if (output === 'junit') say(io.out, ...junit(metricCases(outcome)));
  else say(io.out, ...outcomeLines(outcome, paint));
}
