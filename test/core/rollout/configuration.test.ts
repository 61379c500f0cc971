import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNOTATION } from '../../../src/api/keys.ts';
import type { PodTemplate } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import { changes } from '../../../src/core/changes.ts';
import { check } from '../../../src/core/laws.ts';
import type { Change } from '../../../src/core/plan.ts';
import { configurationRefs, renamed } from '../../../src/core/rollout/configuration.ts';
import {
  type ConfigurationObject,
  configurationOf,
  copyName,
  type Sight,
  sourceNames,
  withSourceNames,
  withVersions,
} from '../../../src/core/rollout/configuration-copies.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import type { World } from '../../../src/core/world.ts';
import { userTemplate } from '../../../src/view/undo.ts';
import { w } from '../../support/world.ts';

/** ConfigMaps and Secrets of pods: where they stand, what becomes of their names, and of their copies. */

const inContainer = (container: object): PodTemplate => ({
  spec: { containers: [{ name: 'a', ...container }] },
});
const inVolume = (volume: object): PodTemplate => ({ spec: { volumes: [{ name: 'v', ...volume }] } });

const places: readonly (readonly [string, PodTemplate, string])[] = [
  ['nothing', {}, ''],
  [
    'a variable',
    inContainer({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x', key: 'k' } } }] }),
    'ConfigMap/x',
  ],
  [
    'a secret variable',
    inContainer({
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'k', optional: true } } }],
    }),
    'Secret/x?',
  ],
  [
    'other variables',
    inContainer({
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'x' } } },
      ],
    }),
    '',
  ],
  [
    'all variables',
    inContainer({ envFrom: [{ configMapRef: { name: 'x' } }, { secretRef: { name: 'y' } }] }),
    'ConfigMap/x Secret/y',
  ],
  [
    'init containers',
    { spec: { initContainers: [{ name: 'i', envFrom: [{ configMapRef: { name: 'x' } }] }] } },
    'ConfigMap/x',
  ],
  ['a volume', inVolume({ configMap: { name: 'x', items: [{ key: 'k', path: 'p' }] } }), 'ConfigMap/x'],
  ['a secret volume', inVolume({ secret: { secretName: 'x', optional: true } }), 'Secret/x?'],
  [
    'a projected volume',
    inVolume({
      projected: { sources: [{ configMap: { name: 'x' } }, { secret: { name: 'y' } }, { downwardAPI: {} }] },
    }),
    'ConfigMap/x Secret/y',
  ],
  ['pull secrets are none', { spec: { imagePullSecrets: [{ name: 'x' }], containers: [] } }, ''],
  [
    'one in two places, once',
    {
      spec: {
        containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'x', optional: true } }] }],
        volumes: [{ name: 'v', configMap: { name: 'x' } }],
      },
    },
    'ConfigMap/x',
  ],
  [
    'optional in both',
    inContainer({
      envFrom: [
        { configMapRef: { name: 'x', optional: true } },
        { configMapRef: { name: 'x', optional: true } },
      ],
    }),
    'ConfigMap/x?',
  ],
  [
    'rubbish',
    { spec: { containers: 'many', volumes: [null, 3, { configMap: 'x' }, { secret: { secretName: '' } }] } },
    '',
  ],
];
for (const [name, template, expected] of places) {
  void test(`configuration in a pod template: ${name}`, () => {
    const refs = configurationRefs(template);
    assert.equal(
      refs.map((ref) => `${ref.kind}/${ref.name}${ref.isOptional ? '?' : ''}`).join(' '),
      expected,
    );
  });
  void test(`renamed and named back: ${name}`, () => {
    const keys = configurationRefs(template).map(
      (ref) => [`${ref.kind}/${ref.name}`, `${ref.name}-1`] as const,
    );
    const there = renamed(template, new Map(keys));
    if (keys.length > 0) assert.notDeepEqual(there, template);
    const back = keys.map(
      ([key, copy]) => [`${key.split('/')[0]}/${copy}`, key.split('/')[1] ?? ''] as const,
    );
    assert.deepEqual(renamed(there, new Map(back)), template);
    assert.equal(renamed(template, new Map()), template);
  });
}

