import { spawn } from 'node:child_process';
import { valueAt } from '../../test/cluster/bed/api.ts';
import { imageOf, ROLLOUTS, release, rolloutOf } from '../kinds.ts';
import type { Result } from '../result.ts';
import { progress, type Session } from '../session.ts';
import { summarise } from '../statistics.ts';

const TIMES = 15;
const NAME = 'looked-at';

// Tells the peak at exit. Times are taken without it.
const TELL_PEAK =
  'data:text/javascript,process.on("exit",()=>process._rawDebug("peak",process.resourceUsage().maxRSS))';

/** The plugin's `get rollout` of a rollout with two revisions, as a process of its own each time. */
export async function get(session: Session, run: number): Promise<Result> {
  const { bed, namespace, built } = session;
  progress(`get: ${TIMES} times, from the ${built.from}`);
  await prepare(session);
  const args = [
    built.plugin,
    'get',
    'rollout',
    NAME,
    '-n',
    namespace,
    '--kubeconfig',
    bed.kubeconfig('user'),
  ];
  const times: number[] = [];
  const peaks: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    times.push((await runOnce(args)).milliseconds);
    const { told } = await runOnce(['--import', TELL_PEAK, ...args]);
    peaks.push(Number(/^peak (\d+)$/m.exec(told)?.[1]) / 1024);
  }
  const time = summarise(times);
  return {
    scenario: 'get',
    rollouts: null,
    run,
    figures: {
      'median ms': time.median,
      'p95 ms': time.p95,
      'least ms': time.least,
      'peak MiB': summarise(peaks).median,
    },
    requestsEach: {},
    detail: { from: built.from, milliseconds: times, peaksMiB: peaks },
    failure: null,
  };
}

async function prepare({ bed, namespace }: Session): Promise<void> {
  const place = { namespace, name: NAME };
  const ref = { apiVersion: ROLLOUTS, kind: 'Rollout', ...place };
  await bed.api.create(rolloutOf(namespace, NAME, { steps: [{ setWeight: 50 }, { pause: {} }] }));
  await bed.api.until(ref, (rollout) => valueAt(rollout, 'status.phase') === 'Healthy', 60);
  await release(bed.api, place, 2);
  const isPaused = (rollout: unknown) =>
    valueAt(rollout, 'spec.template.spec.containers.0.image') === imageOf(2) &&
    valueAt(rollout, 'status.phase') === 'Paused';
  await bed.api.until(ref, isPaused, 60);
}

interface Finished {
  readonly milliseconds: number;
  readonly told: string;
}

function runOnce(args: readonly string[]): Promise<Finished> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 30_000 });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const milliseconds = performance.now() - startedMs;
      if (code === 0) resolve({ milliseconds, told });
      else reject(new Error(`get rollout ended with ${code ?? signal}: ${told.slice(0, 500)}`));
    });
  });
}
