import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { resources } from '../../src/api/resources.ts';
import { type Harness, harness, type Ran, until } from './support/harness.ts';

/** Metrics that are Jobs, run from here: made in a cluster that is named, and not left there. */

const TEMPLATE = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke}
spec:
  metrics:
    - name: smoke
      provider:
        job:
          spec:
            backoffLimit: 0
            template: {spec: {restartPolicy: Never, containers: [{name: smoke, image: 'smoke:1'}]}}
`;

/** The Jobs that were made. */
function madeIn(line: Harness): readonly Manifest[] {
  return line.store.requests.flatMap(({ path, body }) => (path === 'jobs' ? [body as Manifest] : []));
}

/** The Jobs that are there. */
async function jobsIn(line: Harness): Promise<readonly Manifest[]> {
  const { items } = await line.store.list(resources.jobs, {}, (job) => job as unknown as Manifest);
  return items;
}

/** Runs it, and ends its Job so. */
async function run(
  end: 'Complete' | 'Failed',
  ...flags: readonly string[]
): Promise<Ran & { line: Harness }> {
  const line = harness({ stdin: TEMPLATE });
  const running = line.run('analyze', '-f', '-', '-n', 'shop', ...flags);
  await until(() => madeIn(line).length === 1);
  const [job] = madeIn(line);
  assert.ok(job !== undefined);
  // An owner that is not there would be a reason to delete it at once.
  assert.equal(job.metadata.ownerReferences, undefined);
  assert.match(job.metadata.name, /^[0-9a-f-]{36}\.smoke\.1$/);
  line.store.put({ ...job, status: { conditions: [{ type: end, status: 'True' }] } });
  await until(() => line.clock.timers > 0);
  await line.clock.pass(2_000);
  return { ...(await running), line };
}

void describe('metrics that are Jobs', () => {
  const rows = [
    ['Complete', 0, '✔ Successful'],
    ['Failed', 1, '✖ Failed'],
  ] as const;
  for (const [end, code, verdict] of rows)
    void test(`${end}: ${verdict}, and nothing is left`, async () => {
      const ran = await run(end);
      assert.deepEqual([ran.code, ran.err], [code, '']);
      assert.ok(ran.out.includes(`${verdict}  smoke  after `));
      assert.deepEqual(await jobsIn(ran.line), []);
    });

  void test('--keep-jobs leaves it for those who want to read its log', async () => {
    const { err, line } = await run('Failed', '--keep-jobs');
    assert.match(err, /^Left in the cluster: Job shop\/[0-9a-f-]{36}\.smoke\.1\n$/);
    assert.equal((await jobsIn(line)).length, 1);
  });

  void test('Ctrl-C leaves nothing', async () => {
    const line = harness({ stdin: TEMPLATE });
    const running = line.run('analyze', '-f', '-', '-n', 'shop');
    await until(() => madeIn(line).length === 1);
    line.interrupt();
    const { code } = await running;
    assert.equal(code, 130);
    assert.deepEqual(await jobsIn(line), []);
  });
});
