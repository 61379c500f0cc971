import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metric } from '../../src/api/analysis.ts';
import type { Manifest } from '../../src/api/meta.ts';
import type { Job } from '../../src/api/workload.ts';
import { outcomeOf } from '../../src/core/job-outcome.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { HOME, NAMESPACE, RunLife, type RunPlot, tryEachWrite } from './support/run-life.ts';

/** AnalysisRuns whose metrics are Jobs, with the whole controller in a simulated cluster. */

/** Something that somebody does to the run, or to its Jobs, after so many seconds. */
interface Deed {
  readonly at: number;
  readonly act: (one: Life) => void;
}

interface Plot extends RunPlot {
  readonly deeds?: readonly Deed[];
  /** There before the controller is, made for the run's uid. */
  readonly before?: (uid: string) => Manifest;
}

class Life extends RunLife {
  readonly #plot: Plot;

  constructor(plot: Plot) {
    super(plot, 'job-metric');
    this.#plot = plot;
  }

  async play(): Promise<void> {
    const { deeds = [], before } = this.#plot;
    const { clock, user } = this.world;
    await this.live(() => {
      if (before !== undefined) user.put(kinds.jobs, before(this.run().metadata.uid ?? ''));
      for (const { at, act } of deeds) clock.after(at * 1000, () => act(this));
    });
  }

  jobs(namespace = NAMESPACE): readonly Job[] {
    return this.world.api.list(kinds.jobs, { namespace }) as readonly unknown[] as readonly Job[];
  }

  /** The Job controller says that they have succeeded. */
  completeAll(): void {
    const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True' }));
    for (const { metadata } of this.jobs()) {
      const place = { namespace: NAMESPACE, name: metadata.name };
      const by = { manager: 'test', subresource: 'status' } as const;
      this.world.api.merge(kinds.jobs, place, { status: { conditions } }, by);
    }
  }

  removeAll(): void {
    for (const { metadata } of this.jobs()) {
      const place = { namespace: NAMESPACE, name: metadata.name };
      this.world.api.delete(kinds.jobs, place, { propagation: 'Background' });
    }
  }
}

function metric(command: string, more: Partial<Metric> = {}, image = 'demo/check:1'): Metric {
  const containers = [{ name: 'main', image, command: ['sh', '-c', command] }];
  const spec = { backoffLimit: 0, template: { spec: { containers } } };
  return { name: 'check', provider: { job: { spec } }, ...more };
}

/** The run, its measurements and, in brackets, how its Jobs stand: by number, `+` `-` or `…`. */
function line(life: Life, namespace = NAMESPACE): string {
  const { uid = '' } = life.run().metadata;
  const { phase = '', message, metricResults = [] } = life.run().status ?? {};
  const measured = metricResults.flatMap(({ measurements = [] }) =>
    measurements.map((one) => [one.phase, one.message].filter((text) => text !== undefined).join(' ')),
  );
  const jobs = life.jobs(namespace).map((job) => `${job.metadata.name.split('.').at(-1)}${stateOf(job)}`);
  const words = [phase, ...(message === undefined ? [] : [`(${message})`]), '|', measured.join(', ')];
  return `${words.join(' ')} [${jobs.sort().join(' ')}]`
    .replaceAll(uid, '<uid>')
    .replaceAll(/-[a-z0-9]{5},/g, ',');
}

function stateOf(job: Job): string {
  const { kind } = outcomeOf(job);
  return kind === 'succeeded' ? '+' : kind === 'failed' ? '-' : '…';
}

function row(name: string, plot: Plot, expected: string, namespace = NAMESPACE): void {
  void test(`a Job metric: ${name}`, async () => {
    const life = new Life(plot);
    await life.play();
    assert.equal(line(life, namespace), expected);
  });
}

const FAILED = '(Metric "check" assessed Failed due to failed (1) > failureLimit (0))';
const TERMINATED =
  '(Metric "check" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): ' +
  '"Error Message: Metric Terminated")';
const at = (seconds: number, act: Deed['act']): Deed => ({ at: seconds, act });
const terminated = (seconds: number) => [at(seconds, (life) => life.terminate())];
const owned = (uid: string, owner: string): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: `${uid}.check.1`,
    namespace: NAMESPACE,
    labels: { 'analysisrun.argoproj.io/uid': owner },
    annotations: {
      'analysisrun.argoproj.io/name': 'run',
      'analysisrun.argoproj.io/namespace': NAMESPACE,
      'analysisrun.argoproj.io/metric-name': 'check',
    },
  },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a:1', command: ['true'] }] },
    },
  },
});

