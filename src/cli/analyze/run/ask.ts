import type { Metric } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import { type Mask, maskOf } from '../../../core/analysis/mask.ts';
import type { Instant } from '../../../core/time.ts';
import type { Ask } from '../../../providers/provider.ts';
import { prepare } from '../../../shell/analysis/prepare.ts';
import { Refusal } from '../../refusal.ts';
import { noJobs, type Piece, type Stage } from './play.ts';

/** Metrics with everything filled in, and the way to ask about them apart from a run. */
export interface Asking {
  /** In the order of the spec. They may hold secrets. */
  readonly metrics: readonly Metric[];
  readonly ask: (now: Instant) => Ask;
  /** Hides what was read from Secrets in what others say. */
  readonly mask: Mask;
}

/** Reads Secrets and fills them in. Throws a Refusal where that cannot be done. */
export async function askingFor(
  { stage, piece }: { readonly stage: Stage; readonly piece: Piece },
  signal: AbortSignal,
): Promise<Asking> {
  const { name, spec } = piece;
  const { namespace, fetch, env, home } = stage;
  const metadata = { name, namespace };
  const run = { apiVersion: API_VERSION, kind: 'AnalysisRun', metadata, spec } as const;
  const prepared = await prepare(stage.secrets, run, signal);
  if (prepared.kind === 'problem') throw new Refusal(prepared.message);
  const { metrics, secrets } = prepared;
  return {
    metrics: metrics.map(({ metric }) => metric),
    mask: (text) => maskOf(secrets.seen)(text),
    ask: (now) => ({
      now,
      deadline: signal,
      fetch,
      secret: (ref) => secrets.secret(ref, signal),
      env: (variable) => env[variable],
      home,
      subject: { run: { name, namespace, uid: name }, metric: '', number: 1 },
      jobs: noJobs(),
    }),
  };
}
