import { parseDuration } from '../../api/duration.ts';
import { syncForever, syncOnce } from '../../sync/loop.ts';
import type { Problem } from '../../sync/manifests/problem.ts';
import { openSource } from '../../sync/open.ts';
import type { Report, Verdict } from '../../sync/report.ts';
import type { Settings } from '../../sync/settings.ts';
import { Unreadable } from '../../sync/source.ts';
import {
  commitName,
  driftLines,
  refusalLines,
  remarkLines,
  reportLine,
  verdictLines,
  verdictText,
} from '../../sync/words.ts';
import { complaint } from '../complaint.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { check } from '../lint/check.ts';
import { Refusal } from '../refusal.ts';
import { oneLine, printable } from '../text/printable.ts';

/** Options of `sync`. */
export interface SyncOptions {
  readonly repo: string;
  readonly branch: string;
  readonly path: string;
  readonly interval?: string;
  readonly timeout: string;
  readonly once?: boolean;
  readonly selfHeal?: boolean;
  readonly forceConflicts?: boolean;
  readonly prune: boolean;
  readonly pruneEverything?: boolean;
}

/** Times between looks where the user names none: what is elsewhere is not asked as often. */
const INTERVAL_MS = { local: 10_000, remote: 60_000 } as const;

/**
 * `sync --repo PATH|URL`: keeps the cluster at a branch until Ctrl-C. With `--once` it brings it there, waits
 * for health, and exits with 1 where anything of the commit is not applied or not healthy.
 */
export async function sync(io: Io, cluster: Cluster, options: SyncOptions): Promise<number> {
  const healthTimeoutMs = durationOf('--timeout', options.timeout, 0);
  const { interval } = options;
  const chosenMs = interval === undefined ? null : durationOf('--interval', interval, 1_000);
  const manner = {
    pruning: pruningOf(options),
    selfHeal: options.selfHeal === true,
    forceConflicts: options.forceConflicts === true,
  };
  try {
    const { source, isLocal } = openSource(wishOf(options), io.env);
    const settings: Settings = {
      ...manner,
      api: cluster.api,
      source,
      clock: io.clock,
      namespace: cluster.namespace,
      check: lintProblems,
      env: io.env,
    };
    if (options.once === true) return await once(io, settings, healthTimeoutMs);
    const intervalMs = chosenMs ?? (isLocal ? INTERVAL_MS.local : INTERVAL_MS.remote);
    await forever(io, settings, { intervalMs, healthTimeoutMs });
    return 0;
  } catch (error) {
    throw error instanceof Unreadable ? new Refusal(error.message) : error;
  }
}

function wishOf({ repo, branch, path }: SyncOptions) {
  return { repository: repo, branch, folder: path };
}

function pruningOf({ prune, pruneEverything = false }: SyncOptions): Settings['pruning'] {
  if (!prune && pruneEverything) throw new Refusal('say either --no-prune or --prune-everything');
  if (pruneEverything) return 'everything';
  return prune ? 'usual' : 'never';
}

function durationOf(flag: string, text: string, leastMs: number): number {
  const ms = parseDuration(text);
  if (ms === null || ms < leastMs)
    throw new Refusal(
      `${flag}: ${text} is not a duration such as 30s${leastMs === 0 ? '' : `, of at least ${leastMs / 1000}s`}`,
    );
  return ms;
}

/** What lint finds in files, beside flaws of the text itself: those are found by the reader of manifests. */
export function lintProblems(texts: Parameters<typeof check>[0]): readonly Problem[] {
  return check(texts)
    .findings.filter(({ severity, object }) => severity === 'error' && object !== '')
    .map(({ file, line, object, path, message }) => ({
      file,
      line,
      message: `${object}: ${path === '' ? '' : `${path}: `}${message}`,
    }));
}

async function once(io: Io, settings: Settings, healthTimeoutMs: number): Promise<number> {
  const { outcome, verdict } = await syncOnce({ ...settings, signal: io.ended, healthTimeoutMs });
  if (outcome.kind === 'refused') {
    warn(io, 'Error', refusalLines(outcome));
    return 1;
  }
  const { report } = outcome;
  say(io.out, oneLine(`${reportLine(report)}${verdict === null ? '' : `; ${verdictText(verdict)}`}`));
  warn(io, 'Warning', [...remarkLines(report), ...report.drifts.flatMap(driftLines)]);
  if (verdict?.kind === 'superseded') return INTERRUPTED;
  warn(io, 'Error', verdict === null ? [] : verdictLines(verdict));
  const isHealthy = verdict === null || verdict.kind === 'healthy';
  return isHealthy && report.pending.length === 0 ? 0 : 1;
}

/** Ctrl-C, as a shell tells it. */
const INTERRUPTED = 130;

async function forever(
  io: Io,
  settings: Settings,
  times: { readonly intervalMs: number; readonly healthTimeoutMs: number },
): Promise<void> {
  say(io.err, oneLine(`following ${settings.source.name}; Ctrl-C ends it`));
  const waits = times.healthTimeoutMs > 0;
  await syncForever({
    ...settings,
    ...times,
    signal: io.ended,
    onSynced: (report) => {
      say(io.out, oneLine(`${reportLine(report)}${waits ? '; waiting until it is healthy' : ''}`));
      warn(io, 'Warning', remarkLines(report));
    },
    onHealth: (report, verdict) => tellHealth(io, report, verdict),
    onRefused: (refused) => warn(io, 'Error', refusalLines(refused)),
    onDrift: (drifts) => {
      if (drifts.length === 0) say(io.out, 'everything is as in Git again');
      const advice = settings.selfHeal ? '' : '; --self-heal puts it back';
      warn(
        io,
        'Warning',
        drifts.flatMap(driftLines).map((line) => `${line}${advice}`),
      );
    },
    onTrouble: (error) => {
      if (error === null) say(io.err, 'it works again');
      else if (error instanceof Unreadable) warn(io, 'Warning', [`${error.message}; trying again`]);
      else warn(io, 'Warning', [`${complaint(error)}; trying again`]);
    },
  });
}

function tellHealth(io: Io, { commit }: Report, verdict: Verdict): void {
  say(io.out, oneLine(`${commitName(commit)}: ${verdictText(verdict)}`));
  warn(io, 'Error', verdictLines(verdict));
}

function warn(io: Io, word: 'Warning' | 'Error', lines: readonly string[]): void {
  say(io.err, ...lines.map((line) => printable(`${word}: ${line}`)));
}
