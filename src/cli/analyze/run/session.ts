import type { AnalysisRunSpec } from '../../../api/analysis.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import type { Milliseconds } from '../../../core/time.ts';
import { createHttpClient } from '../../../providers/http-client.ts';
import { sleep } from '../../../shell/clock.ts';
import type { Io } from '../../io.ts';
import { Refusal } from '../../refusal.ts';
import { type AnalyzeOptions, addressOf, argumentOf, shareOf, spanOf } from '../options.ts';
import type { Access } from './access.ts';
import { bounded, filledIn, type Handed, sidesFor, specOf } from './compose.ts';
import { type Gathered, gather } from './gather.ts';
import { noJobs, type Piece, type Stage } from './play.ts';
import { readSecret, refuseUnknownSecrets, secretReader } from './secrets.ts';

/** What the command line says, ready to be played. */
export interface Session {
  readonly gathered: Gathered;
  /** The names of the templates. */
  readonly name: string;
  /** Plays now, by the machine's own clock. */
  readonly stage: Stage;
  readonly forMs: Milliseconds | null;
  /** The part of the traffic that the canary is said to have, from 0 to 1. */
  readonly share: number;
  /** Ctrl-C, or the end of `--timeout`. */
  readonly signal: AbortSignal;
  /** The run of these versions. Throws a Refusal where it cannot be played here. */
  compose(hashes: Pick<Handed, 'stableHash' | 'latestHash'>): Piece;
  close(): void;
}

/** Ctrl-C, as a shell tells it. */
export const INTERRUPTED = 130;
/** Where controllers are by default, with credentials that metrics share. */
const HOME = 'argo-rollouts';
const USUAL_SHARE = 0.05;

/** Reads options, templates and Secrets. Throws a Refusal. */
export async function openSession(io: Io, access: Access, options: AnalyzeOptions): Promise<Session> {
  const { filename = [], template = [], argument = [], secret = [], fromRollout } = options;
  const forMs = spanOf('--for', options.for);
  const timeoutMs = spanOf('--timeout', options.timeout);
  const prometheus = addressOf('--prometheus', options.prometheus);
  const weight = shareOf('--weight', options.weight);
  const args = argument.map(argumentOf);
  const secrets = secret.map((text) => readSecret(io, text));
  const wish = { files: filename, names: template, rollout: fromRollout ?? null };
  const gathered = await gather(io, access, wish);
  const late = new AbortController();
  const cancel = timeoutMs === null ? null : io.clock.after(timeoutMs, () => late.abort());
  const name = (gathered.analysis.templates ?? []).map(({ templateName = '' }) => templateName).join(', ');
  const place = { namespace: access.namespace ?? '', name: options.rollout ?? '' };
  return {
    gathered,
    name,
    stage: {
      clock: io.clock,
      until: (at, signal) => sleep(io.clock, at - io.clock.now(), signal),
      secrets: secretReader(secrets, access),
      fetch: createHttpClient(io.env),
      env: io.env,
      namespace: access.namespace ?? 'default',
      home: HOME,
      jobs: noJobs,
    },
    forMs,
    share: weight ?? firstShare(gathered.rollout) ?? USUAL_SHARE,
    signal: AbortSignal.any([io.ended, late.signal]),
    compose: (hashes) => {
      const spec = bounded(specOf(gathered, { args, prometheus, ...hashes }), forMs);
      refuseEndless(spec, forMs);
      refuseUnknownSecrets(spec, secrets, access);
      return { name, spec, forMs, release: sidesFor(gathered.rollout, place, hashes) };
    },
    close: () => cancel?.(),
  };
}

/** The first weight of a Rollout above 0; null where it has none. */
function firstShare(rollout: Rollout | null): number | null {
  const weights = (rollout?.spec.strategy?.canary?.steps ?? []).map(({ setWeight = 0 }) => setWeight);
  const first = weights.find((weight) => weight > 0 && weight < 100);
  return first === undefined ? null : first / 100;
}

/** Throws a Refusal where a run would never end. */
function refuseEndless(spec: AnalysisRunSpec, forMs: Milliseconds | null): void {
  const endless = filledIn(spec).find((metric) => limitsOf(metric).count === null);
  if (endless !== undefined && forMs === null)
    throw new Refusal(
      `the metric "${endless.name}" has no count, so it goes on as long as a release does; say --for DURATION`,
    );
}
