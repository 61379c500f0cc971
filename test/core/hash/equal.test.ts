import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDefaults } from '../../../src/core/hash/defaults.ts';
import { equalTemplates } from '../../../src/core/hash/equal.ts';
import { goDecode } from '../../../src/core/hash/go-decode.ts';
import { goEncode } from '../../../src/core/hash/go-encode.ts';
import { goStruct } from '../../../src/core/hash/go-schema.ts';
import { hashableJson } from '../../../src/core/hash/template.ts';
import { readVectors, type TemplateVector } from './vectors.ts';

const podTemplate = goStruct('PodTemplateSpec');

/** As the API server stores it: JSON in Go with defaults. */
function defaulted(template: unknown): string {
  return goEncode(withDefaults(goDecode(template, podTemplate), podTemplate), podTemplate);
}

interface Defaulted {
  readonly name: string;
  readonly defaulted: unknown;
}

const stored = new Map(
  readVectors<readonly { readonly name: string; readonly stored: unknown }[]>('templates.json').map(
    (vector) => [vector.name, vector.stored],
  ),
);

/** From 1.35 on the API server has a default for the pull policy of image volumes; the vectors are older. */
function hasImageVolume(template: unknown): boolean {
  return hashableJson(template).includes('"image":{');
}

for (const vector of readVectors<readonly Defaulted[]>('defaults.json')) {
  const template = stored.get(vector.name);
  void test(`defaults as in Go: ${vector.name}`, () => {
    const expected = hasImageVolume(template) ? defaulted(vector.defaulted) : hashableJson(vector.defaulted);
    assert.equal(defaulted(template), expected);
    assert.equal(defaulted(vector.defaulted), expected);
    assert.ok(equalTemplates(vector.defaulted, template));
  });
}

/** The API server drops fields of features that are off, here a cluster trust bundle: then templates do differ. */
const losesFields = new Set(['volumes-projected']);

for (const vector of readVectors<readonly TemplateVector[]>('template-oracle.json')) {
  if (vector.inReplicaSet === undefined) continue;
  void test(`the template in the ReplicaSet equals that of the Rollout: ${vector.name}`, () => {
    const expected = !losesFields.has(vector.name);
    assert.equal(equalTemplates(vector.inReplicaSet, vector.stored), expected);
    assert.equal(equalTemplates(vector.stored, vector.inReplicaSet), expected);
  });
}

const spec = (members: object): unknown => ({ spec: { containers: [{ name: 'app' }], ...members } });
const container = (members: object): unknown => ({ spec: { containers: [{ name: 'app', ...members }] } });
const labels = (members: object): unknown => ({ metadata: { labels: members }, spec: { containers: [] } });
const cpu = (amount: unknown): unknown => container({ resources: { limits: { cpu: amount } } });

const rows: readonly (readonly [name: string, a: unknown, b: unknown, equal: boolean])[] = [
  [
    'the hash label does not count',
    labels({ a: '1', 'rollouts-pod-template-hash': 'x' }),
    labels({ a: '1' }),
    true,
  ],
  ['nor does it alone', labels({ 'rollouts-pod-template-hash': 'x' }), spec({ containers: [] }), true],
  ['other labels count', labels({ a: '1' }), labels({ a: '2' }), false],
  ['a label more counts', labels({ a: '1' }), labels({ a: '1', b: '' }), false],
  ['a quantity in another spelling is the same', cpu('0.5'), cpu('500m'), true],
  ['a quantity as a number is the same', cpu(2), cpu('2000m'), true],
  ['another quantity is not', cpu('0.5'), cpu('501m'), false],
  ['an invalid quantity is as none', cpu('oops'), container({ resources: {} }), true],
  ['empty lists are as none', container({ args: [], env: [] }), container({}), true],
  ['empty objects behind pointers are not', container({ securityContext: {} }), container({}), false],
  ['the order of lists counts', container({ args: ['a', 'b'] }), container({ args: ['b', 'a'] }), false],
  ['serviceAccount is copied', spec({ serviceAccountName: 'x' }), spec({ serviceAccount: 'x' }), true],
  [
    'both are one',
    spec({ serviceAccountName: 'x', serviceAccount: 'x' }),
    spec({ serviceAccountName: 'x' }),
    true,
  ],
  ['another account counts', spec({ serviceAccountName: 'x' }), spec({ serviceAccountName: 'y' }), false],
  ['the default grace period', spec({ terminationGracePeriodSeconds: 30 }), spec({}), true],
  ['a grace period of zero', spec({ terminationGracePeriodSeconds: 0 }), spec({}), false],
  [
    'the pull policy of latest',
    container({ image: 'a', imagePullPolicy: 'Always' }),
    container({ image: 'a' }),
    true,
  ],
  ['of a tag', container({ image: 'a:1', imagePullPolicy: 'Always' }), container({ image: 'a:1' }), false],
  [
    'host ports are not copied',
    spec({ hostNetwork: true }),
    spec({ hostNetwork: true, hostPID: false }),
    true,
  ],
  ['unknown fields do not count', spec({ future: { a: 1 } }), spec({}), true],
  ['nothing at all', null, {}, true],
];

for (const [name, a, b, equal] of rows) {
  void test(`equal templates: ${name}`, () => {
    assert.equal(equalTemplates(a, b), equal);
    assert.equal(equalTemplates(b, a), equal);
  });
}
