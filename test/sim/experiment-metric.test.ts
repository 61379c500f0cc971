import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunSpec, Metric } from '../../src/api/analysis.ts';
import type { Experiment } from '../../src/api/experiment.ts';
import type { Json, Manifest } from '../../src/api/meta.ts';
import { experimentName } from '../../src/providers/experiment-manifest.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { KEY, NAMESPACE, RunLife, type RunPlot, tryEachWrite } from './support/run-life.ts';

/** AnalysisRuns whose metrics are Experiments, with the whole controller in a simulated cluster. */

/** Something that somebody does after so many seconds. */
interface Deed {
  readonly at: number;
  readonly act: (one: Life) => void;
}

interface Plot extends Omit<RunPlot, 'spec'> {
  readonly metrics: readonly Metric[];
  readonly spec?: Partial<AnalysisRunSpec>;
  readonly deeds?: readonly Deed[];
  /** There before the controller is, made for the run's uid. */
  readonly before?: (uid: string) => Manifest;
}

class Life extends RunLife {
  readonly #plot: Plot;

  constructor(plot: Plot) {
    const { spec, metrics } = plot;
    const templates = [job('good', 'sleep 5'), job('bad', 'sleep 5; exit 1')];
    super({ ...plot, spec: { ...spec, metrics }, templates }, 'experiment-metric');
    this.#plot = plot;
  }

  async play(): Promise<void> {
    const { deeds = [], before } = this.#plot;
    const { clock, user } = this.world;
    await this.live(() => {
      if (before !== undefined) user.put(kinds.experiments, before(this.run().metadata.uid ?? ''));
      for (const { at: second, act } of deeds) clock.after(second * 1000, () => act(this));
    });
  }

  experiments(): readonly Experiment[] {
    const all = this.world.api.list(kinds.experiments, { namespace: NAMESPACE });
    return all as readonly unknown[] as readonly Experiment[];
  }

  pods(): number {
    const all = this.world.api.list(kinds.pods, { namespace: NAMESPACE });
    return all.filter(({ metadata }) => metadata.labels?.['app'] === 'trial').length;
  }

  endAll(): void {
    for (const { metadata } of this.experiments())
      this.world.api.merge(
        kinds.experiments,
        { namespace: NAMESPACE, name: metadata.name },
        { spec: { terminate: true } },
        { manager: 'kubectl' },
      );
  }

  removeAll(): void {
    for (const { metadata } of this.experiments())
      this.world.api.delete(
        kinds.experiments,
        { namespace: NAMESPACE, name: metadata.name },
        { propagation: 'Background' },
      );
  }
}

function object(kind: string, name: string, spec: object, labels: object = {}): Manifest {
  const metadata = { name, namespace: NAMESPACE, labels };
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata, spec } as unknown as Manifest;
}

/** An analysis that succeeds or fails by itself. */
function job(name: string, command: string): Manifest {
  const containers = [{ name: 'main', image: 'demo/check:1', command: ['sh', '-c', command] }];
  const metric = {
    name: 'asked',
    provider: { job: { spec: { backoffLimit: 0, template: { spec: { containers } } } } },
  };
  return object('AnalysisTemplate', name, { metrics: [metric] });
}

const OWN = {
  name: 'trial',
  selector: { matchLabels: { app: 'trial' } },
  template: {
    metadata: { labels: { app: 'trial' } },
    spec: { containers: [{ name: 'web', image: 'demo/web:1' }] },
  },
};

/** A metric whose Experiment is judged by these analyses. */
function metric(analyses: readonly string[], more: object = {}, fields: Partial<Metric> = {}): Metric {
  const judges = analyses.map((name) => ({ name, templateName: name, requiredForCompletion: true }));
  const config = {
    templates: [OWN],
    scaleDownDelaySeconds: 5,
    ...(judges.length === 0 ? { duration: '20s' } : { analyses: judges }),
    ...more,
  } as unknown as Json;
  return { name: 'beside', provider: { plugin: { 'sluice/experiment': config } }, ...fields };
}

