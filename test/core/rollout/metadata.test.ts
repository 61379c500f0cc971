import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtraMetadata, StringMap } from '../../../src/api/meta.ts';
import type { Pod, ReplicaSet } from '../../../src/api/workload.ts';
import { changes } from '../../../src/core/changes.ts';
import { equalTemplates } from '../../../src/core/hash/equal.ts';
import { check } from '../../../src/core/laws.ts';
import type { Change } from '../../../src/core/plan.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { bareTemplate } from '../../../src/core/rollout/metadata-memory.ts';
import { awaitsPods, MOST_PODS } from '../../../src/core/rollout/metadata-pods.ts';
import type { World } from '../../../src/core/world.ts';
import { type Role, roleHash, roleOf, templateOf } from '../../support/draft.ts';
import { describe } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Labels and annotations that follow the part of a version: in templates, remembered, given to pods. */

const KEYS = {
  is: 'rollout.argoproj.io/ephemeral-metadata',
  over: 'sluice.dev/covered-metadata',
  was: 'sluice.dev/former-metadata',
} as const;

const CANARY: ExtraMetadata = { labels: { role: 'canary' }, annotations: { note: 'new' } };
const STABLE: ExtraMetadata = { labels: { role: 'stable' } };
const BOTH = { canaryMetadata: CANARY, stableMetadata: STABLE };

/** What a ReplicaSet remembers; its template has what it remembers to have been given. */
interface Given {
  readonly is?: ExtraMetadata;
  readonly over?: ExtraMetadata;
  readonly was?: ExtraMetadata;
  /** Labels of the user's template, besides `app`. */
  readonly own?: StringMap;
  /** The generation that the status is about; it is at 1. */
  readonly observed?: number;
}

type Givens = Readonly<Record<Role, Given>>;

/** A world in which the ReplicaSets of these versions remember so much. */
function where(scene: Scene, givens: Givens, pods: readonly Pod[] | null = null): World {
  const { world } = scene;
  const replicaSets = world.replicaSets.map((replicaSet) => {
    const given = givens[roleOf(replicaSet.metadata.labels?.['rollouts-pod-template-hash'])];
    return given === undefined ? replicaSet : withGiven(replicaSet, given);
  });
  return { ...world, replicaSets, pods };
}

function withGiven(replicaSet: ReplicaSet, { is, over, was, own, observed = 1 }: Given): ReplicaSet {
  const { metadata, spec, status } = replicaSet;
  const remembered = Object.entries({ is, over, was }).flatMap(([key, value]) =>
    value === undefined ? [] : [[KEYS[key as keyof typeof KEYS], JSON.stringify(value)]],
  );
  const labels = { ...spec.template?.metadata?.labels, ...own, ...is?.labels };
  const annotations = { ...is?.annotations };
  return {
    ...replicaSet,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...Object.fromEntries(remembered) } },
    spec: { ...spec, template: { ...spec.template, metadata: { labels, annotations } } },
    status: { ...status, observedGeneration: observed },
  };
}

/** A pod of a version, with this besides what selects it. */
function pod(name: string, role: Role, extra: ExtraMetadata, more: Partial<Pod['metadata']> = {}): Pod {
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `app-${roleHash(role)}`,
    uid: `uid-${role}`,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'demo',
      resourceVersion: '900',
      labels: { app: 'app', 'rollouts-pod-template-hash': roleHash(role), ...extra.labels },
      annotations: { 'example.com/by': 'somebody', ...extra.annotations },
      ownerReferences: [{ ...owner, controller: true }],
      ...more,
    },
  };
}

interface Meta {
  readonly labels?: Readonly<Record<string, string | null>> | null;
  readonly annotations?: Readonly<Record<string, string | null>> | null;
}

/** `role=stable note=-`: what metadata says; `-` is taken away, and `no annotations` are all of them. */
function said({ labels, annotations }: Meta = {}): string {
  const entries = Object.entries({ ...labels, ...annotations });
  const ours = entries.filter(([key]) => !key.startsWith('rollouts-') && key !== 'app');
  const none = annotations === null ? ['no annotations'] : [];
  return [...ours.map(([key, value]) => `${key}=${value ?? '-'}`), ...none].join(' ');
}

