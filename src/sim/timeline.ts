import type { Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Change, LocalApi } from './api-server/api.ts';
import type { Cancel, Clock } from './clock.ts';
import { kinds } from './kinds.ts';
import type { Entry } from './timeline/entry.ts';
import { PodWatch } from './timeline/pods.ts';
import { rolloutOf } from './timeline/reading.ts';
import { RolloutWatch } from './timeline/rollouts.ts';
import { RunWatch } from './timeline/runs.ts';
import { type Sample, ShareWatch } from './timeline/shares.ts';
import type { StepReport } from './traffic/ledger.ts';

/** What a timeline is made of. */
export interface TimelineOptions {
  readonly api: LocalApi;
  readonly clock: Clock;
  /** Told of each entry once it is certain, which may be some seconds after it happened. */
  readonly onEntry?: (entry: Entry) => void;
}

/**
 * Looks on and writes down what a person would want to read of the rollouts of a world. What is over within a
 * moment, and pods on their way, are left out.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #entries: Entry[] = [];
  readonly #rollouts: RolloutWatch;
  readonly #pods: PodWatch;
  readonly #runs: RunWatch;
  readonly #shares: ShareWatch;
  readonly #unsubscribe: Cancel;

  constructor(options: TimelineOptions) {
    const { api, clock } = options;
    const tell = (entry: Entry): void => this.#add(entry);
    this.#options = options;
    this.#rollouts = new RolloutWatch(api, clock, tell);
    this.#pods = new PodWatch(api, clock, tell);
    this.#runs = new RunWatch(api, clock, tell);
    this.#shares = new ShareWatch(api, tell);
    this.#unsubscribe = api.onChange((change) => this.#see(change));
  }

  /** In the order of time. Of one moment, in the order in which they were seen. */
  get entries(): readonly Entry[] {
    return this.#entries.toSorted((a, b) => a.atMs - b.atMs);
  }

  /** The samples of a rollout (`namespace/name`), oldest first, one for each step of the traffic. */
  samples(rollout: string): readonly Sample[] {
    return this.#shares.samples(rollout);
  }

  /** Takes what the traffic was in its last step. */
  traffic(report: StepReport): void {
    this.#shares.step(report, this.#options.clock.elapsed());
  }

  /** Somebody does something with a rollout, or something happens to the world. */
  deed(rollout: string, what: string): void {
    this.#add({ atMs: this.#options.clock.elapsed(), rollout, kind: 'deed', what });
  }

  /** People get a message. */
  notification(rollout: string, message: { readonly to: string; readonly text: string }): void {
    this.#add({ atMs: this.#options.clock.elapsed(), rollout, kind: 'notification', ...message });
  }

  stop(): void {
    this.#unsubscribe();
    this.#rollouts.stop();
    this.#pods.stop();
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#options.onEntry?.(entry);
  }

  #see(change: Change): void {
    switch (change.kind.kind) {
      case 'Rollout':
        this.#rollouts.see(change);
        return;
      case 'ReplicaSet':
        this.#pods.see(change);
        return;
      case 'AnalysisRun':
        this.#runs.see(change);
        return;
      case 'Event':
        this.#event(change);
        return;
      default:
    }
  }

  #event({ before, after }: Change): void {
    const {
      involvedObject,
      type = '',
      reason = '',
      message = '',
      count,
    } = (after ?? {}) as Partial<EventObject>;
    if (after === null || involvedObject === undefined) return;
    // A fold of what was told already.
    if (before !== null && (before as Partial<EventObject>).count === count) return;
    const rollout = this.#about(involvedObject);
    if (rollout === null) return;
    this.#add({ atMs: this.#options.clock.elapsed(), rollout, kind: 'event', type, reason, message });
  }

  #about({ kind, namespace = '', name = '' }: Reference): string | null {
    if (kind === 'Rollout') return `${namespace}/${name}`;
    if (kind !== 'AnalysisRun') return null;
    const run = this.#options.api.get(kinds.analysisRuns, { namespace, name });
    const owner = run === null ? null : (rolloutOf(this.#options.api, run) as (Manifest & Rollout) | null);
    return owner === null ? null : `${namespace}/${owner.metadata.name}`;
  }
}

interface EventObject {
  readonly involvedObject: Reference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

interface Reference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}