/** The run and its measurements; in brackets its Experiments by number, and how many pods are there. */
function line(life: Life): string {
  const { phase = '', message, metricResults = [] } = life.run().status ?? {};
  const measured = metricResults.flatMap(({ measurements = [] }) =>
    measurements.map((one) => [one.phase, one.message].filter((text) => text !== undefined).join(' ')),
  );
  const experiments = life
    .experiments()
    .map(({ metadata, spec, status }) => {
      const told = spec.terminate === true ? ' told' : '';
      return `${metadata.name.split('-').at(-1)} ${status?.phase ?? ''}${told}`;
    })
    .sort();
  const words = [phase, ...(message === undefined ? [] : [`(${message})`]), '|', measured.join(', ')];
  const there = [...experiments, `${life.pods()} pods`].join(', ');
  return `${words.join(' ')} [${there}]`.replaceAll(/run-beside-[a-z0-9]+/g, '<name>');
}

function row(name: string, plot: Plot, expected: string): void {
  void test(`an Experiment as a metric: ${name}`, async () => {
    const life = new Life(plot);
    await life.play();
    assert.equal(line(life), expected);
  });
}

const at = (seconds: number, act: Deed['act']): Deed => ({ at: seconds, act });
const terminated = (seconds: number) => [at(seconds, (life) => life.terminate())];
const LIMITS = {
  Failed: 'failed (1) > failureLimit (0)',
  Error: 'consecutiveErrors (1) > consecutiveErrorLimit (0)',
  Inconclusive: 'inconclusive (1) > inconclusiveLimit (0)',
} as const;
/** A run that ended so by its first measurement, which says this. */
const ended = (phase: keyof typeof LIMITS, said: string, name = 'beside'): string =>
  `${phase} (Metric "${name}" assessed ${phase} due to ${LIMITS[phase]}: "Error Message: ${said}") | ${phase} ${said}`;
const PASSED = 'Successful Required AnalysisRuns completed';
const BAD = 'asked failed 1 of 1 measurement (limit 0)';
const TERMINATED = ended('Inconclusive', 'Metric Terminated');
const once: Partial<Metric> = { consecutiveErrorLimit: 0 };
const longer = metric([], { duration: '10m' });
const imaged = (image: object) => [
  { ...OWN, template: { ...OWN.template, spec: { containers: [{ name: 'web', ...image }] } } },
];

row(
  'it lasts as long as it should',
  { metrics: [metric([])] },
  'Successful | Successful [1 Successful, 0 pods]',
);
row(
  'its analysis is content',
  { metrics: [metric(['good'])] },
  `Successful | ${PASSED} [1 Successful, 0 pods]`,
);
row(
  'its analysis is not, and says why',
  { metrics: [metric(['good', 'bad'])] },
  `${ended('Failed', BAD)} [1 Failed, 0 pods]`,
);
row(
  'again and again',
  { metrics: [metric(['good'], {}, { interval: '5s', count: 2 })] },
  `Successful | ${PASSED}, ${PASSED} [1 Successful, 2 Successful, 0 pods]`,
);
row(
  'as many stay as measurements do',
  {
    metrics: [metric(['good'], {}, { interval: '5s', count: 4 })],
    spec: { measurementRetention: [{ metricName: 'beside', limit: 2 }] },
    seconds: 200,
  },
  `Successful | ${PASSED}, ${PASSED} [3 Successful, 4 Successful, 0 pods]`,
);
row(
  'its pods do not come',
  {
    metrics: [
      metric([], { progressDeadlineSeconds: 10, templates: imaged({ image: 'demo/nonexistent:1' }) }),
    ],
  },
  `${ended('Failed', "Template 'trial' exceeded its progressDeadlineSeconds (10)")} [1 Failed, 0 pods]`,
);
row(
  'nothing is made of one that is wrong',
  { metrics: [metric([], { templates: imaged({}) })] },
  'Error (Analysis spec invalid: metrics[0].provider.plugin["sluice/experiment"]' +
    '.templates[0].template.spec.containers[0].image: Required value) |  [0 pods]',
);
row(
  'there is no such analysis',
  { metrics: [metric(['none'], {}, once)] },
  `${ended(
    'Error',
    "Experiment <name>-1: AnalysisTemplate verification failed for analysis 'none': " +
      'analysistemplate.argoproj.io "none" not found',
  )} [1 Error, 0 pods]`,
);
row(
  'terminated while it runs',
  { metrics: [longer], deeds: terminated(20) },
  `${TERMINATED} [1 Successful told, 0 pods]`,
);
row(
  'terminated before its pods are there',
  { metrics: [longer], deeds: terminated(0.2) },
  `${TERMINATED} [1 Successful told, 0 pods]`,
);
row(
  'terminated between two of them',
  { metrics: [metric(['good'], {}, { interval: '1m' })], deeds: terminated(30) },
  `Successful (Run Terminated) | ${PASSED} [1 Successful, 0 pods]`,
);
row(
  'another metric fails while it runs',
  { metrics: [longer, { ...metric(['bad']), name: 'other' }] },
  `${ended('Failed', BAD, 'other').replace('| ', '| Inconclusive Metric Terminated, ')} ` +
    '[1 Failed, 1 Successful told, 0 pods]',
);
row(
  'somebody ends it in good order',
  { metrics: [longer], deeds: [at(20, (life) => life.endAll())] },
  'Successful | Successful [1 Successful told, 0 pods]',
);
row(
  'somebody deletes it, and another one is made',
  { metrics: [metric([])], deeds: [at(10, (life) => life.removeAll())] },
  'Successful | Error Experiment <name>-1 was deleted before it was done, Successful [2 Successful, 0 pods]',
);
row(
  'no Rollout has made the run',
  { metrics: [metric([], { templates: [{ name: 'trial', specRef: 'canary' }] }, once)] },
  `${ended(
    'Error',
    'sluice/experiment: there is no canary version to copy, as no Rollout has made this run: ' +
      'give the template a selector and a template',
  )} [0 pods]`,
);
row(
  'a controller of analysis runs only',
  { metrics: [metric([], {}, once)], settings: { controllers: 'analysis' } },
  `${ended(
    'Error',
    'sluice/experiment: nobody works on Experiments here; ' +
      'they need a cluster with a controller that works on more than analysis runs',
  )} [0 pods]`,
);

