import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeObject } from '../../../src/sim/api-server/protobuf/decode.ts';

/** One field that holds bytes. */
const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const int = (number: number, value: number): Buffer => Buffer.from([number << 3, value]);
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);
const object = (apiVersion: string, kind: string, content: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, apiVersion), field(2, kind))), field(2, content));

const entry = (key: string, value: string): Buffer => message(field(1, key), field(2, value));
const metadata = field(
  1,
  message(field(1, 'a'), field(3, ''), field(8, Buffer.alloc(0)), field(11, entry('x', 'y'))),
);

void test('an object in the binary form is read as JSON', () => {
  const content = message(metadata, field(2, entry('k', 'v')), field(2, entry('l', 'w')), int(4, 1));
  const decoded = decodeObject(object('v1', 'ConfigMap', content));
  assert.deepEqual(decoded.kind === 'object' && JSON.parse(decoded.json), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels: { x: 'y' } },
    data: { k: 'v', l: 'w' },
    immutable: true,
  });
});

void test('bytes are written in base 64', () => {
  const decoded = decodeObject(object('v1', 'Secret', field(2, entry('k', 'v'))));
  assert.deepEqual(decoded.kind === 'object' && JSON.parse(decoded.json).data, { k: 'dg==' });
});

const unreadable: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  JSON: Buffer.from('{}'),
  'an unknown kind': object('v1', 'Pod', metadata),
  'an unknown field': object('v1', 'ConfigMap', field(15, 'x')),
  'a length beyond the end': message(Buffer.from('k8s\0'), Buffer.from([0x0a, 0x7f])),
  'a number without an end': message(Buffer.from('k8s\0'), Buffer.alloc(20, 0xff)),
  'a wire type that is not used': message(Buffer.from('k8s\0'), Buffer.from([0x0d, 0, 0, 0, 0])),
};
for (const [name, body] of Object.entries(unreadable)) {
  void test(`${name} is unreadable`, () => assert.equal(decodeObject(body).kind, 'unreadable'));
}
