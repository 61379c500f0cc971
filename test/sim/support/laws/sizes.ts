import type { ReplicaSet } from '../../../../src/api/workload.ts';
import type { Change } from '../../../../src/sim/api-server/api.ts';
import { canaryShare, isBasic, isCustomScaled, mostPods, promisedAvailable, selects } from '../reading.ts';
import { leastWanted, type Memory, mostWanted, type Sight } from './memory.ts';
import { hashOf, setsOf, sizeOf } from './pods.ts';
import { STALE_MS } from './scene.ts';

/** A ReplicaSet grows and shrinks only as its strategy, its traffic and the people allow. */
export function seeReplicaSet(sight: Sight, memory: Memory, { before, after }: Change): void {
  const old = before as ReplicaSet | null;
  const next = after as ReplicaSet | null;
  if (next === null) return;
  const image = JSON.stringify(next.spec.template?.spec ?? {});
  const tag = /"image":"[^"]*:([^":]+)"/.exec(image)?.[1] ?? '';
  if (old === null && !memory.tags.has(tag))
    sight.tell('asked', `${next.metadata.name} has image tag ${tag}`);
  const isSmaller = (next.spec.replicas ?? 1) < (old?.spec.replicas ?? 0);
  if (isSmaller && old !== null && !sight.isUser()) seeShrinking(sight, memory, old, next);
  const isLarger = (next.spec.replicas ?? 1) > (old?.spec.replicas ?? 0);
  // What is created carries no version that it could be refused by.
  const isLate = old === null && sight.isOvertaken;
  if (isLarger && !isLate && !sight.isUser()) seeGrowing(sight, memory, next);
  if ((isSmaller || isLarger) && old !== null && !sight.isUser()) seeHold(sight, memory, next);
  sight.pods.measure(old, next, isSmaller);
}

function seeGrowing(sight: Sight, memory: Memory, next: ReplicaSet): void {
  if (!isBasic(memory.app) || memory.isMeddled) return;
  const most = mostPods(memory.app, mostWanted(memory));
  const others = setsOf(sight, memory).filter((set) => set.metadata.name !== next.metadata.name);
  const known = others.map((set) =>
    Math.min(sizeOf(set), ...sight.pods.formerly(set).map(({ replicas }) => replicas)),
  );
  const all = known.reduce((sum, size) => sum + size, sizeOf(next));
  if (all > most)
    sight.tell(
      'surge',
      `${next.metadata.name} goes to ${next.spec.replicas}: ${all} pods, ${most} are allowed`,
    );
}

/** With blue-green a person holds what users see, not how many pods there are. */
function seeHold(sight: Sight, { app, heldAtMs }: Memory, next: ReplicaSet): void {
  if (app.blueGreen !== undefined) return;
  if (heldAtMs !== null && sight.now() - heldAtMs > STALE_MS)
    sight.tell('heard', `${app.name} is paused, and ${next.metadata.name} goes to ${next.spec.replicas}`);
}

function seeShrinking(sight: Sight, memory: Memory, old: ReplicaSet, next: ReplicaSet): void {
  const { app } = memory;
  const left = next.spec.replicas ?? 1;
  const wanted = leastWanted(memory);
  if (app.blueGreen !== undefined) return;
  if (isBasic(app)) {
    seeBasicShrinking(sight, memory, old, next);
    return;
  }
  const share = canaryShare(sight.api, app, hashOf(next));
  const needed = Math.ceil((share * wanted) / 100 - 1e-9);
  const isFree = isCustomScaled(app) && !selects(sight.api, app, 'stable', hashOf(next));
  if (left < needed && !isFree)
    sight.tell(
      'outlive',
      `${next.metadata.name} goes to ${left} pods, its ${share} % of traffic need ${needed}`,
    );
}

function seeBasicShrinking(sight: Sight, memory: Memory, old: ReplicaSet, next: ReplicaSet): void {
  const promised = promisedAvailable(memory.app, leastWanted(memory));
  const others = setsOf(sight, memory).filter((set) => set.metadata.name !== next.metadata.name);
  const recently = (set: ReplicaSet): number =>
    Math.max(sight.pods.available(set), ...sight.pods.formerly(set).map(({ available }) => available));
  const sum = (sets: readonly ReplicaSet[]): number => sets.reduce((total, set) => total + recently(set), 0);
  const available = sight.pods.available(old);
  const after = sum(others) + Math.min(available, next.spec.replicas ?? 1);
  // Nothing is lost with pods that do not serve.
  const isLoss = Math.min(old.status?.availableReplicas ?? 0, available) > (next.spec.replicas ?? 1);
  if (after < promised && isLoss)
    sight.tell(
      'promise',
      `${next.metadata.name} goes to ${next.spec.replicas}: ${after} of ${promised} pods left`,
    );
}