/** One write of a ReplicaSet or a pod: `tidy canary: role=stable note=- is role=stable was role=canary`. */
function words(change: Change, world: World): string {
  const object = change.verb === 'create' ? change.manifest : change.verb === 'patch' ? change.patch : {};
  const { metadata, spec } = object as { metadata?: Meta; spec?: { template?: { metadata?: Meta } } };
  if (change.kind === 'Pod') return `${describe(change, world)}: ${said(metadata)}`;
  const kept = Object.entries(KEYS).flatMap(([word, key]) => {
    const text = metadata?.annotations?.[key];
    if (text === undefined) return [];
    return text === null ? [`${word} -`] : [`${word} ${said(JSON.parse(text) as Meta)}`.trim()];
  });
  const parts = [said(spec?.template?.metadata), ...kept].filter((part) => part !== '');
  return [`${describe(change, world)}:`, ...parts].join(' ');
}

/** In this world these are the writes of ReplicaSets and pods. */
function writes(name: string, world: World, at: number, expected: readonly string[]): void {
  void test(name, () => {
    const decision = decide(world, at);
    const todo = changes(world, decision);
    check(world, decision, todo);
    const ours = todo.filter(({ kind }) => kind === 'ReplicaSet' || kind === 'Pod');
    assert.deepEqual(
      ours.map((change) => words(change, world)),
      expected,
    );
  });
}

const NOW = w('stable 4/4 [50]').now;

// Making a ReplicaSet.

writes('the first version is stable from its start', w('nothing of 4').canary(BOTH).world, NOW, [
  'grow create canary: role=stable is role=stable',
]);
writes('a new one is the canary', w('stable 4/4 new @0% [50]').canary(BOTH).world, NOW, [
  'grow create canary: role=canary note=new is role=canary note=new',
  'tidy stable: role=stable is role=stable was',
]);
const known = { stable: { is: STABLE } };
writes('where stable has its own already', where(w('stable 4/4 new @0% [50]').canary(BOTH), known), NOW, [
  'grow create canary: role=canary note=new is role=canary note=new',
]);
writes('without metadata nothing is remembered', w('stable 4/4 new @0% [50]').world, NOW, [
  'grow create canary:',
]);
writes(
  'labels by which pods are selected are left alone',
  w('nothing of 4').canary({ stableMetadata: { labels: { app: 'app', role: 'x' } } }).world,
  NOW,
  ['grow create canary: role=x is role=x'],
);
const tracked = (role: Role) => {
  const { metadata, ...rest } = templateOf(role);
  return { ...rest, metadata: { labels: { ...metadata?.labels, role: 'web' } } };
};
void test('what the template says itself under the same key is remembered', () => {
  const scene = w('nothing of 4')
    .canary(BOTH)
    .spec({ template: tracked('canary') });
  const made = decide(scene.world, NOW).target?.create;
  assert.equal(made?.spec.template?.metadata?.labels?.['role'], 'stable');
  assert.equal(made?.metadata.annotations?.[KEYS.over], '{"labels":{"role":"web"}}');
  assert.ok(
    equalTemplates(made === null || made === undefined ? null : bareTemplate(made), tracked('canary')),
  );
});

// From part to part.

const settled = { stable: { is: STABLE }, canary: { is: CANARY } };
const done = () => w('stable 1/1 canary 4/4 of 4 [50]').canary(BOTH);
writes(
  'under way nothing changes',
  where(w('stable 2/2 canary 2/2 [50 >pause]').canary(BOTH), settled),
  NOW,
  [],
);
writes(
  'nor in an abort',
  where(w('stable 4/4 canary 2/2 of 4 [~50 pause] aborted').canary(BOTH), settled),
  NOW,
  ['shrink canary 2>0:'],
);
writes(
  'at its promotion a version gets what is stable, and the old one loses it',
  where(done(), settled),
  NOW,
  [
    'shrink stable 1>0: role=- is - was role=stable',
    'tidy canary: role=stable no annotations is role=stable was role=canary note=new',
  ],
);
writes(
  'with a router the old version loses it together with its deadline',
  where(w('stable 4/4 canary 4/4 @100% [50]').canary(BOTH), settled),
  NOW,
  [
    'grow stable: role=- is - was role=stable',
    'tidy canary: role=stable no annotations is role=stable was role=canary note=new',
  ],
);
writes(
  'an older version that comes back gets it with its first pods, which need nothing else',
  where(w('old 0/0 stable 4/4 wants old1 [~50 pause]').canary(BOTH), {
    stable: { is: STABLE },
    old1: { was: STABLE },
  }),
  NOW,
  ['shrink stable 4>3:', 'grow old1 0>1: role=canary note=new is role=canary note=new was -'],
);
writes(
  'one that still has pods keeps in mind what they have',
  where(w('old 1/1 stable 3/3 of 4 wants old1 [25 >pause]').canary(BOTH), {
    stable: { is: STABLE },
    old1: { was: STABLE },
  }),
  NOW,
  ['grow old1: role=canary note=new is role=canary note=new was role=stable'],
);
writes(
  'another word in the strategy',
  where(w('stable 4/4 [50]').canary({ stableMetadata: { labels: { role: 'main' } } }), known),
  NOW,
  ['tidy stable: role=main is role=main was role=stable'],
);
writes('none at all any more', where(w('stable 4/4 [50]'), known), NOW, [
  'tidy stable: role=- is - was role=stable',
]);
writes(
  'what the template says itself comes back',
  where(w('stable 4/4 [50]'), { stable: { is: STABLE, over: { labels: { role: 'web' } } } }),
  NOW,
  ['tidy stable: role=web is - over - was role=stable'],
);
writes(
  'a second change before the pods are through: they may have either',
  where(w('stable 4/4 [50]').canary(BOTH), {
    stable: { is: { labels: { a: '1' } }, was: { labels: { b: '2' } } },
  }),
  NOW,
  ['tidy stable: a=- role=stable is role=stable was b=2 a=1'],
);
void test('text that is no metadata says nothing', () => {
  const scene = w('stable 4/4 [50]').annotated('stable', { [KEYS.is]: '{', [KEYS.over]: '[1]' });
  assert.deepEqual(changes(scene.world, decide(scene.world, NOW)), []);
});

