import type { AnalysisRun } from '../../../../src/api/analysis.ts';
import { LABEL } from '../../../../src/api/keys.ts';
import type { RolloutStatus } from '../../../../src/api/rollout.ts';
import type { Job } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/** When the windows that are drawn open, after midnight. */
const OPENS_MS = 180_000;
const DAY_MS = 86_400_000;

/** What a step of a plugin still lacks; null: nothing. */
export function missingOfPlugin(
  scene: Scene,
  app: App,
  { name, config }: { readonly name: string; readonly config: object },
  { currentPodHash = '' }: RolloutStatus,
): string | null {
  switch (name) {
    case 'sluice/gate':
      // The time-out is over for whoever has another clock.
      return scene.isApproved(app) || 'onTimeout' in config ? null : 'and nobody approved';
    case 'sluice/window': {
      const isJumped = scene.script.troubles.some(({ kind }) => kind === 'clock-jump');
      return isJumped || scene.wall() % DAY_MS >= OPENS_MS ? null : 'and the window is shut';
    }
    case 'sluice/job':
      return jobsOf(scene, app).some((job) => isDone(job) && hashOf(job) === currentPodHash)
        ? null
        : 'and no Job of it has succeeded';
    case 'sluice/prove':
      return 'otherwise' in config && config.otherwise !== 'pause'
        ? null
        : lackOfProof(scene, app, currentPodHash);
    default:
      return null;
  }
}

/** What nobody has used proves nothing. */
function lackOfProof({ api }: Scene, { name }: App, hash: string): string | null {
  const labels = { [LABEL.podTemplateHash]: hash };
  const runs = api.list(kinds.analysisRuns, { namespace: NAMESPACE, labels }) as readonly unknown[];
  const used = (runs as readonly AnalysisRun[])
    .filter(({ metadata }) => metadata.name.startsWith(`${name}-`))
    .flatMap(({ status }) => status?.metricResults ?? [])
    .flatMap(({ measurements = [] }) => measurements)
    .some(({ value = '' }) => /"canary":\{"bad":\d+,"total":[1-9]/.test(value));
  return used ? null : 'and its analysis has seen no request of the canary';
}

/** No Job is made while one of the same step of the same version goes on (`steps`). */
export function jobs(scene: Scene): Observer {
  return ({ kind, before, after }, app) => {
    if (kind.kind !== 'Job' || before !== null || after === null) return;
    const { metadata } = after;
    const twin = jobsOf(scene, app).find(
      (job) =>
        job.metadata.name !== metadata.name &&
        job.metadata.deletionTimestamp === undefined &&
        hashOf(job) === metadata.labels?.[LABEL.podTemplateHash] &&
        job.metadata.labels?.[LABEL.step] === metadata.labels?.[LABEL.step] &&
        !isOver(job),
    );
    if (twin !== undefined) scene.tell('steps', `Job ${metadata.name} runs beside ${twin.metadata.name}`);
  };
}

function jobsOf({ api }: Scene, { name }: App): readonly Job[] {
  const all = api.list(kinds.jobs, { namespace: NAMESPACE }) as readonly unknown[] as readonly Job[];
  return all.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
}

function hashOf({ metadata }: Job): string {
  return metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

function isDone({ status }: Job): boolean {
  return (status?.succeeded ?? 0) > 0;
}

function isOver(job: Job): boolean {
  return isDone(job) || (job.status?.failed ?? 0) > 0;
}
