import assert from 'node:assert/strict';
import type { RolloutStatus, StepPluginStatus } from '../../../src/api/rollout.ts';
import type { Job } from '../../../src/api/workload.ts';
import { changes } from '../../../src/core/changes.ts';
import { check } from '../../../src/core/laws.ts';
import type { Change, Decision } from '../../../src/core/plan.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import type { World } from '../../../src/core/world.ts';
import { apply, type Cluster, commit, seen } from '../../support/cluster.ts';
import { roleHash, ZERO } from '../../support/draft.ts';
import { describe } from '../../support/row.ts';
import type { Scene } from '../../support/world.ts';

const HASH = roleHash('canary');
/** What the Job of the first step is called. */
export const JOB = `app-${HASH}-1-1`;

/** One pass after another, with what is stored in between. */
export class Story {
  #cluster: Cluster;
  #now = ZERO;
  decision: Decision | null = null;
  /** What the last pass saw, and what it wants written. */
  world: World | null = null;
  todo: readonly Change[] = [];
  /** What the last pass wrote, and what it told. */
  changes: readonly string[] = [];
  notes: readonly string[] = [];

  constructor(scene: Scene) {
    this.#cluster = scene.cluster;
  }

  /** A pass, so many seconds after the beginning; its status is stored. */
  pass(seconds = 0): this {
    this.#now = ZERO + seconds * 1000;
    const world = seen(this.#cluster);
    const decision = decide(world, this.#now);
    const todo = changes(world, decision);
    check(world, decision, todo);
    this.decision = decision;
    this.todo = todo;
    this.world = world;
    this.changes = todo.filter(({ kind }) => kind === 'Job').map((change) => describe(change, world));
    this.notes = [...decision.notes, ...todo.flatMap(({ notes }) => notes)].map(
      ({ reason, message }) => `${reason}: ${message.replaceAll(HASH, 'HASH')}`,
    );
    this.#cluster = commit(this.#cluster, world, decision.status) ?? assert.fail('a conflict');
    return this;
  }

  /** A person or the world changes something. */
  change(change: (cluster: Cluster) => Partial<Cluster>): this {
    this.#cluster = { ...this.#cluster, ...change(this.#cluster) };
    return this;
  }

  status(status: Partial<RolloutStatus>): this {
    return this.change(({ rollout }) => ({
      rollout: { ...rollout, status: { ...rollout.status, ...status } },
    }));
  }

  annotate(annotations: Readonly<Record<string, string>>): this {
    return this.change(({ rollout }) => ({
      rollout: {
        ...rollout,
        metadata: { ...rollout.metadata, annotations: { ...rollout.metadata.annotations, ...annotations } },
      },
    }));
  }

  /** Everything that the last pass wrote of Jobs is done. */
  carryOut(): this {
    for (const change of this.todo.filter(({ kind }) => kind === 'Job'))
      this.#cluster = apply(this.#cluster, change) ?? assert.fail('a conflict');
    return this;
  }

  job(state: 'Running' | 'Complete' | 'Failed' | 'gone', name = JOB): this {
    return this.change(({ jobs = [] }) => {
      const others = jobs.filter(({ metadata }) => metadata.name !== name);
      return { jobs: state === 'gone' ? others : [...others, aJob(name, state)] };
    });
  }

  get stored(): RolloutStatus {
    return this.#cluster.rollout.status ?? {};
  }

  /** `1 Run Successful, 1 Abort Running`: the index of the step, what is done, and how far it is. */
  get steps(): string {
    const said = ({ index, operation, phase }: StepPluginStatus) => `${index} ${operation} ${phase ?? ''}`;
    return (this.stored.canary?.stepPluginStatuses ?? []).map(said).join(', ');
  }

  get token(): string {
    const [status] = this.stored.canary?.stepPluginStatuses ?? [];
    return String((status?.status as { readonly token?: string } | undefined)?.token);
  }
}

/** A Job of the first step. */
export function aJob(name: string, state: 'Running' | 'Complete' | 'Failed'): Job {
  const condition = { type: state, status: 'True', reason: 'R', message: 'it broke' } as never;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: 'demo',
      uid: `uid-${name}`,
      resourceVersion: '5',
      labels: { 'sluice.dev/step': '0' },
    },
    status: state === 'Running' ? { active: 1 } : { conditions: [condition] },
  };
}