row('it succeeds', { spec: { metrics: [metric('exit 0')] } }, 'Successful | Successful [1+]');
row('it fails', { spec: { metrics: [metric('exit 1')] } }, `Failed ${FAILED} | Failed [1-]`);
row('it takes long', { spec: { metrics: [metric('sleep 90')] } }, 'Successful | Successful [1+]');
row(
  'again and again',
  { spec: { metrics: [metric('exit 0', { interval: '10s', count: 3 })] } },
  'Successful | Successful, Successful, Successful [1+ 2+ 3+]',
);
row(
  'only the newest are kept',
  {
    spec: {
      metrics: [metric('exit 0', { interval: '5s', count: 5 })],
      measurementRetention: [{ metricName: 'check', limit: 2 }],
    },
  },
  'Successful | Successful, Successful [4+ 5+]',
);
const PULL =
  'Pod <uid>.check.1, container main has terminal error (ErrImagePull): ' +
  'failed to pull image "demo/nonexistent:1": not found';
row(
  'an image that cannot be pulled',
  { spec: { metrics: [metric('exit 0', {}, 'demo/nonexistent:1')] } },
  'Inconclusive (Metric "check" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): ' +
    `"Error Message: ${PULL}") | Inconclusive ${PULL} [1…]`,
);
row(
  'terminated while it runs',
  { spec: { metrics: [metric('sleep 600')] }, deeds: terminated(20) },
  `Inconclusive ${TERMINATED} | Inconclusive Metric Terminated []`,
);
row(
  'terminated just when it ends: its verdict counts',
  {
    spec: { metrics: [metric('sleep 600')] },
    deeds: [...terminated(20), at(20, (life) => life.completeAll())],
  },
  'Successful (Run Terminated) | Successful [1+]',
);
row(
  'terminated between two of them',
  { spec: { metrics: [metric('exit 0', { interval: '1m' })] }, deeds: terminated(20) },
  'Successful (Run Terminated) | Successful [1+]',
);
row(
  'another metric fails while it runs',
  { spec: { metrics: [metric('sleep 600', { name: 'long' }), metric('sleep 3; exit 1')] } },
  `Failed ${FAILED} | Inconclusive Metric Terminated, Failed [1-]`,
);
row(
  'somebody deletes it, and another one is made',
  {
    spec: { metrics: [metric('sleep 20')] },
    deeds: [at(10, (life) => life.removeAll())],
  },
  'Successful | Error Job <uid>.check.1 was deleted before it was done, Successful [2+]',
);
row(
  'one that is there already is taken',
  { spec: { metrics: [metric('exit 1')] }, before: (uid) => owned(uid, uid) },
  'Successful | Successful [1+]',
);
row(
  'one of somebody else is not',
  { spec: { metrics: [metric('exit 0')] }, before: (uid) => owned(uid, 'another') },
  'Successful | Error job: Job <uid>.check.1 is there already, and is not of this run, Successful [1+ 2+]',
);
const REFUSED =
  'kube: create jobs shop: Job.batch "<uid>.check.1" is invalid: ' +
  'spec.template.spec.containers: Required value (HTTP 422)';
row(
  'a specification that the API refuses',
  { spec: { metrics: [metric('', { consecutiveErrorLimit: 0, provider: { job: { spec: {} } } })] } },
  'Error (Metric "check" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
    `"Error Message: ${REFUSED}") | Error ${REFUSED} []`,
);
row(
  'terminated while it is on its way',
  {
    spec: { metrics: [metric('sleep 600')] },
    deeds: terminated(2),
    faults: [{ at: 'write', nth: 0, kind: 'late', lateMs: 5_000 }],
  },
  'Successful (Run Terminated) |  []',
);
row(
  'terminated while nobody looks, before anybody has written down that there is one',
  {
    spec: { metrics: [metric('sleep 600')] },
    deeds: terminated(0.5),
    faults: [{ at: 'write', nth: 0, kind: 'crash-after' }],
  },
  'Successful (Run Terminated) |  []',
);
row(
  'in another namespace',
  { spec: { metrics: [metric('exit 0')] }, env: { ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE: HOME } },
  'Successful | Successful [1+]',
  HOME,
);
row(
  'in another cluster',
  {
    spec: { metrics: [metric('exit 0', { consecutiveErrorLimit: 0 })] },
    env: { ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG: '/kubeconfig' },
  },
  'Error (Metric "check" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
    '"Error Message: job: Jobs in another cluster (ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG) are not supported ' +
    'yet; unset it to run them here") | Error job: Jobs in another cluster ' +
    '(ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG) are not supported yet; unset it to run them here []',
);

/** Runs to be gone through with the controller dying, or its writes going astray, at each of them. */
const LIVES: readonly (readonly [string, Plot, string])[] = [
  [
    'two after one another',
    { spec: { metrics: [metric('sleep 2', { interval: '5s', count: 2 })] } },
    'Successful | Successful, Successful [1+ 2+]',
  ],
  [
    'one that is terminated',
    { spec: { metrics: [metric('sleep 600')] }, deeds: terminated(60) },
    `Inconclusive ${TERMINATED} | Inconclusive Metric Terminated []`,
  ],
];

for (const [name, plot, expected] of LIVES)
  void test(`a Job metric: ${name}, whatever becomes of a write`, () =>
    tryEachWrite({ live: (faults) => new Life({ ...plot, faults }), line, expected, fewest: 4 }));
