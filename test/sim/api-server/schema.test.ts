import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Json, JsonObject } from '../../../src/api/meta.ts';
import type { Cause } from '../../../src/sim/api-server/errors.ts';
import { trackUpdate } from '../../../src/sim/api-server/fields/track.ts';
import { builtinSchema } from '../../../src/sim/api-server/schema/builtin.ts';
import { schemaOfCrd } from '../../../src/sim/api-server/schema/crd.ts';
import { withDefaults } from '../../../src/sim/api-server/schema/defaulting.ts';
import { hasFormat } from '../../../src/sim/api-server/schema/formats.ts';
import { misfit } from '../../../src/sim/api-server/schema/misfit.ts';
import { prune } from '../../../src/sim/api-server/schema/prune.ts';
import type { Schema } from '../../../src/sim/api-server/schema/schema.ts';
import { validate } from '../../../src/sim/api-server/schema/validate.ts';
import { crdFile, known, readVector } from './replay.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

function schemaOf(kind: string): Schema {
  return known[kind]?.schema ?? assert.fail(kind);
}

/** `field: message`, as in the message of a Status. */
function told(causes: readonly Cause[]): readonly string[] {
  return causes.map(({ field, message }) => `${field}: ${message}`);
}

/** As the server does with what it is sent: what it stores, and what is wrong with it. */
function received(object: JsonObject, schema: Schema): { stored: JsonObject; causes: readonly Cause[] } {
  const stored = withDefaults(prune(object, schema).object, schema);
  return { stored, causes: validate(stored, schema) };
}

interface CustomVector {
  readonly spec: Json;
  readonly code: number;
  readonly causes?: readonly Cause[];
  readonly stored?: Json;
}

const thing = (spec: Json): JsonObject => ({
  apiVersion: 't.io/v1',
  kind: 'Thing',
  metadata: { name: 'x' },
  spec,
});

/** Names inside of embedded objects are not looked at, and what is wrong in their metadata is no misfit. */
const notLookedAt = ['"a/b/c"', '"labels":{"a":1}', '"apiVersion":1'];

const customRows = (readVector('custom.json') as readonly CustomVector[]).filter(
  ({ spec }) => !notLookedAt.some((text) => JSON.stringify(spec).includes(text)),
);

for (const { spec, code, causes = [], stored } of customRows) {
  void test(`a custom resource as recorded: ${JSON.stringify(spec)}`, () => {
    const done = received(thing(spec), schemaOf('Thing'));
    const sorted = (list: readonly Cause[]) =>
      list.map(({ reason, field, message }) => `${reason} ${field}: ${message}`).toSorted();
    // The real server walks through fields in no order at all.
    assert.deepEqual(sorted(done.causes), sorted(causes));
    assert.equal(causes.length === 0, code < 300);
    if (code < 300) assert.deepEqual(done.stored['spec'], stored);
    if (code < 300) assert.equal(withDefaults(done.stored, schemaOf('Thing')), done.stored);
  });
}

/** The schema of a built-in kind by what an object says of itself. */
function schemaFor({ apiVersion, kind }: JsonObject): Schema | null {
  return typeof apiVersion === 'string' && typeof kind === 'string' ? builtinSchema(apiVersion, kind) : null;
}

interface BuiltinVector {
  readonly given: JsonObject;
  readonly stored: JsonObject;
  readonly fields: JsonObject | null;
}

/**
 * Here empty lists that must be written are null from the start, and the finalizer of a namespace is a
 * default like any other; there the first are owned and the second is not.
 */
const ownsOthers = ['"rules":[]', '"endpoints":[]', '"kind":"Namespace"'];

for (const { given, stored, fields } of readVector('builtin.json') as readonly BuiltinVector[]) {
  const schema = schemaFor(given);
  void test(`a built-in kind as recorded: ${JSON.stringify(given).slice(0, 200)}`, () => {
    assert.ok(schema !== null);
    assert.equal(misfit(given, schema), null);
    const done = received(given, schema);
    assert.deepEqual(done.causes, []);
    assert.deepEqual(done.stored, stored);
    assert.equal(withDefaults(done.stored, schema), done.stored);
    if (ownsOthers.some((text) => JSON.stringify(given).includes(text))) return;
    const write = {
      manager: 'm',
      time: '2026-01-01T00:00:00Z',
      subresource: '',
      isStatusApart: true,
    } as const;
    const [entry] = trackUpdate(null, done.stored, write, schema);
    assert.deepEqual(entry?.['fieldsV1'] ?? null, fields);
  });
}

const selector = { matchLabels: { a: 'b' } };
const template = (container: JsonObject = {}) => ({
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'c', image: 'nginx', ...container }] },
});
const deployment = (spec: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x' },
  spec: { selector, template: template(), ...spec },
});

