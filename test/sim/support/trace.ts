import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { Deployment, ReplicaSet } from '../../../src/api/workload.ts';
import type { Clock } from '../../../src/sim/clock.ts';
import type { World } from '../../../src/sim/world.ts';

/** Tells of everything that is written to a world and matters to a rollout, a line each. */
export function trace(world: World<Clock>, onLine: (line: string) => void): void {
  const last = new Map<string, string>();
  world.api.onChange(({ kind, before, after }) => {
    const object = after ?? before;
    if (object === null) return;
    const key = `${kind.kind} ${object.metadata.name}`;
    const words = after === null ? 'is gone' : wordsOf(after);
    if (words === null || last.get(key) === words) return;
    last.set(key, words);
    onLine(`${(world.clock.elapsed() / 1000).toFixed(3).padStart(9)} ${key} ${words}`);
  });
}

function wordsOf(object: Manifest): string | null {
  switch (object.kind) {
    case 'Rollout': {
      const { spec, status = {}, metadata } = object as Manifest & Rollout;
      const { phase, currentStepIndex, abort, stableRS, currentPodHash, message } = status;
      const canary = status.canary?.weights?.canary?.weight;
      const image = JSON.stringify(spec.template ?? {}).match(/"image":"([^"]*)"/)?.[1];
      return `gen ${metadata.generation} x${spec.replicas} ${image} ${phase} step ${currentStepIndex} weight ${canary} stable ${stableRS} current ${currentPodHash}${abort === true ? ' ABORT' : ''}${spec.paused === true ? ' paused' : ''} ${message ?? ''}`;
    }
    case 'ReplicaSet': {
      const { spec, status, metadata } = object as unknown as ReplicaSet;
      const { annotations = {} } = metadata;
      return `${status?.availableReplicas ?? 0}/${spec.replicas} rev ${annotations['rollout.argoproj.io/revision']} epoch ${annotations['sluice.dev/epoch']} ${annotations['scale-down-deadline'] ?? ''}`;
    }
    case 'Deployment': {
      const { spec, metadata } = object as unknown as Deployment;
      const image = JSON.stringify(spec.template).match(/"image":"([^"]*)"/)?.[1];
      return `x${spec.replicas} ${image} ${JSON.stringify(metadata.annotations ?? {})}`;
    }
    case 'Service':
      return JSON.stringify((object['spec'] as { selector?: unknown }).selector);
    case 'Ingress':
      return JSON.stringify(object.metadata.annotations ?? {});
    case 'HTTPRoute':
      return JSON.stringify([object.metadata.annotations?.['sluice.dev/epoch'], object['spec']]);
    case 'AnalysisRun':
      return JSON.stringify((object['status'] as { phase?: string } | undefined)?.phase ?? '');
    default:
      return null;
  }
}