void test('names of copies are as long as names may be', () => {
  assert.equal(copyName('settings', 'abc'), 'settings-abc');
  assert.equal(copyName('x'.repeat(253), '0123456789').length, 253);
  assert.equal(copyName(`${'x'.repeat(241)}.y`, '0123456789'), `${'x'.repeat(241)}-0123456789`);
});

const TEMPLATE: PodTemplate = {
  metadata: { labels: { app: 'app' } },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'demo/app:stable',
        envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'extra', optional: true } }],
      },
    ],
  },
};

/** A rollout that wants versions of the ConfigMap `settings` and, where there is one, of the Secret `extra`. */
function wanting(rollout: Rollout): Rollout {
  const annotations = { ...rollout.metadata.annotations, [ANNOTATION.versionedConfiguration]: 'true' };
  return {
    ...rollout,
    metadata: { ...rollout.metadata, annotations },
    spec: { ...rollout.spec, template: TEMPLATE },
  };
}

function object(
  name: string,
  contentHash: string,
  more: Partial<ConfigurationObject['metadata']> = {},
): ConfigurationObject {
  const metadata = { name, namespace: 'demo', uid: `uid-${name}`, resourceVersion: '9', ...more };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, contentHash };
}

const OWNED = {
  ownerReferences: [
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'app', uid: 'uid-app', controller: true },
  ],
};
const FOREIGN = { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'a' }] };
const { world } = w('stable 4/4 [20]');
const rollout = wanting(world.rollout);

const seen: readonly (readonly [
  string,
  Readonly<Record<string, Sight>>,
  versions: string,
  issues: RegExp | null,
])[] = [
  [
    'a source without a copy yet',
    { settings: { kind: 'there', object: object('settings', 'h1') } },
    'settings-h1 to make',
    null,
  ],
  [
    'a source with its copy',
    {
      settings: { kind: 'there', object: object('settings', 'h1') },
      'settings-h1': { kind: 'there', object: object('settings-h1', 'h1', OWNED) },
    },
    'settings-h1',
    null,
  ],
  [
    'a copy of somebody else',
    {
      settings: { kind: 'there', object: object('settings', 'h1') },
      'settings-h1': { kind: 'there', object: object('settings-h1', 'h1', FOREIGN) },
    },
    '',
    /is no copy of "settings"/,
  ],
  [
    'a copy with something else in it',
    {
      settings: { kind: 'there', object: object('settings', 'h1') },
      'settings-h1': { kind: 'there', object: object('settings-h1', 'h2', OWNED) },
    },
    '',
    /is no copy of "settings"/,
  ],
  [
    'a copy that lost its owner',
    {
      settings: { kind: 'there', object: object('settings', 'h1') },
      'settings-h1': {
        kind: 'there',
        object: object('settings-h1', 'h1', { annotations: { [ANNOTATION.copyOf]: 'settings' } }),
      },
    },
    'settings-h1',
    null,
  ],
  [
    "somebody's object without an owner",
    {
      settings: { kind: 'there', object: object('settings', 'h1') },
      'settings-h1': { kind: 'there', object: object('settings-h1', 'h1') },
    },
    '',
    /is no copy of "settings"/,
  ],
  ['what is missing', {}, '', /^ConfigMap "settings" not found$/],
  [
    'what cannot be seen',
    { settings: { kind: 'unreadable', why: 'forbidden' } },
    '',
    /needs the rights of deploy\/components\/versioned-configuration$/,
  ],
];
for (const [name, sights, versions, issues] of seen)
  void test(`versions: ${name}`, () => {
    const found = configurationOf(rollout, null, [], (_kind, key) => sights[key] ?? { kind: 'missing' });
    assert.equal(
      found.versions.map((one) => `${one.name}${one.copy === null ? ' to make' : ''}`).join(' '),
      versions,
    );
    if (issues === null) assert.deepEqual(found.issues, []);
    else assert.match(found.issues.map(({ message }) => message).join('; '), issues);
  });

void test('a source that is gone keeps the copy that was wanted last', () => {
  const [stable] = world.replicaSets;
  assert.ok(stable !== undefined);
  const notes = {
    ...stable.metadata.annotations,
    [ANNOTATION.configuration]: '{"ConfigMap/settings-h1":"settings"}',
  };
  const last = { ...stable, metadata: { ...stable.metadata, annotations: notes } };
  const copy = object('settings-h1', 'h1', OWNED);
  const found = configurationOf(rollout, last, [copy], () => ({ kind: 'missing' }));
  assert.deepEqual(
    found.versions.map(({ name }) => name),
    ['settings-h1'],
  );
  assert.deepEqual(found.issues, []);
});