/** An Experiment under the name of the first measurement. */
const taken = (uid: string, owner: string): Manifest => {
  const name = experimentName({ run: { ...KEY, uid }, metric: 'beside', number: 1 }, [OWN]);
  const made = object('Experiment', name, { templates: [OWN], duration: '10s' });
  const reference = { apiVersion: made.apiVersion, kind: 'AnalysisRun', name: 'run', uid: owner };
  return { ...made, metadata: { ...made.metadata, ownerReferences: [{ ...reference, controller: true }] } };
};
row(
  'one that is there already is taken',
  { metrics: [metric(['bad'])], before: (uid) => taken(uid, uid) },
  'Successful | Successful [1 Successful, 0 pods]',
);
row(
  'one of somebody else is not',
  { metrics: [metric([])], before: (uid) => taken(uid, 'another') },
  'Successful | Error Experiment <name>-1 is there already, and is not of this run, Successful [2 Successful, 0 pods]',
);

void test('an Experiment as a metric: what one of an instance makes is seen by that instance', async () => {
  const label = { 'argo-rollouts.argoproj.io/controller-instance-id': 'two' };
  const life = new Life({ metrics: [metric([])], labels: label, settings: { instanceId: 'two' } });
  await life.play();
  assert.equal(line(life), 'Successful | Successful [1 Successful, 0 pods]');
  assert.deepEqual(life.experiments()[0]?.metadata.labels, label);
});

void test('an Experiment as a metric: it goes with its run', async () => {
  const life = new Life({ metrics: [longer], deeds: [at(20, (one) => one.removeRun())] });
  await life.play();
  assert.deepEqual([life.experiments(), life.pods()], [[], 0]);
});

/** Runs to be gone through with the controller dying, or its writes going astray, at each of them. */
const LIVES: readonly (readonly [string, Plot, string])[] = [
  [
    'one that ends by itself',
    { metrics: [metric([], { duration: '3s', scaleDownDelaySeconds: 0 })], seconds: 90 },
    'Successful | Successful [1 Successful, 0 pods]',
  ],
  [
    'one that is terminated',
    { metrics: [longer], deeds: terminated(60), seconds: 100 },
    `${TERMINATED} [1 Successful told, 0 pods]`,
  ],
];

for (const [name, plot, expected] of LIVES)
  void test(`an Experiment as a metric: ${name}, whatever becomes of a write`, () =>
    tryEachWrite({ live: (faults) => new Life({ ...plot, faults }), line, expected, fewest: 6 }));
