import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePassLine } from '../../bench/pass-lines.ts';

const pass = (more: string) =>
  `2026-01-01T00:00:00.000Z INFO  pass rollout=shop/web phase=Progressing step=1 ${more} told=["RolloutAborted"]`;

for (const [what, line, expected] of [
  [
    'a pass with a status and two changes',
    pass(
      'because={"kind":"aborted"} committed=true changes=["traffic patch Ingress/web","services patch Service/web"]',
    ),
    { rollout: 'shop/web', writes: ['patch status', 'patch Ingress/web', 'patch Service/web'] },
  ],
  [
    'a pass without a status',
    pass('committed=false changes=["replicas patch ReplicaSet/web-1"]'),
    { rollout: 'shop/web', writes: ['patch ReplicaSet/web-1'] },
  ],
  ['a status alone', pass('committed=true changes=[]'), { rollout: 'shop/web', writes: ['patch status'] }],
  ['another line', '2026-01-01T00:00:00.000Z INFO  ready', null],
  ['a torn line', '2026-01-01T00:00:00.000Z INFO  pass rollout=shop/web phase=Hea', null],
] as const)
  void test(`${what} is read`, () => {
    assert.deepEqual(parsePassLine(line), expected);
  });