// Pods.

const due: Givens = { stable: { is: STABLE, was: CANARY } };
const four = (scene = w('stable 4/4 [50]')) => scene.canary(BOTH);
const told = ['a', 'b'].map((name) => pod(name, 'stable', STABLE));
const late = ['c', 'd'].map((name) => pod(name, 'stable', CANARY));

writes(
  'pods get what they lack, and lose what they have too much',
  where(four(), due, [...told, ...late]),
  NOW,
  ['tidy stable:', 'tidy c: role=stable note=-', 'tidy d: role=stable note=-', 'tidy stable: was -'],
);
writes('where none lacks anything, only that is noted', where(four(), due, told), NOW, [
  'tidy stable: was -',
]);
writes('without a list nothing is done to them', where(four(), due), NOW, []);
writes(
  'pods of others, and those on their way out, stay as they are',
  where(four(), due, [
    pod('e', 'stable', CANARY, { deletionTimestamp: '2026-03-01T12:00:00Z' }),
    pod('f', 'stable', CANARY, { ownerReferences: [] }),
  ]),
  NOW,
  ['tidy stable: was -'],
);
writes(
  'the value of the template comes back to them',
  where(w('stable 4/4 [50]'), { stable: { own: { role: 'web' }, was: STABLE } }, told),
  NOW,
  ['tidy stable:', 'tidy a: role=web', 'tidy b: role=web', 'tidy stable: was -'],
);
const scaled = where(four(w('stable 4/4 of 6 [50]')), due, late);
writes('a ReplicaSet that is scaled now has its turn after it', scaled, NOW, ['grow stable 4>6:']);
const changing = where(four(), { stable: { is: CANARY, was: { labels: { x: 'y' } } } }, late);
writes('the template comes first', changing, NOW, [
  'tidy stable: role=stable no annotations is role=stable was x=y role=canary note=new',
]);
void test('so many pods in one pass, the others at once after it', () => {
  const many = Array.from({ length: MOST_PODS + 1 }, (_, i) => pod(`p${i}`, 'stable', CANARY));
  const decision = decide(where(four(), due, many), NOW);
  assert.equal(decision.target?.relabel?.[0]?.pods.length, MOST_PODS);
  assert.equal(decision.target?.relabel?.[0]?.isLast, false);
  assert.equal(decision.wakeAt, NOW + 1);
});

// When pods are looked at.

function looks(name: string, world: World, expected: boolean): void {
  void test(name, () => assert.equal(awaitsPods(world), expected));
}

looks('not where nothing is to be given', where(four(), known), false);
looks('where something may be lacking', where(four(), due), true);
looks(
  'not before the ReplicaSet controller has seen the template',
  where(four(), { stable: { is: STABLE, was: CANARY, observed: 0 } }),
  false,
);
looks(
  'not for an older version: its pods go',
  where(four(w('old 4/4 stable 4/4 @0% [50]')), { old1: { was: STABLE }, stable: { is: STABLE } }),
  false,
);
looks(
  'not without pods',
  where(four(w('stable 4/4 canary 0/0 [>50]')), { canary: { is: CANARY, was: STABLE } }),
  false,
);
looks('not without a status', where(four().lost(), due), false);
