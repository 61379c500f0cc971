import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Manifest } from '../../api/meta.ts';
import type { Note } from '../../core/plan.ts';
import type { Clock } from '../clock.ts';
import type { Asked } from '../kube/exchange.ts';
import type { NotifyOutcome } from '../notify/notifier.ts';
import type { Pass, Queue } from '../queue.ts';
import type { Page } from '../server.ts';
import type { OnStoreChange, Stores } from '../stores.ts';
import { analysisFamilies } from './analyses.ts';
import { Durations } from './durations.ts';
import { experimentFamilies } from './experiments.ts';
import { rolloutFamilies } from './rollouts.ts';
import { Tally } from './tally.ts';
import { type Family, printFamily } from './text.ts';

/** Seconds that a pass may take; bounds of the original. */
const PASS_SECONDS = [0.01, 0.15, 0.25, 0.5, 1];

/** What is looked at when somebody asks for the metrics. */
export interface Subjects {
  readonly stores: Stores;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly isLeading: () => boolean;
}

/**
 * /metrics, under the original's names. What objects are is read from the stores when somebody asks; only
 * what cannot be read later is counted. No histogram has a label for an object: 1,000 rollouts would make
 * thousands of series.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly #events = new Tally();
  readonly #errors = { rollout: new Tally(), analysisrun: new Tally(), experiment: new Tally() };
  readonly #sent = { delivered: new Tally(), lost: new Tally() };
  readonly #passes: Readonly<Record<string, Histogram>>;
  readonly #work: Histogram<'name'>;
  readonly #retries: Counter<'name'>;
  readonly #sending: Histogram;
  readonly #durations: Durations;
  readonly #asked: Counter<'kind' | 'verb' | 'status_code'>;
  #subjects: Subjects | null = null;

  constructor(build: { readonly version: string; readonly commit: string }, clock: Clock) {
    this.#clock = clock;
    const registers = [this.#registry];
    const buckets = PASS_SECONDS;
    collectDefaultMetrics({ register: this.#registry });
    buildInfo(registers, build);
    this.#durations = new Durations(registers);
    const histogram = (name: string, help: string) => new Histogram({ name, help, buckets, registers });
    this.#passes = {
      rollout: histogram('rollout_reconcile', 'Duration of a pass over a rollout, in seconds.'),
      analysisrun: histogram(
        'analysis_run_reconcile',
        'Duration of a pass over an analysis run, in seconds.',
      ),
      experiment: histogram('experiment_reconcile', 'Duration of a pass over an experiment, in seconds.'),
    };
    this.#sending = histogram('notification_send', 'Duration of sending a notification, in seconds.');
    this.#work = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'Duration of a pass, by queue.',
      labelNames: ['name'],
      buckets: [0.001, 0.01, 0.1, 1, 10],
      registers,
    });
    this.#retries = new Counter({
      name: 'workqueue_retries_total',
      help: 'Passes that are tried again, by queue.',
      labelNames: ['name'],
      registers,
    });
    this.#asked = new Counter({
      name: 'controller_clientset_k8s_request_total',
      help: 'Requests to the API server.',
      labelNames: ['kind', 'verb', 'status_code'],
      registers,
    });
  }

  /** From now on these are shown, too. */
  show(subjects: Subjects): void {
    this.#subjects = subjects;
  }

  /** Counts an answer of the API server. */
  asked({ resource, verb, code }: Asked): void {
    const word = `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)}`;
    this.#asked.inc({ kind: resource, verb: word, status_code: code });
  }

  /** Looks at each change in a store before `next` does. Only the leader counts: the others see it, too. */
  before(next: OnStoreChange): OnStoreChange {
    return (store, key, before, after) => {
      if (store === 'rollouts' && this.#subjects?.isLeading() === true)
        this.#durations.changed(before, after);
      next(store, key, before, after);
    };
  }

  /** Counts a pass of a queue. */
  passed(queue: string, pass: Pass): void {
    const seconds = pass.milliseconds / 1000;
    this.#passes[queue]?.observe(seconds);
    this.#work.observe({ name: queue }, seconds);
    if (pass.outcome.kind !== 'failed') return;
    this.#retries.inc({ name: queue });
    if (queue === 'rollout' || queue === 'analysisrun' || queue === 'experiment')
      this.#errors[queue].count(pass.key, {});
  }

  /** Counts what is told of a rollout. */
  told({ kind, metadata }: Manifest, notes: readonly Note[]): void {
    if (kind !== 'Rollout') return;
    for (const { type, reason } of notes)
      this.#events.count(`${metadata.namespace ?? ''}/${metadata.name}`, { type, reason });
  }

  /** Counts a notification that was delivered or given up. */
  notified({ namespace, name, type, reason, delivered, milliseconds }: NotifyOutcome): void {
    this.#sending.observe(milliseconds / 1000);
    this.#sent[delivered ? 'delivered' : 'lost'].count(`${namespace}/${name}`, { type, reason });
  }

  /** The answer to GET /metrics. */
  async page(): Promise<Page> {
    let body = await this.#registry.metrics();
    for (const family of this.#subjects === null ? [] : this.#families(this.#subjects)) {
      body += printFamily(family);
      // Thousands of lines take a while: passes and the Lease's renewal go in between.
      await nextTurn();
    }
    return { status: 200, type: this.#registry.contentType, body };
  }

  #families({ stores, queues, isLeading }: Subjects): readonly Family[] {
    const { rollouts, runs, experiments, templates, clusterTemplates } = stores;
    const nowMs = this.#clock.elapsed();
    const byRollout = (name: string, help: string, tally: Tally): Family => {
      const samples = tally.samples((key) => rollouts.get(key) !== null, nowMs);
      return { name, kind: 'counter', help, samples };
    };
    const runErrors = this.#errors.analysisrun.samples((key) => runs.get(key) !== null, nowMs);
    const experimentErrors = this.#errors.experiment.samples((key) => experiments.get(key) !== null, nowMs);
    const allTemplates = () => [...templates.all(), ...clusterTemplates.all()];
    return [
      ...rolloutFamilies(() => rollouts.all()),
      byRollout('rollout_events_total', 'Events of rollouts.', this.#events),
      byRollout('rollout_reconcile_error', 'Passes over a rollout that failed.', this.#errors.rollout),
      byRollout('notification_send_success', 'Notifications delivered.', this.#sent.delivered),
      byRollout('notification_send_error', 'Notifications given up.', this.#sent.lost),
      ...analysisFamilies(() => runs.all(), allTemplates),
      {
        name: 'analysis_run_reconcile_error',
        kind: 'counter',
        help: 'Passes over an analysis run that failed.',
        samples: runErrors,
      },
      ...experimentFamilies(() => experiments.all()),
      {
        name: 'experiment_reconcile_error',
        kind: 'counter',
        help: 'Passes over an experiment that failed.',
        samples: experimentErrors,
      },
      ...shellFamilies({ stores, queues, isLeading }),
    ];
  }
}

function buildInfo(registers: Registry[], { version, commit }: { version: string; commit: string }): void {
  const labels = { version, goversion: `node ${process.version}`, goarch: process.arch, commit };
  const labelNames = Object.keys(labels);
  for (const name of ['argo_rollouts_controller_info', 'build_info'])
    new Gauge({ name, help: 'What runs here.', labelNames, registers }).set(labels, 1);
}

/** The state of the machinery. */
function shellFamilies({ stores, queues, isLeading }: Subjects): readonly Family[] {
  const depths = Object.entries(queues).map(([name, queue]) => ({ name, depth: queue.depth }));
  return [
    {
      name: 'workqueue_depth',
      kind: 'gauge',
      help: 'Keys that wait for a worker, by queue.',
      samples: depths.map(({ name, depth: { user, event, resync } }) => ({
        labels: { name },
        value: user + event + resync,
      })),
    },
    {
      name: 'workqueue_adds_total',
      kind: 'counter',
      help: 'Looks that were asked for, by queue.',
      samples: Object.entries(queues).map(([name, { adds }]) => ({ labels: { name }, value: adds })),
    },
    {
      name: 'workqueue_working',
      kind: 'gauge',
      help: 'Keys in the hands of a worker, by queue.',
      samples: depths.map(({ name, depth }) => ({ labels: { name }, value: depth.working })),
    },
    {
      name: 'workqueue_scheduled',
      kind: 'gauge',
      help: 'Moments that are waited for, by queue.',
      samples: depths.map(({ name, depth }) => ({ labels: { name }, value: depth.scheduled })),
    },
    {
      name: 'sluice_cached_objects',
      kind: 'gauge',
      help: 'Objects in memory, by kind.',
      samples: Object.entries(stores).map(([kind, store]) => ({ labels: { kind }, value: store.size })),
    },
    {
      name: 'leader_election_master_status',
      kind: 'gauge',
      help: 'Whether this process leads.',
      samples: [{ labels: { name: 'sluice' }, value: isLeading() ? 1 : 0 }],
    },
  ];
}
