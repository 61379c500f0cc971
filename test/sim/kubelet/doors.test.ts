import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../src/sim/kubelet/pod.ts';
import { Doors } from '../../../src/sim/kubelet/serve/doors.ts';
import { servePod } from '../../../src/sim/kubelet/serve/server.ts';

const pod: Pod = {
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'web:7', ports: [{ containerPort: 8080 }] }] },
};
/** Of nobody: RFC 5737. A machine without 127.x.y.z answers the same for those. */
const ELSEWHERE = '192.0.2.1';

void test('a pod whose address is not there listens behind another door, and is found by asking', async () => {
  const doors = new Doors();
  const server = await servePod(pod, ELSEWHERE, doors);
  const wanted = { host: ELSEWHERE, port: 8080 };
  try {
    assert.equal(doors.moved, 1);
    const { host, port } = doors.of(wanted);
    assert.equal(host, '127.0.0.1');
    const answer = await fetch(`http://${host}:${port}/`);
    assert.equal(answer.headers.get('x-version'), '7');
  } finally {
    await server.close();
  }
  assert.deepEqual(doors.of(wanted), wanted);
});

void test('without doors that is an error', async () => {
  await assert.rejects(servePod(pod, ELSEWHERE, null), /EADDRNOTAVAIL/);
});