const GO = 'json: cannot unmarshal';
const misfits: readonly (readonly [spec: JsonObject, message: string])[] = [
  [{ replicas: 'x' }, `${GO} string into Go struct field DeploymentSpec.spec.replicas of type int32`],
  [{ replicas: 1.5 }, `${GO} number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32`],
  [
    { replicas: 3_000_000_000 },
    `${GO} number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32`,
  ],
  [{ paused: 'x' }, `${GO} string into Go struct field DeploymentSpec.spec.paused of type bool`],
  [
    { selector: { matchLabels: [] } },
    `${GO} array into Go struct field LabelSelector.spec.selector.matchLabels of type map[string]string`,
  ],
  [
    { strategy: { rollingUpdate: { maxSurge: true } } },
    `${GO} bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32`,
  ],
  [
    { template: template({ ports: [{ containerPort: 'x' }] }) },
    `${GO} string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32`,
  ],
  [
    { template: template({ env: {} }) },
    `${GO} object into Go struct field Container.spec.template.spec.containers.env of type []v1.EnvVar`,
  ],
  [
    { template: template({ args: [1] }) },
    `${GO} number into Go struct field Container.spec.template.spec.containers.args of type string`,
  ],
  [
    { template: template({ resources: { limits: { cpu: 'x' } } }) },
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
];

void test('what Go cannot read, in the words of the real server', () => {
  for (const [spec, message] of misfits) {
    assert.equal(misfit(deployment(spec), schemaOf('Deployment')), message);
  }
  const whole = { ...deployment({}), spec: [] };
  assert.equal(
    misfit(whole, schemaOf('Deployment')),
    `${GO} array into Go struct field Deployment.spec of type v1.DeploymentSpec`,
  );
  const labels = { ...thing({}), metadata: { labels: { a: 1 } } };
  assert.equal(
    misfit(labels, schemaOf('Thing')),
    `${GO} number into Go struct field ObjectMeta.labels of type string`,
  );
  const secret = builtinSchema('v1', 'Secret') ?? assert.fail();
  assert.equal(misfit({ data: { a: '%%' } }, secret), 'illegal base64 data at input byte 0');
});

void test('what is required of built-in kinds, and what they do not know', () => {
  const causes = (spec: JsonObject) => told(received(deployment(spec), schemaOf('Deployment')).causes);
  assert.deepEqual(causes({ template: { metadata: { labels: { a: 'b' } }, spec: {} } }), [
    'spec.template.spec.containers: Required value',
  ]);
  assert.deepEqual(causes({ template: template({ imagePullPolicy: 'X' }) }), [
    'spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
  ]);
  const { unknown } = prune(
    { ...deployment({ foo: 1, zz: 2, template: template({ bar: 1 }) }), bar: 2 },
    schemaOf('Deployment'),
  );
  assert.deepEqual(unknown, ['spec.template.spec.containers[0].bar', 'spec.foo', 'spec.zz', 'bar']);
});

const rollout = (spec: JsonObject): JsonObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'x' },
  spec: { replicas: 1, selector, template: template(), ...spec },
});

const UNCHECKED =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

const badRollouts: readonly (readonly [spec: JsonObject, causes: readonly string[]])[] = [
  [{ strategy: null }, []],
  [
    { selector: 3 },
    [
      'spec.selector: Invalid value: "integer": spec.selector in body must be of type object: "integer"',
      UNCHECKED,
    ],
  ],
  [
    {
      template: {
        metadata: { labels: { a: 1 } },
        spec: { containers: [{ name: 'a', ports: [{}] }, { name: 'a' }] },
      },
    },
    [
      'spec.template.metadata.labels.a: Invalid value: "integer": spec.template.metadata.labels.a in body must be of type string: "integer"',
      'spec.template.spec.containers[0].ports[0].containerPort: Required value',
      'spec.template.spec.containers[1]: Duplicate value: {"name":"a"}',
      UNCHECKED,
    ],
  ],
  [
    { strategy: { canary: { steps: [{ pause: { duration: {} } }] }, blueGreen: {} } },
    [
      'spec.strategy.canary.steps[0].pause.duration: Invalid value: "object": spec.strategy.canary.steps[0].pause.duration in body must be of type integer,string: "object"',
      'spec.strategy.blueGreen.activeService: Required value',
      UNCHECKED,
    ],
  ],
];

void test('a Rollout that breaks its schema', () => {
  for (const [spec, causes] of badRollouts) {
    assert.deepEqual(told(received(rollout(spec), schemaOf('Rollout')).causes), causes);
  }
});

void test('the selector of a Rollout is immutable, but may be given up', () => {
  const schema = schemaOf('Rollout');
  const before = rollout({});
  const causes = (spec: JsonObject) => told(validate(rollout(spec), schema, before));
  assert.deepEqual(causes({ selector: { matchLabels: { a: 'c' } } }), [
    'spec.selector: Invalid value: spec.selector is immutable',
  ]);
  assert.deepEqual(causes({ replicas: 3 }), []);
  const { selector: _, ...rest } = before['spec'] as JsonObject;
  assert.deepEqual(validate({ ...before, spec: rest }, schema, before), []);
});

