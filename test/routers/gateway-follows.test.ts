import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLagging } from '../../src/routers/gateway/follows.ts';

/** Whether a route of generation 5 is known not to be in force yet, by what its status says. */

const GATEWAY = { name: 'gateway' };

function told(parentRef: object, observedGeneration?: number, type = 'Accepted'): object {
  const seen = observedGeneration === undefined ? {} : { observedGeneration };
  return {
    parentRef,
    controllerName: 'example.com/gateway',
    conditions: [{ type, status: 'True', ...seen }],
  };
}

type Row = readonly [says: string, refs: readonly object[], status: unknown, lags: boolean];

const rows: readonly Row[] = [
  ['no status', [GATEWAY], undefined, false],
  ['nobody tells', [GATEWAY], { parents: [] }, false],
  ['it goes by this one', [GATEWAY], { parents: [told(GATEWAY, 5)] }, false],
  ['it goes by an older one', [GATEWAY], { parents: [told(GATEWAY, 4)] }, true],
  ['it does not say by which', [GATEWAY], { parents: [told(GATEWAY)] }, false],
  ['it says so of something else', [GATEWAY], { parents: [told(GATEWAY, 4, 'PartiallyInvalid')] }, false],
  [
    'one of two is behind',
    [GATEWAY, { name: 'other' }],
    { parents: [told(GATEWAY, 5), told({ name: 'other' }, 4)] },
    true,
  ],
  ['one that the route names no more', [GATEWAY], { parents: [told({ name: 'other' }, 4)] }, false],
  [
    'another listener of the same one',
    [{ ...GATEWAY, sectionName: 'https' }],
    { parents: [told(GATEWAY, 4), told({ ...GATEWAY, sectionName: 'https' }, 5)] },
    false,
  ],
  [
    'defaults that are written out',
    [GATEWAY],
    {
      parents: [
        told({ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'ns', name: 'gateway' }, 4),
      ],
    },
    true,
  ],
  [
    'a parent of another kind',
    [GATEWAY],
    { parents: [told({ kind: 'Service', name: 'gateway' }, 4)] },
    false,
  ],
  ['no shape at all', [GATEWAY], { parents: [null, 3, { conditions: 'none' }] }, false],
];

for (const [says, parentRefs, status, lags] of rows)
  void test(says, () => {
    const metadata = { name: 'route', namespace: 'ns', generation: 5 };
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata };
    assert.equal(isLagging({ ...route, spec: { parentRefs }, status }), lags);
  });
