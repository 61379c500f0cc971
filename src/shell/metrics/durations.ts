import { Histogram, type Registry } from 'prom-client';
import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';

/** Seconds, from the quickest release to one that waits for a day. */
const SECONDS = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 86_400];

/** How long releases take, by how they end: `Promoted`, `FastPromoted`, `Aborted`, `FastRolledBack`. */
export class Durations {
  readonly #all: Histogram<'status'>;
  readonly #moving: Histogram<'status'>;
  readonly #waiting: Histogram<'status'>;

  constructor(registers: Registry[]) {
    const histogram = (name: string, help: string) =>
      new Histogram({ name, help, labelNames: ['status'], buckets: SECONDS, registers });
    this.#all = histogram('rollout_duration_seconds', 'From the begin of a release to its end.');
    this.#moving = histogram(
      'rollout_progression_duration_seconds',
      'From the begin of a release to its end, without the time in which it waited for people.',
    );
    this.#waiting = histogram(
      'rollout_manual_pause_duration_seconds',
      'For how long a release waited for people.',
    );
  }

  /** Counts a release that ended between two states of a rollout. What had ended before is not known. */
  changed(before: Manifest | null, after: Manifest | null): void {
    if (before === null || after === null) return;
    const { duration } = (after as Rollout).status ?? {};
    const endedAt = duration?.finishedAt;
    const begunAt = duration?.rolloutStartedAt;
    if (endedAt === undefined || begunAt === undefined) return;
    if (endedAt === (before as Rollout).status?.duration?.finishedAt) return;
    const seconds = Math.max(0, (Date.parse(endedAt) - Date.parse(begunAt)) / 1000);
    const waited = Math.min(duration?.totalManualPauseDurationSeconds ?? 0, seconds);
    const labels = { status: duration?.completionStatus ?? '' };
    this.#all.observe(labels, seconds);
    this.#moving.observe(labels, seconds - waited);
    this.#waiting.observe(labels, waited);
  }
}
