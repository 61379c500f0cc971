import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes } from '../../../src/core/changes.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { roleHash } from '../../support/draft.ts';
import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Numbers of revisions, what a ReplicaSet is made of, and which old ones are thrown away. */

const HISTORY = 'rollout.argoproj.io/revision-history';
const REVISION = 'rollout.argoproj.io/revision';
const DESIRED = 'rollout.argoproj.io/desired-replicas';

row('a new version is the next revision', w('stable 4/4 new [50]').bySurge(1, 0), {
  revision: '2',
  changes: ['grow create canary', 'record Rollout'],
});
row('the first is 1', w('nothing of 4 [50]'), { revision: '1' });
row('nothing new, nothing to write', w('old 0/0 stable 4/4 of 4 [50]'), { revision: null, changes: [] });
row('going back makes an old version the newest', w('old 0/0 stable 4/4 of 4 [50]').with({ wants: 'old1' }), {
  revision: '3',
});
row('numbers that were lost begin anew', w('stable 4/4 of 4 [50]').annotated('stable', { [REVISION]: '' }), {
  revision: null,
});

/** Annotations that the ReplicaSet of a version gets. */
function annotationsOf(scene: Scene, role: string): Readonly<Record<string, string>> {
  const { world, now } = scene;
  const { target } = decide(world, now);
  const name = `app-${roleHash(role)}`;
  const made = target?.create?.metadata.name === name ? target.create.metadata.annotations : undefined;
  return made ?? target?.replicaSets.find((t) => t.replicaSet.metadata.name === name)?.annotations ?? {};
}

void test('a version that is renumbered remembers its old numbers', () => {
  const back = w('old 0/0 stable 4/4 of 4 [50]').with({ wants: 'old1' });
  assert.equal(annotationsOf(back, 'old1')[HISTORY], '1');
  const again = back
    .annotated('old1', { [HISTORY]: '1', [REVISION]: '2' })
    .annotated('stable', { [REVISION]: '3' });
  assert.equal(annotationsOf(again, 'old1')[HISTORY], '1,2');
  assert.equal(annotationsOf(w('stable 4/4 [50]'), 'stable')[HISTORY], undefined);
});

void test('annotations of the Rollout follow it to the wanted version, but not those of tools', () => {
  const mine = {
    'team/owner': 'shop',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    [REVISION]: '1',
  };
  const said = annotationsOf(w('stable 4/4 new [50]').with({ annotations: mine }), 'canary');
  assert.deepEqual(said, {
    'team/owner': 'shop',
    [REVISION]: '2',
    'rollout.argoproj.io/desired-replicas': '4',
  });
});

/** Annotations of a Git reconciler. */
const commit = (hash: string, message = `commit ${hash}`) => ({
  'sluice.dev/commit': hash,
  'sluice.dev/commit-author': 'Ada <ada@example.com>',
  'sluice.dev/commit-message': message,
});
const byCommit = (annotations: Readonly<Record<string, string>>) => ({
  annotations: { [REVISION]: '1', ...annotations },
});
const noCommit = [undefined, undefined, undefined];
const [c1, c2, c3] = [commit('c1'), commit('c2'), commit('c3')];
const back = w('old 0/0 stable 4/4 of 4 [50]').with({ wants: 'old1' });

/** Which commit the ReplicaSet of a version is told to have: what is not there is left as it is. */
const commits: readonly (readonly [name: string, scene: Scene, role: string, expected: object])[] = [
  ['a new version has the commit that made it', w('stable 4/4 new [50]').with(byCommit(c2)), 'canary', c2],
  [
    'a later commit that leaves the template as it is makes no version',
    w('stable 4/4 [50]').with(byCommit(c2)).annotated('stable', c1),
    'stable',
    {},
  ],
  ['nor is it told of a version that has none', w('stable 4/4 [50]').with(byCommit(c1)), 'stable', {}],
  [
    'the version before keeps its own',
    w('stable 4/4 canary 1/1 [>50]').with(byCommit(c2)).annotated('stable', c1).annotated('canary', c2),
    'stable',
    {},
  ],
  [
    'a template that somebody changed in the cluster has no commit',
    w('stable 4/4 new [50]').with(byCommit(c1)).annotated('stable', c1),
    'canary',
    {},
  ],
  [
    'a revert goes back to an old version, which is then of the commit that reverts',
    back.with(byCommit(c3)).annotated('old1', c1).annotated('stable', c2),
    'old1',
    c3,
  ],
  [
    'somebody goes back in the cluster: the old version keeps its commit',
    back.with(byCommit(c2)).annotated('old1', c1).annotated('stable', c2),
    'old1',
    {},
  ],
  [
    'nothing stays of the commit before',
    back.with(byCommit({ 'sluice.dev/commit': 'c3' })).annotated('old1', c1),
    'old1',
    { 'sluice.dev/commit': 'c3', 'sluice.dev/commit-author': '', 'sluice.dev/commit-message': '' },
  ],
];
for (const [name, scene, role, expected] of commits)
  void test(`commits: ${name}`, () => {
    const said = annotationsOf(scene, role);
    const keys = Object.keys(c1) as (keyof typeof c1)[];
    const whole = expected as Readonly<Record<string, string>>;
    assert.deepEqual(
      keys.map((key) => said[key]),
      Object.keys(whole).length === 0 ? noCommit : keys.map((key) => whole[key]),
    );
  });

