import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Pod, ReplicaSet } from '../api/workload.ts';
import { type Commit, commitOf } from '../core/commit.ts';
import { sourceNames } from '../core/rollout/configuration-copies.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { imagesIn } from './images.ts';
import type { Look } from './look.ts';
import { controls } from './parts.ts';
import { type PodView, podView } from './pod.ts';
import { isPromoted } from './weight.ts';

/** What a ReplicaSet is for its rollout. */
export type Role = 'stable' | 'canary' | 'active' | 'preview' | 'ping' | 'pong';

/** One ReplicaSet and its pods, oldest pod first. */
export interface ReplicaSetView {
  readonly name: string;
  readonly hash: string;
  readonly status: 'Healthy' | 'Progressing' | 'Degraded' | 'ScaledDown';
  readonly look: Look;
  readonly roles: readonly Role[];
  readonly images: readonly string[];
  /** Its copies of ConfigMaps and Secrets, `ConfigMap/web-7f48c7`; empty where these are not versioned. */
  readonly configuration: readonly string[];
  /** The commit that made it; null where nobody knows. */
  readonly commit: Commit | null;
  readonly replicas: number;
  readonly available: number;
  /** When it will be scaled to zero; null where it will not. Perhaps past. */
  readonly scaleDownAt: Instant | null;
  readonly createdAt: Instant | null;
  readonly pods: readonly PodView[];
}

/** A ReplicaSet in short. Of `pods` those are taken that it controls. */
export function replicaSetView(rollout: Rollout, set: ReplicaSet, pods: readonly Pod[]): ReplicaSetView {
  const hash = set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
  const replicas = set.spec.replicas ?? 1;
  const status = statusOf(set);
  return {
    name: set.metadata.name,
    hash,
    status,
    look: LOOKS[status],
    roles: rolesOf(rollout, hash),
    images: imagesIn(set.spec.template),
    configuration: [...sourceNames(set).keys()],
    commit: commitOf(set.metadata.annotations),
    replicas,
    available: set.status?.availableReplicas ?? 0,
    scaleDownAt:
      replicas === 0 ? null : parseInstant(set.metadata.annotations?.[ANNOTATION.scaleDownDeadline]),
    createdAt: parseInstant(set.metadata.creationTimestamp),
    pods: pods
      .filter((pod) => controls(set, pod))
      .map(podView)
      .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.name < b.name ? -1 : 1)),
  };
}

const LOOKS: Readonly<Record<ReplicaSetView['status'], Look>> = {
  Healthy: 'good',
  Progressing: 'busy',
  Degraded: 'bad',
  ScaledDown: 'off',
};

function statusOf(set: ReplicaSet): ReplicaSetView['status'] {
  const replicas = set.spec.replicas ?? 1;
  const { observedGeneration = 0, availableReplicas = 0, conditions = [] } = set.status ?? {};
  if (replicas === 0) return 'ScaledDown';
  if (conditions.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True'))
    return 'Degraded';
  if (observedGeneration < (set.metadata.generation ?? 0)) return 'Progressing';
  return availableReplicas < replicas ? 'Progressing' : 'Healthy';
}

function rolesOf(rollout: Rollout, hash: string): readonly Role[] {
  const { status = {}, spec } = rollout;
  const roles: Role[] = [];
  if (hash === '') return roles;
  if (spec.strategy?.blueGreen !== undefined) {
    const { activeSelector, previewSelector } = status.blueGreen ?? {};
    if (hash === status.stableRS) roles.push('stable');
    if (hash === activeSelector) roles.push('active');
    if (hash === previewSelector && hash !== activeSelector) roles.push('preview');
    return roles;
  }
  if (hash === status.stableRS) roles.push('stable');
  if (hash === status.currentPodHash && !isPromoted(status)) roles.push('canary');
  return [...roles, ...pingPongRole(rollout, roles)];
}

/** Which of the two Services that take turns leads to it. */
function pingPongRole(rollout: Rollout, roles: readonly Role[]): readonly Role[] {
  const stable = rollout.status?.canary?.stablePingPong;
  if (rollout.spec.strategy?.canary?.pingPong === undefined || stable === undefined) return [];
  if (roles.includes('stable')) return [stable];
  if (roles.includes('canary')) return [stable === 'ping' ? 'pong' : 'ping'];
  return [];
}
