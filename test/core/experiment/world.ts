import type { AnalysisPhase, AnalysisRun, AnalysisTemplateSpec } from '../../../src/api/analysis.ts';
import type { Experiment, ExperimentSpec, ExperimentStatus } from '../../../src/api/experiment.ts';
import type { ReplicaSet, Service } from '../../../src/api/workload.ts';
import { decide, type ExperimentDecision } from '../../../src/core/experiment/decide.ts';
import { type ExperimentWorld, objectKey } from '../../../src/core/experiment/world.ts';
import { formatInstant, type Instant } from '../../../src/core/time.ts';

/** When every test begins. */
export const START: Instant = Date.parse('2026-05-01T12:00:00Z');

/** A template with so many pods; `app=name` selects them. */
export function template(name: string, replicas = 1, more: object = {}): ExperimentSpec['templates'][number] {
  const labels = { app: name };
  const ports = [{ containerPort: 8080 }];
  const containers = [{ name: 'app', image: `demo/${name}:1`, ports }];
  return {
    name,
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
    ...more,
  };
}

/** An experiment called `exp` with the uid `exp`. */
export function anExperiment(spec: Partial<ExperimentSpec>, status?: ExperimentStatus): Experiment {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'exp', namespace: 'shop', uid: 'exp', resourceVersion: '7' },
    spec: { templates: [template('a')], ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

const passing: AnalysisTemplateSpec = {
  args: [{ name: 'of', value: 'nothing' }],
  metrics: [
    { name: 'm', successCondition: 'true', provider: { prometheus: { address: 'http://x', query: 'up' } } },
  ],
};

/** A world in which everything that was decided is carried out, and pods follow as they are told to. */
export class Play {
  experiment: Experiment;
  now = START;
  replicaSets: readonly ReplicaSet[] = [];
  services: readonly Service[] = [];
  runs: readonly AnalysisRun[] = [];
  readonly refusals = new Map<string, string>();
  readonly taken = new Set<string>();
  routed: ReadonlySet<string> = new Set();
  readonly told: string[] = [];
  /** What the last look did, in short. */
  done: readonly string[] = [];

  constructor(spec: Partial<ExperimentSpec>) {
    this.experiment = anExperiment(spec);
  }

  world(): ExperimentWorld {
    return {
      experiment: this.experiment,
      replicaSets: this.replicaSets,
      isTaken: (object) => this.taken.has(objectKey(object)),
      services: Object.fromEntries(this.services.map((one) => [one.metadata.name, one])),
      runs: this.runs,
      templates: { 'AnalysisTemplate/errors': passing, 'AnalysisTemplate/missing': null },
      refusals: this.refusals,
      routed: this.routed,
    };
  }

  /** Looks, after so many seconds, and does what was decided. */
  look(seconds = 0): ExperimentDecision {
    this.now += seconds * 1000;
    const decision = decide(this.world(), this.now);
    this.experiment = { ...this.experiment, status: decision.status };
    this.told.push(...decision.notes.map(({ message }) => message));
    this.done = decision.todo.map((change) => this.#carryOut(change));
    return decision;
  }

  /** So many pods of a template are available; by default all that are wanted. */
  pods(name: string, available?: number): void {
    this.replicaSets = this.replicaSets.map((one) => {
      if (one.metadata.annotations?.['experiment.argoproj.io/template-name'] !== name) return one;
      const replicas = one.spec.replicas ?? 1;
      const count = available ?? replicas;
      return {
        ...one,
        status: { replicas, readyReplicas: count, availableReplicas: count, observedGeneration: 1 },
      };
    });
  }

  /** An analysis run is in this phase now. */
  run(name: string, phase: AnalysisPhase, message?: string): void {
    const status = { phase, ...(message === undefined ? {} : { message }) };
    this.runs = this.runs.map((one) => (one.metadata.name === name ? { ...one, status } : one));
  }

  edit(spec: Partial<ExperimentSpec>): void {
    this.experiment = { ...this.experiment, spec: { ...this.experiment.spec, ...spec } };
  }

  /** As `retry experiment` does it. */
  retry(): void {
    const { status: _, ...rest } = this.experiment;
    this.experiment = rest as Experiment;
  }

  /** Phase, templates and analyses, as `Running a=Running check=Pending`. */
  get state(): string {
    const { phase, templateStatuses = [], analysisRuns = [] } = this.experiment.status ?? {};
    const templates = templateStatuses.map(({ name, status }) => `${name}=${status ?? ''}`);
    const analyses = analysisRuns.map((one) => `${one.name}=${one.phase === '' ? '-' : one.phase}`);
    return [phase ?? '-', ...templates, ...analyses].join(' ');
  }

  #carryOut(change: ExperimentDecision['todo'][number]): string {
    const { kind, name } = change;
    if (change.verb === 'create') {
      const made = {
        ...change.manifest,
        metadata: { ...change.manifest.metadata, uid: name, generation: 1 },
      };
      if (kind === 'ReplicaSet') this.replicaSets = [...this.replicaSets, made as ReplicaSet];
      if (kind === 'Service') this.services = [...this.services, made as Service];
      if (kind === 'AnalysisRun') this.runs = [...this.runs, made as AnalysisRun];
      return `create ${kind}/${name}`;
    }
    if (change.verb === 'delete') {
      this.services = this.services.filter(({ metadata }) => metadata.name !== name);
      return `delete ${kind}/${name}`;
    }
    if (change.verb !== 'patch') return change.verb;
    const patched = <T extends object>(one: T): T => merged(one, change.patch) as T;
    const isIt = ({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name === name;
    if (kind === 'ReplicaSet')
      this.replicaSets = this.replicaSets.map((one) => (isIt(one) ? patched(one) : one));
    else this.runs = this.runs.map((one) => (isIt(one) ? patched(one) : one));
    return `patch ${kind}/${name} ${JSON.stringify(change.patch)}`;
  }
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const fields: Record<string, unknown> = { ...(target as object) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete fields[key];
    else fields[key] = merged(fields[key], value);
  }
  return fields;
}

/** The text of a moment so many seconds from the start. */
export function at(seconds: number): string {
  return formatInstant(START + seconds * 1000);
}