void test('the names that the user gave are remembered, and written back by undo', () => {
  const versions = configurationOf(rollout, null, [], (_kind, name) =>
    name === 'settings' ? { kind: 'there', object: object('settings', 'h1') } : { kind: 'missing' },
  ).versions;
  const filled = withVersions(rollout, versions);
  assert.match(JSON.stringify(filled.spec.template), /"name":"settings-h1"/);
  assert.equal(withVersions(rollout, versions).spec, filled.spec);
  const [stable] = world.replicaSets;
  assert.ok(stable !== undefined && filled.spec.template !== undefined);
  const replicaSet = {
    ...stable,
    metadata: { ...stable.metadata, annotations: filled.metadata.annotations ?? {} },
    spec: { ...stable.spec, template: filled.spec.template },
  };
  assert.deepEqual(userTemplate(replicaSet), TEMPLATE);
  assert.deepEqual(withSourceNames(replicaSet, filled.spec.template), TEMPLATE);
  const broken = {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: { [ANNOTATION.configuration]: '[1' } },
  };
  assert.equal(sourceNames(broken).size, 0);
});

/** The world of a rollout whose template names the copy of `settings` with that hash. */
function versioned(hash: string, copies: readonly ConfigurationObject[]): World {
  const copy = copies.find(({ metadata }) => metadata.name === `settings-${hash}`) ?? null;
  const version = {
    kind: 'ConfigMap',
    source: 'settings',
    contentHash: hash,
    name: `settings-${hash}`,
    copy,
  } as const;
  const versions = [version];
  const owned = copies.filter(({ metadata }) => metadata.ownerReferences !== undefined);
  return {
    ...world,
    rollout: withVersions(rollout, versions),
    configuration: { versions, issues: [], copies: owned },
  };
}

function planned(of: World): readonly string[] {
  const decision = decide(of, Date.parse('2026-03-01T12:00:00Z'));
  const todo = changes(of, decision);
  check(of, decision, todo);
  return todo.filter(({ kind }) => kind === 'ConfigMap' || kind === 'ReplicaSet').map(said);
}

function said(change: Change): string {
  const name = change.kind === 'ReplicaSet' ? 'pods' : change.name;
  const owner =
    change.verb === 'patch' && JSON.stringify(change.patch).includes('ownerReferences') ? ' owner' : '';
  return `${change.verb} ${name}${owner}`;
}

void test('a copy is made before the pods that need it', () => {
  const [first, second] = planned(versioned('h1', []));
  assert.deepEqual([first, second], ['copy settings-h1', 'create pods']);
});
void test('one that is there is claimed before a new ReplicaSet uses it', () => {
  const [first, second] = planned(versioned('h1', [object('settings-h1', 'h1', OWNED)]));
  assert.deepEqual([first, second], ['patch settings-h1', 'create pods']);
});
void test('one that lost its owner is taken into possession', () => {
  const [first, second] = planned(versioned('h1', [object('settings-h1', 'h1')]));
  assert.deepEqual([first, second], ['patch settings-h1 owner', 'create pods']);
});
void test('nothing is collected while a ReplicaSet is being made', () => {
  const of = versioned('h1', [object('settings-h1', 'h1', OWNED), object('settings-h0', 'h0', OWNED)]);
  assert.deepEqual(
    planned(of).filter((text) => text.startsWith('delete')),
    [],
  );
});
void test('then what no ReplicaSet uses any more goes', () => {
  const of = versioned('h1', [object('settings-h1', 'h1', OWNED), object('settings-h0', 'h0', OWNED)]);
  const [stable] = of.replicaSets;
  assert.ok(stable !== undefined && of.rollout.spec.template !== undefined);
  const replicaSets = [{ ...stable, spec: { ...stable.spec, template: of.rollout.spec.template } }];
  assert.deepEqual(
    planned({ ...of, replicaSets }).filter((text) => !text.endsWith('pods')),
    ['delete settings-h0'],
  );
});
