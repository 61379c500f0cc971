import { sleep } from '../shell/clock.ts';
import { awaitHealth } from './await-health.ts';
import type { Drift } from './drift.ts';
import { problemLine } from './manifests/problem.ts';
import { hasWritten, type Outcome, type Report, type Verdict } from './report.ts';
import type { Settings } from './settings.ts';
import { Syncer } from './syncer.ts';
import { driftLines } from './words.ts';

/** What a sync that goes on is made with. */
export interface Options extends Settings {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How often the branch and the cluster are looked at when nothing tells of a change. */
  readonly intervalMs: number;
  /** How long to wait for health after a sync; 0: not at all. */
  readonly healthTimeoutMs: number;
  /** A commit has been applied, or something has been repaired, or what is left to do has changed. */
  readonly onSynced: (report: Report) => void;
  /** How the objects stand some time after `onSynced`; not called where another sync came before. */
  readonly onHealth: (report: Report, verdict: Verdict) => void;
  /** Nothing of a commit was applied. Told once, until the problems are others. */
  readonly onRefused: (refused: Outcome & { readonly kind: 'refused' }) => void;
  /** What differs from Git is now this; told when it changes. Empty: nothing differs any more. */
  readonly onDrift: (drifts: readonly Drift[]) => void;
  /**
   * The repository (Unreadable) or the API server (Failure) fails. Told once, until the words are others; it
   * is tried again by itself. Null: it works again.
   */
  readonly onTrouble: (error: unknown) => void;
}

/** Longest wait after failures. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Keeps a cluster at a branch until the signal aborts: applies each commit, and looks now and then whether
 * the cluster is still as the commit wants it. Never rejects: what fails is told and tried again, with
 * growing waits.
 */
export async function syncForever(options: Options): Promise<void> {
  const { source, clock, signal } = options;
  const loop = new Loop(options);
  let failures = 0;
  while (!signal.aborted) {
    const change = new AbortController();
    // Before the branch is read: what comes in between is not missed.
    const unwatch = source.watch(() => change.abort());
    try {
      await loop.turn();
      failures = 0;
    } catch (error) {
      failures += 1;
      loop.fail(error);
    }
    const backoffMs = Math.min(1_000 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    const waitMs = failures > 0 ? backoffMs : loop.dueAt - clock.elapsed();
    await sleep(clock, waitMs, AbortSignal.any([signal, change.signal]));
    unwatch();
  }
  loop.end();
}

/** How a single sync ended; without a verdict where health was not waited for. */
export interface Ended {
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
}

/**
 * Brings a cluster to the branch's last commit once, and waits for health. Throws Unreadable where the
 * repository fails, and a Failure where the API server does.
 */
export async function syncOnce(
  options: Settings & Pick<Options, 'signal' | 'healthTimeoutMs'>,
): Promise<Ended> {
  const { source, clock, signal, healthTimeoutMs } = options;
  const since = clock.elapsed();
  const syncer = new Syncer(options);
  const outcome = await syncer.pass(await source.head(signal), signal);
  if (outcome.kind === 'refused' || healthTimeoutMs === 0) return { outcome, verdict: null };
  const vigil = { id: syncer.id, wanted: outcome.report.wanted, since, timeoutMs: healthTimeoutMs };
  return { outcome, verdict: await awaitHealth(options, vigil, signal) };
}

/** What a sync that goes on remembers between its turns: above all what it has told already. */
class Loop {
  /** By the monotonic clock: when to look at the cluster again though the branch is where it was. */
  dueAt = 0;
  readonly #options: Options;
  readonly #syncer: Syncer;
  #head = '';
  /** The last commit that was applied. */
  #good = '';
  #vigil = new AbortController();
  readonly #told = { trouble: '', refusal: '', drift: '', pending: '' };

  constructor(options: Options) {
    this.#options = options;
    this.#syncer = new Syncer(options);
  }

  async turn(): Promise<void> {
    const { source, clock, signal, intervalMs } = this.#options;
    const since = clock.elapsed();
    const head = await source.head(signal);
    if (head === this.#head && since < this.dueAt && this.#told.trouble === '') return;
    const outcome = await this.#syncer.pass(head, signal);
    this.#head = head;
    if (outcome.kind === 'synced') this.#synced(outcome.report, since);
    else {
      this.#refused(outcome);
      // What was in force stays in force, and is looked after.
      const before = this.#good === '' ? null : await this.#syncer.pass(this.#good, signal);
      if (before?.kind === 'synced') this.#synced(before.report, since);
    }
    this.dueAt = clock.elapsed() + intervalMs;
    if (this.#told.trouble !== '') this.#options.onTrouble(null);
    this.#told.trouble = '';
  }

  fail(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    if (this.#options.signal.aborted || this.#told.trouble === words) return;
    this.#told.trouble = words;
    this.#options.onTrouble(error);
  }

  end(): void {
    this.#vigil.abort();
  }

  #synced(report: Report, since: number): void {
    const { onSynced, onDrift } = this.#options;
    const isNew = report.commit.hash !== this.#good || hasWritten(report.counts);
    const pending = report.pending.join('\n');
    const drift = report.drifts.flatMap(driftLines).join('\n');
    if (isNew || pending !== this.#told.pending) onSynced(report);
    if (drift !== this.#told.drift) onDrift(report.drifts);
    if (report.commit.hash === this.#head) this.#told.refusal = '';
    this.#told.pending = pending;
    this.#told.drift = drift;
    this.#good = report.commit.hash;
    if (isNew) this.#watchHealth(report, since);
  }

  #refused(refused: Outcome & { readonly kind: 'refused' }): void {
    const words = [refused.commit.hash, ...refused.problems.map(problemLine)].join('\n');
    if (words !== this.#told.refusal) this.#options.onRefused(refused);
    this.#told.refusal = words;
  }

  /** The next commit does not wait for it. */
  #watchHealth(report: Report, since: number): void {
    const { healthTimeoutMs, signal, onHealth } = this.#options;
    this.#vigil.abort();
    this.#vigil = new AbortController();
    if (healthTimeoutMs === 0) return;
    const vigil = { id: this.#syncer.id, wanted: report.wanted, since, timeoutMs: healthTimeoutMs };
    const until = AbortSignal.any([signal, this.#vigil.signal]);
    void awaitHealth(this.#options, vigil, until).then((verdict) => {
      if (verdict.kind !== 'superseded') onHealth(report, verdict);
    });
  }
}
