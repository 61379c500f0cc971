import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodTemplate } from '../../../src/api/meta.ts';
import type { AntiAffinity } from '../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import { changes } from '../../../src/core/changes.ts';
import { podTemplateHash } from '../../../src/core/hash/template.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import type { World } from '../../../src/core/world.ts';
import { type Role, roleHash, roleOf, templateOf } from '../../support/draft.ts';
import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Pods of a new version keep off the nodes of the stable one: what stands in which template, and when. */

const HARD: AntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: {} };
const SOFT: AntiAffinity = { preferredDuringSchedulingIgnoredDuringExecution: { weight: 7 } };
const LISTS = {
  hard: 'requiredDuringSchedulingIgnoredDuringExecution',
  soft: 'preferredDuringSchedulingIgnoredDuringExecution',
} as const;

type List = keyof typeof LISTS;
type Rules = Partial<Record<string, readonly unknown[] | null>>;

const against = (role: Role) => ({
  labelSelector: {
    matchExpressions: [{ key: 'rollouts-pod-template-hash', operator: 'In', values: [roleHash(role)] }],
  },
  namespaces: ['demo'],
  topologyKey: 'kubernetes.io/hostname',
});
const OWN = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'zone' };

function withRules(template: PodTemplate | undefined, podAntiAffinity: Rules): PodTemplate {
  return { ...template, spec: { ...template?.spec, affinity: { podAntiAffinity } } };
}

/** A world in which the template of one version's ReplicaSet has these rules. */
function where(scene: Scene, role: Role, rules: Rules): World {
  const { world } = scene;
  const replicaSets = world.replicaSets.map((replicaSet): ReplicaSet => {
    if (replicaSet.metadata.labels?.['rollouts-pod-template-hash'] !== roleHash(role)) return replicaSet;
    return {
      ...replicaSet,
      spec: { ...replicaSet.spec, template: withRules(replicaSet.spec.template, rules) },
    };
  });
  return { ...world, replicaSets };
}

/** The rules of a template or of its patch in a few words: `hard own stable`. */
function told(template: unknown): string {
  const { spec } = (template ?? {}) as { readonly spec?: { readonly affinity?: unknown } };
  if (spec?.affinity === null) return 'none';
  const affinity = spec?.affinity as { readonly podAntiAffinity?: Rules } | undefined;
  const rules = affinity?.podAntiAffinity ?? {};
  const words = (Object.keys(LISTS) as List[]).flatMap((list) => {
    const terms = rules[LISTS[list]];
    if (terms === null) return [`no ${list}`];
    return terms === undefined ? [] : [list, ...terms.map((term) => toldTerm(list, term))];
  });
  return words.join(' ');
}

function toldTerm(list: List, term: unknown): string {
  const { weight, podAffinityTerm } = term as { readonly weight?: number; readonly podAffinityTerm?: object };
  const inner = (list === 'soft' ? podAffinityTerm : term) as ReturnType<typeof against>;
  const hash = inner.labelSelector.matchExpressions?.[0]?.values[0];
  const name = hash === undefined ? 'own' : roleOf(hash);
  return weight === undefined ? name : `${name}*${weight}`;
}

/** What is put into which template, by name of the version; created ones with `+`. */
function injects(name: string, world: World, at: number, expected: Readonly<Record<string, string>>): void {
  void test(name, () => {
    const todo = changes(world, decide(world, at));
    const found = todo.flatMap((change): [string, string][] => {
      if (change.kind !== 'ReplicaSet') return [];
      const role = roleOf(change.name.replace('app-', ''));
      if (change.verb === 'create')
        return [[`+${role}`, told((change.manifest as ReplicaSet).spec.template)]];
      const { template } = ((change.verb === 'patch' && change.patch['spec']) || {}) as {
        template?: unknown;
      };
      return template === undefined ? [] : [[role, told(template)]];
    });
    assert.deepEqual(Object.fromEntries(found), expected);
  });
}

const fresh = () => w('stable 4/4 new [50 pause]');
const at = fresh().now;
const hardAgainst = (role: Role) => ({ [LISTS.hard]: [against(role)] });

injects('a new version keeps off the stable one', fresh().canary({ antiAffinity: HARD }).world, at, {
  '+canary': 'hard stable',
});
injects('or is asked to', fresh().canary({ antiAffinity: SOFT }).world, at, { '+canary': 'soft stable*7' });
injects('not unless asked for', fresh().world, at, { '+canary': '' });
injects(
  'the first version has nobody to keep off',
  w('nothing of 4').canary({ antiAffinity: HARD }).world,
  at,
  {
    '+canary': '',
  },
);
const picky = withRules(templateOf('canary'), { [LISTS.hard]: [OWN] });
injects(
  'what the user wrote stays, and comes first',
  fresh().canary({ antiAffinity: HARD }).spec({ template: picky }).world,
  at,
  { [`+${podTemplateHash(picky)}`]: 'hard own stable' },
);
const paused = () => w('stable 4/4 canary 2/2 [50 >pause]').canary({ antiAffinity: HARD });
injects('under way nothing changes', where(paused(), 'canary', hardAgainst('stable')), at, {});
const rollback = () => w('old 0/0/0 stable 4/4 wants old1 [~50 pause]').canary({ antiAffinity: HARD });
injects(
  'a version that comes back keeps off the one that is stable now',
  where(rollback(), 'old1', { [LISTS.hard]: [OWN, against('old2')] }),
  at,
  { old1: 'hard own stable' },
);
injects(
  'of the other kind, where the strategy has changed',
  where(rollback().canary({ antiAffinity: SOFT }), 'old1', hardAgainst('old2')),
  at,
  { old1: 'no hard soft stable*7' },
);
injects(
  'or off nobody',
  where(paused().canary({ antiAffinity: undefined as never }), 'canary', hardAgainst('stable')),
  at,
  { canary: 'none' },
);
const promoted = () => w('old 0/0 stable 4/4 [50]').canary({ antiAffinity: HARD });
injects(
  'what a stable version was made with stays: whom it names is gone',
  where(promoted(), 'stable', hardAgainst('old1')),
  at,
  {},
);

void test('a version is found by its template whatever was put in', () => {
  const world = where(paused(), 'canary', hardAgainst('stable'));
  const replicaSets = world.replicaSets.map((replicaSet) => {
    const isCanary = replicaSet.metadata.name === `app-${roleHash('canary')}`;
    const labels = { app: 'app', 'rollouts-pod-template-hash': 'made-by-another-version' };
    return isCanary ? { ...replicaSet, metadata: { ...replicaSet.metadata, labels } } : replicaSet;
  });
  assert.equal(decide({ ...world, replicaSets }, at).target?.create, null);
});

row('in the same write as the size', rollback(), {
  changes: ['shrink stable 4>3', 'grow old1 0>1', 'record Rollout'],
});
