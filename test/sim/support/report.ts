import type { Rollout } from '../../../src/api/rollout.ts';
import type { Played } from './play.ts';

/** What all lives together have been through. */
export class Report {
  seeds = 0;
  failures = 0;
  strikes = 0;
  #requests = 0;
  #virtualMs = 0;
  readonly #startedMs = performance.now();
  /** Faults by what they are, and how often each met which state. */
  readonly #covered = new Map<string, Map<string, number>>();

  add(played: Played): void {
    this.seeds++;
    this.#requests += played.requests;
    this.#virtualMs += played.virtualMs;
    this.strikes += played.strikes.length;
    for (const { fault, state } of played.strikes) {
      const name = `${fault.at} ${fault.kind}`;
      const row = this.#covered.get(name) ?? new Map<string, number>();
      for (const one of state.split(' & ')) row.set(one, (row.get(one) ?? 0) + 1);
      this.#covered.set(name, row);
    }
  }

  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  /** One line: how far it is. */
  progress(of: number): string {
    const left = Math.round((this.seconds / this.seeds) * (of - this.seeds));
    return `${this.seeds} of ${of} seeds, ${this.strikes} faults, about ${left} s left`;
  }

  /** What was played, and a table: faults against the states in which they struck. */
  summary(): readonly string[] {
    const hours = (this.#virtualMs / 3_600_000).toFixed(0);
    const seconds = this.seconds.toFixed(0);
    const played = `${this.seeds} seeds, ${hours} simulated hours, ${this.#requests} requests`;
    const rows = [...this.#covered]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([fault, states]) => {
        const all = [...states.values()].reduce((sum, n) => sum + n, 0);
        const most = [...states].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
        const words = most.map(([state, n]) => `${state} ${n}`).join(', ');
        return `  ${fault.padEnd(20)} ${String(all).padStart(6)}  ${words}`;
      });
    const verdict = this.failures === 0 ? 'every law held' : `${this.failures} seeds broke a law`;
    return [`${played}, ${this.strikes} faults in ${seconds} s`, ...rows, verdict];
  }
}

/** The state of a rollout in a few words, for the table of what the faults have hit. */
export function stateOf(rollout: Rollout | null): string {
  if (rollout?.status === undefined) return rollout === null ? 'gone' : 'new';
  const { status } = rollout;
  if (status.abort === true) return 'aborted';
  if (status.promoteFull === true) return 'promoting in full';
  const step = rollout.spec.strategy?.canary?.steps?.[status.currentStepIndex ?? 0];
  const at =
    status.currentPodHash === status.stableRS ? 'stable' : `at ${Object.keys(step ?? { end: 0 })[0]}`;
  return `${status.phase ?? ''} ${at}`;
}