/** A schema that asks more than what is stored: `ratch` at most 3, values of `map` at most 0, texts empty. */
function tightened(): Schema {
  const crd = structuredClone(readVector('thing-crd.json')) as {
    spec: { versions: [{ schema: { openAPIV3Schema: { properties: { spec: SpecSchema } } } }] };
  };
  const { spec } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
  spec.required = ['nope'];
  Object.assign(spec.properties.ratch, { maximum: 3 });
  Object.assign(spec.properties.ml.items.properties.v, { maxLength: 0 });
  Object.assign(spec.properties.map.additionalProperties, { maximum: 0 });
  Object.assign(spec.properties.arr.items, { maxLength: 0 });
  return schemaOfCrd(crd, 'v1') ?? assert.fail();
}

interface SpecSchema {
  required: string[];
  properties: {
    ratch: object;
    ml: { items: { properties: { v: object } } };
    map: { additionalProperties: object };
    arr: { items: object };
  };
}

/** As kube-apiserver answered after its schema was tightened. */
const ratcheting: readonly (readonly [change: JsonObject, fields: readonly string[]])[] = [
  [{}, []],
  [{ str: 'b' }, ['spec.nope']],
  [{ ratch: 6 }, ['spec.ratch', 'spec.nope']],
  [{ ml: [{ k: 'b' }, { k: 'a', p: 1, v: 'x' }] }, ['spec.nope']],
  [{ nope: 1, ml: [{ k: 'a', p: 1, v: 'y' }] }, ['spec.ml[0].v', 'spec.nope']],
  [{ map: { z: 9, y: -1 } }, ['spec.nope']],
  [{ arr: ['b', 'd'] }, ['spec.arr[0]', 'spec.arr[1]', 'spec.nope']],
];

void test('what was stored before a rule was made is not held against a change', () => {
  const schema = tightened();
  const spec = { ratch: 5, str: 'a', arr: ['b', 'c'], ml: [{ k: 'a', p: 1, v: 'x' }], map: { z: 9 } };
  for (const [change, fields] of ratcheting) {
    const after = prune(thing({ ...spec, ...change }), schema).object;
    const found = validate(after, schema, thing(spec)).map(({ field }) => field);
    assert.deepEqual(found.toSorted(), fields.toSorted(), JSON.stringify(change));
  }
});

void test('unknown fields by their paths', () => {
  const object = {
    ...thing({ zz: 1, obj: { a: 'x', q: 1 }, ml: [{ k: 'a', q: 1 }], any: { free: 1 }, pres: { b: 1 } }),
    metadata: { name: 'x', foo: 1 },
    z: 1,
  };
  const { object: left, unknown } = prune(object, schemaOf('Thing'));
  assert.deepEqual(unknown, ['metadata.foo', 'spec.ml[0].q', 'spec.obj.q', 'spec.zz', 'z']);
  assert.deepEqual(left, thing({ obj: { a: 'x' }, ml: [{ k: 'a' }], any: { free: 1 }, pres: { b: 1 } }));
  assert.equal(prune(left, schemaOf('Thing')).object, left);
});

const formats: readonly (readonly [format: string, right: readonly string[], wrong: readonly string[]])[] = [
  ['date-time', ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+01:00'], ['x', '2026-02-30T00:00:00Z']],
  ['date', ['2026-01-31'], ['2026-1-31', '2026-13-01']],
  ['byte', ['', 'eA==', 'YWJj'], ['%%%', 'abc']],
  ['ipv4', ['10.0.0.1'], ['::1', '10.0.0.256']],
  ['ipv6', ['::1'], ['10.0.0.1']],
  ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33']],
  ['uuid', ['11111111-2222-3333-4444-555555555555'], ['x']],
  ['hostname', ['a.b-c'], ['-x-', 'a..b']],
  ['duration', ['1h30m'], ['x']],
  ['made-up', ['anything'], []],
];

void test('formats of text', () => {
  for (const [format, right, wrong] of formats) {
    for (const text of right) assert.ok(hasFormat(text, format), `${format} ${text}`);
    for (const text of wrong) assert.ok(!hasFormat(text, format), `${format} ${text}`);
  }
});

const CRDS = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];

void test('every manifest of the examples fits the schema of its kind', () => {
  const schemas = new Map<string, Schema>();
  for (const name of CRDS) {
    const crd = crdFile(name) as { spec: { group: string; names: { kind: string } } };
    const schema = schemaOfCrd(crd, 'v1alpha1') ?? assert.fail(name);
    schemas.set(JSON.stringify([`${crd.spec.group}/v1alpha1`, crd.spec.names.kind]), schema);
  }
  let count = 0;
  for (const file of globSync('{examples,analysis-templates,deploy}/**/*.yaml', { cwd: REPOSITORY })) {
    for (const document of parseAllDocuments(readFileSync(join(REPOSITORY, file), 'utf8'))) {
      const object = document.toJS() as JsonObject | null;
      if (object === null) continue;
      const schema = schemas.get(JSON.stringify([object['apiVersion'], object['kind']])) ?? schemaFor(object);
      if (schema === null) continue;
      count += 1;
      assert.equal(misfit(object, schema), null, file);
      assert.deepEqual(prune(object, schema).unknown, [], file);
      const done = received(object, schema);
      assert.deepEqual(done.causes, [], file);
      assert.equal(withDefaults(done.stored, schema), done.stored, file);
    }
  }
  assert.ok(count > 20, `${count}`);
});