row(
  'a commit that leaves the template as it is causes no write',
  w('stable 4/4 of 4 [50]')
    .with(byCommit(c2))
    .annotated('stable', { ...c1, [DESIRED]: '4' }),
  { changes: [] },
);
row(
  'a revert that goes back to an old version is one write of it, beside its number on the rollout',
  back.with(byCommit(c3)).annotated('old1', c1).bySurge(1, 0),
  { changes: ['grow old1 0>1', 'record Rollout'] },
);

void test('a ReplicaSet is made with the hash in name, labels, selector and template, and an owner', () => {
  const { world, now } = w('stable 4/4 new [50]').spec({ minReadySeconds: 7 });
  const made = decide(world, now).target?.create;
  const hash = roleHash('canary');
  const labels = { app: 'app', 'rollouts-pod-template-hash': hash };
  assert.equal(made?.metadata.name, `app-${hash}`);
  assert.deepEqual(made.metadata.labels, labels);
  assert.deepEqual(made.spec.selector, { matchLabels: labels });
  assert.deepEqual(made.spec.template?.metadata?.labels, labels);
  assert.equal(made.spec['minReadySeconds'], 7);
  const [owner] = made.metadata.ownerReferences ?? [];
  assert.deepEqual(
    [owner?.kind, owner?.uid, owner?.controller, owner?.['blockOwnerDeletion']],
    ['Rollout', 'uid-app', true, true],
  );
});

// A ReplicaSet of somebody else has the name: another collision count gives another hash.
void test('a name that is taken: the collision count goes up, and nothing else is done', () => {
  const { world, now } = w('stable 4/4 new [50]');
  const other = world.replicaSets[0];
  assert.ok(other !== undefined);
  const taken = {
    ...world,
    nameTakenBy: { ...other, metadata: { ...other.metadata, name: `app-${roleHash('canary')}` } },
  };
  const decision = decide(taken, now);
  assert.deepEqual([decision.status.collisionCount, decision.target, decision.urgency], [1, null, 'first']);
  const next = { ...taken, nameTakenBy: null, rollout: { ...world.rollout, status: decision.status } };
  const made = changes(next, decide(next, now)).find((change) => change.verb === 'create');
  assert.match(made?.name ?? '', /^app-/);
  assert.notEqual(made?.name, `app-${roleHash('canary')}`);
});

void test('collisions are counted on', () => {
  const { world, now } = w('stable 4/4 new [50]').status({ collisionCount: 2 });
  const [other] = world.replicaSets;
  assert.ok(other !== undefined);
  assert.equal(decide({ ...world, nameTakenBy: other }, now).status.collisionCount, 3);
});

row(
  'an orphan of the same template is taken in',
  w('stable 4/4 canary 0/0 of 4 [>50]').bySurge(1, 0).orphaned('canary'),
  {
    changes: ['grow canary 0>1'],
  },
);

// History.
const keep = (revisionHistoryLimit: number) => ({ revisionHistoryLimit });
const three = 'old 0/0 old 0/0 old 0/0 stable 4/4 of 4 [50]';
row('ten old revisions are kept', w(three), { discard: '' });
row('the oldest goes beyond the limit', w(three).spec(keep(2)), {
  discard: 'old1',
  changes: ['tidy delete old1'],
});
row('a limit of 0: all old ones go', w(three).spec(keep(0)), { discard: 'old1 old2 old3' });
row('stable and current do not count', w('stable 4/4 canary 0/0 of 4 [>50]').spec(keep(0)), { discard: '' });
row('not while it has pods', w('old 1/1 stable 4/4 @0% [50]').spec(keep(0)), { discard: '' });
row('not what belongs to nobody', w('old 0/0 stable 4/4 of 4 [50]').orphaned('old1').spec(keep(0)), {
  discard: '',
});
