import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWrite, parseAuditLine, purposeOf, refusals, tally } from '../../bench/audit.ts';

interface Line {
  readonly verb?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly code?: number;
}

function line({ verb = 'get', resource, subresource, name, code = 200 }: Line): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    stage: 'ResponseComplete',
    verb,
    ...(resource === undefined ? {} : { objectRef: { resource, subresource, name } }),
    responseStatus: { code },
    requestReceivedTimestamp: '2026-11-21T10:00:00.000500Z',
    stageTimestamp: '2026-11-21T10:00:00.012750Z',
  });
}

function requests(...lines: readonly Line[]) {
  return lines.flatMap((one) => parseAuditLine(line(one)) ?? []);
}

void test('a line of the audit log is a request, with microseconds', () => {
  assert.deepEqual(
    parseAuditLine(
      line({ verb: 'patch', resource: 'rollouts', subresource: 'status', name: 'a', code: 409 }),
    ),
    {
      verb: 'patch',
      resource: 'rollouts/status',
      name: 'a',
      code: 409,
      atMs: Date.parse('2026-11-21T10:00:00Z') + 0.5,
      tookMs: 12.25,
    },
  );
});

for (const [what, text, resource] of [
  ['a torn line', '{"kind":"Event","verb":"pat', null],
  ['an empty line', '', null],
  ['JSON that is no request', '{}', null],
  ['a request for no resource', line({ verb: 'get' }), '-'],
  ['a collection', line({ verb: 'list', resource: 'rollouts' }), 'rollouts'],
] as const)
  void test(`read from the audit log: ${what}`, () => {
    assert.equal(parseAuditLine(text)?.resource ?? null, resource);
  });

for (const [verb, resource, purpose, writes] of [
  ['patch', 'rollouts', 'work', true],
  ['create', 'replicasets', 'work', true],
  ['delete', 'analysisruns', 'work', true],
  ['get', 'replicasets', 'work', false],
  ['create', 'events', 'events', true],
  ['patch', 'events', 'events', true],
  ['update', 'leases', 'election', true],
  ['watch', 'rollouts', 'watching', false],
  ['list', 'httproutes', 'watching', false],
  ['get', undefined, 'watching', false],
] as const)
  void test(`${verb} ${resource ?? 'of discovery'} is ${purpose}`, () => {
    const [request] = requests(resource === undefined ? { verb } : { verb, resource });
    assert.ok(request !== undefined);
    assert.equal(purposeOf(request), purpose);
    assert.equal(isWrite(request), writes);
  });

void test('requests are counted by verb and resource, in alphabetical order, refused ones too', () => {
  const some = requests(
    { verb: 'patch', resource: 'rollouts', subresource: 'status' },
    { verb: 'patch', resource: 'rollouts', subresource: 'status', code: 409 },
    { verb: 'create', resource: 'replicasets', code: 201 },
    { verb: 'create', resource: 'replicasets', code: 409 },
    { verb: 'patch', resource: 'rollouts' },
  );
  assert.deepEqual(Object.entries(tally(some)), [
    ['create replicasets', 2],
    ['patch rollouts', 1],
    ['patch rollouts/status', 2],
  ]);
  assert.deepEqual(refusals(some), { '409 create replicasets': 1, '409 patch rollouts/status': 1 });
});
