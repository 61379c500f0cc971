import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLUGIN = join(ROOT, 'src/cli/kubectl-sluice.ts');

/** The commands of a section of README.md, in order. */
function commandsOf(section: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, body = ''] = new RegExp(`^## ${section}\n([\\s\\S]*?)^## `, 'm').exec(text) ?? [];
  return [...body.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap((block) =>
    (block[1] ?? '').trim().split('\n'),
  );
}

void describe('README.md, followed to the letter', () => {
  let bed: Bed;
  let controller: Controller | null = null;

  before(async () => {
    bed = await startBed({ bare: true });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  const run = (program: string, args: readonly string[]): string => {
    const env = { ...process.env, KUBECONFIG: bed.kubeconfig('admin') };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', env });
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const sluice = (...args: readonly string[]) => run(process.execPath, [PLUGIN, ...args]);
  const web = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace: 'default', name: 'web' };
  const becomes = (phase: string, message = '') =>
    bed.api.until(
      web,
      (rollout) =>
        valueAt(rollout, 'status.phase') === phase &&
        (message === '' ||
          (valueAt(rollout, 'status.message') as string | undefined)?.startsWith(message) === true),
      60,
    );

  /** What each command is here, and what is to be so after it. */
  const meanings: Readonly<Record<string, (command: string) => Promise<unknown>>> = {
    'kubectl apply': async (command) => run(bed.kubectl, command.split(' ').slice(1)),
    'kubectl create': async (command) => run(bed.kubectl, command.split(' ').slice(1)),
    'npm run demo': async () => {
      assert.match(sluice('demo', '--speed', '4'), /3-errors-30 .*rolled back/);
    },
    'npm start': async () => {
      controller = await startController(bed);
    },
    'sluice -- get': async () => {
      await becomes('Healthy');
      assert.match(sluice('get', 'rollout', 'web'), /Healthy/);
    },
    'sluice -- set': async (command) => {
      sluice(...(command.split(' -- ')[1] ?? '').split(' '));
      await becomes('Paused', 'CanaryPauseStep');
      assert.match(sluice('get', 'rollout', 'web'), /nginx:1\.29 \(canary\)/);
    },
    'sluice -- promote': async () => {
      sluice('promote', 'web');
      const step = (rollout: unknown) => valueAt(rollout, 'status.currentStepIndex');
      await bed.api.until(web, (rollout) => Number(step(rollout)) >= 2, 60);
    },
    'sluice -- abort': async () => {
      sluice('abort', 'web');
      await becomes('Degraded', 'RolloutAborted');
    },
  };

  const commands = commandsOf('Start in five minutes');
  const end = commands.indexOf('npm run build');
  for (const command of commands.slice(0, end).filter((line) => line !== 'npm ci'))
    void test(command, async () => {
      const known = Object.keys(meanings).find((words) => command.includes(words));
      assert.ok(known !== undefined, 'nobody knows what this command does');
      await meanings[known]?.(command);
    });
});
