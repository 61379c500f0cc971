import type { ReplicaSetView } from '../replica-set.ts';
import type { RolloutView } from '../rollout-view.ts';
import type { ReleaseVersion } from './versions.ts';

/** Pods that do not come up for the same reason. */
export interface PodTrouble {
  readonly names: readonly string[];
  /** In the words of `kubectl get pods`. */
  readonly status: string;
  /** What Kubernetes says of the first of them, one line; null: nothing. */
  readonly why: string | null;
}

/** The pods that are not ready, of the version that is waited for; worst first. */
export function troubledPods(view: RolloutView, wanted: ReleaseVersion | null): readonly PodTrouble[] {
  const { reason } = view;
  if (reason.kind !== 'pods' && reason.kind !== 'deadline') return [];
  const name = wanted?.replicaSet ?? reason.replicaSet;
  const set = view.revisions.flatMap(({ replicaSets }) => replicaSets).find((one) => one.name === name);
  return set === undefined ? [] : unreadyPods(set.pods);
}

/** Those of some pods that are not ready and do not go either, by why they are not; worst first. */
export function unreadyPods(pods: ReplicaSetView['pods']): readonly PodTrouble[] {
  const unready = pods
    .filter(({ ready, containers, status }) => ready < containers && status !== 'Terminating')
    .toSorted((a, b) => Number(b.look === 'bad') - Number(a.look === 'bad'));
  return [...new Set(unready.map(({ status }) => status))].map((status) => {
    const same = unready.filter((pod) => pod.status === status);
    const why = same.find((pod) => pod.why !== null)?.why ?? null;
    return { names: same.map(({ name }) => name), status, why };
  });
}

/** `pod app-1: ImagePullBackOff: Back-off pulling image "demo/app:2"`; of many only the first are named. */
export function sayPods({ names, status, why }: PodTrouble): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length <= MOST_NAMES ? '' : ` and ${names.length - MOST_NAMES} more`;
  const noun = names.length === 1 ? 'pod' : 'pods';
  return `${noun} ${shown}${more}: ${status}${why === null ? '' : `: ${why}`}`;
}

const MOST_NAMES = 3;
