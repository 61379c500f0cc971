import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resources } from '../../src/api/resources.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { type WorkloadObject, workloadObject } from '../../src/core/rollout/workload.ts';
import { CatchUp } from '../../src/shell/catch-up.ts';
import { Follower } from '../../src/shell/follower.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import { FakeClock } from './kube/fake-clock.ts';

/** The Deployment `n/a` in a generation; its version is ten times that, unless it is another one. */
function deployment(generation: number, uid = 'first', version = generation * 10): KubeObject {
  return { metadata: { namespace: 'n', name: 'a', uid, generation, resourceVersion: String(version) } };
}

interface Row {
  readonly name: string;
  /** What the watch has told. */
  readonly known: KubeObject | null;
  /** The generation that the rollout was decided by. */
  readonly decidedBy: string | undefined;
  /** What the API server says. */
  readonly stored: KubeObject | null;
  /** How often it is asked in three passes, and what is known then. */
  readonly asked: number;
  readonly seen: string;
}

const ROWS: readonly Row[] = [
  { name: 'news', known: deployment(3), decidedBy: '2', stored: deployment(3), asked: 0, seen: 'first 3' },
  { name: 'up to date', known: deployment(2), decidedBy: '2', stored: null, asked: 0, seen: 'first 2' },
  {
    name: 'never decided',
    known: deployment(1),
    decidedBy: undefined,
    stored: null,
    asked: 0,
    seen: 'first 1',
  },
  {
    name: 'too late',
    known: deployment(1),
    decidedBy: '2',
    stored: deployment(2),
    asked: 1,
    seen: 'first 2',
  },
  { name: 'gone meanwhile', known: deployment(1), decidedBy: '2', stored: null, asked: 1, seen: 'missing' },
  {
    name: 'made anew, and so it really is older',
    known: deployment(1, 'second', 90),
    decidedBy: '7',
    stored: deployment(1, 'second', 90),
    asked: 1,
    seen: 'second 1',
  },
  {
    name: 'made anew, of which the watch has not told',
    known: deployment(5),
    decidedBy: '7',
    stored: deployment(1, 'second', 90),
    asked: 1,
    seen: 'second 1',
  },
  { name: 'not there', known: null, decidedBy: '2', stored: deployment(2), asked: 0, seen: 'missing' },
];

for (const { name, known, decidedBy, stored, asked, seen } of ROWS)
  void test(`a workload that is ${name}`, async () => {
    let count = 0;
    const follower = new Follower<WorkloadObject>({
      client: {
        watch: () => {
          throw new Error('not asked');
        },
        list: (_resource, _selection, project) => {
          count++;
          return Promise.resolve({
            items: stored === null ? [] : [project(stored)],
            resourceVersion: '99',
          });
        },
      },
      resource: resources.deployments,
      namespace: null,
      clock: new FakeClock(),
      rng: () => 0,
      project: workloadObject,
      look: () => {},
      onHealth: () => {},
    });
    follower.want('app', ['n/a']);
    follower.replace(known === null ? [] : [follower.project(known)], '1');
    const rollout = { status: { workloadObservedGeneration: decidedBy } } as unknown as Rollout;
    const catchUp = new CatchUp();
    const { signal } = new AbortController();
    for (let pass = 0; pass < 3; pass++) await catchUp.catchUp('app', rollout, follower, 'n/a', signal);
    const found = follower.find('n/a');
    const words =
      found.kind === 'there'
        ? `${found.object.metadata.uid} ${found.object.metadata.generation}`
        : found.kind;
    assert.deepEqual([count, words], [asked, seen]);
  });
