import { isEmptySelector } from '../../../api/selector.ts';
import type { ReplicaSet } from '../../../api/workload.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import { ApiError } from '../../api-server/api.ts';
import { kinds } from '../../kinds.ts';
import type { Pod } from '../../kubelet/pod.ts';
import { claim, controllerRef, ownerIn } from '../claim.ts';
import { type Cluster, isNamespaceTerminating, MANAGER, unlessGone } from '../cluster.ts';
import type { Tell } from '../events.ts';
import { isOver } from '../pods.ts';
import { controllerOf, keyOf, placeFor, uidOf } from '../shelf.ts';
import { isSame, newSet, nextRevision, notesFor, revisionOf, setsOf, sizeNotes } from './revision.ts';
import { allOf, freshSize, type Resize, rollingStep, type Sets, scaled } from './sizes.ts';
import {
  byAge,
  conditionOf,
  type Deployment,
  type DeploymentStatus,
  deadlineSeconds,
  historyLimit,
  isRolling,
  NOTE,
  notesOf,
  sizeOf,
  templateOf,
  wantedOf,
} from './spec.ts';
import { type Claim, countedStatus, deadlineMs, isComplete, rollingStatus, withCondition } from './status.ts';

/**
 * Takes Deployments from one version to the next.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function deploymentController(cluster: Cluster): void {
  const { view } = cluster;
  const deployments = view.of<Deployment>(kinds.deployments);
  const sets = view.of<ReplicaSet>(kinds.replicaSets);
  const tell = cluster.tellAs('deployment-controller');
  const queue = cluster.queue((key) => {
    const deployment = deployments.get(key);
    if (deployment === null || isEmptySelector(deployment.spec.selector)) return null;
    return new Pass(cluster, tell, deployment).run();
  });
  const wake = (deployment: Deployment | null) => {
    if (deployment !== null) queue.add(keyOf(deployment));
  };
  view.on<Deployment>(kinds.deployments, (_, after) => wake(after));
  view.on<ReplicaSet>(kinds.replicaSets, (before, after) => {
    wake(ownerIn(deployments, before));
    wake(ownerIn(deployments, after));
    if (after === null || controllerOf(after) !== null) return;
    for (const deployment of deployments.in(after.metadata.namespace ?? '')) wake(deployment);
  });
  // Those that start anew wait for the last old pod to go.
  view.on<Pod>(kinds.pods, (before, after) => {
    if (after === null) wake(ownerIn(deployments, ownerIn(sets, before)));
  });
  for (const deployment of deployments.all()) wake(deployment);
}

/** One look at one Deployment. What is written is read again at once. */
class Pass {
  readonly #cluster: Cluster;
  readonly #tell: Tell;
  #deployment: Deployment;

  constructor(cluster: Cluster, tell: Tell, deployment: Deployment) {
    this.#cluster = cluster;
    this.#tell = tell;
    this.#deployment = deployment;
  }

  /** In how many milliseconds to look again; null: when something changes. */
  run(): number | null {
    const { paused } = this.#deployment.spec;
    let sets = this.#sets();
    if (this.#deployment.metadata.deletionTimestamp !== undefined) return this.#tellSizes(sets);
    this.#notePause();
    sets = this.#renumber(sets);
    if (paused === true || this.#isResized(sets)) {
      this.#resize(scaled(this.#deployment, sets));
      if (paused === true) this.#clean(sets);
      return this.#tellSizes(this.#sets());
    }
    if (isRolling(this.#deployment)) this.#roll(sets);
    else this.#recreate(sets);
    return this.#tellProgress(this.#sets());
  }

  #roll(given: Sets): void {
    const sets = this.#withFresh(given);
    const step = rollingStep(this.#deployment, sets);
    if (step.length > 0) this.#resize(step);
    else if (isComplete(this.#deployment, this.#deployment.status)) this.#clean(sets);
  }

  #recreate(given: Sets): void {
    const ends = given.old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, size: 0 }));
    if (ends.length > 0) {
      this.#resize(ends);
      return;
    }
    const pods = this.#cluster.view.of<Pod>(kinds.pods);
    const isLeft = (set: ReplicaSet) =>
      (set.status?.replicas ?? 0) > 0 || pods.controlledBy(uidOf(set)).some((pod) => !isOver(pod));
    if (given.old.some(isLeft)) return;
    const sets = this.#withFresh(given);
    if (sets.fresh !== null) this.#resize([{ set: sets.fresh, size: wantedOf(this.#deployment) }]);
    if (isComplete(this.#deployment, this.#deployment.status)) this.#clean(sets);
  }

  #sets(): Sets {
    const shelf = this.#cluster.view.of<ReplicaSet>(kinds.replicaSets);
    const claimer = { owner: this.#deployment, selector: this.#deployment.spec.selector };
    const all = claim(this.#cluster, claimer, { kind: kinds.replicaSets, shelf, counts: () => true });
    return setsOf(this.#deployment, all);
  }

  // The present ReplicaSet has the highest revision, also when it is an old one that is wanted again.
  #renumber(sets: Sets): Sets {
    const { fresh } = sets;
    if (fresh === null) return sets;
    const { minReadySeconds = 0 } = this.#deployment.spec;
    const annotations = notesFor(this.#deployment, notesOf(fresh), nextRevision(sets));
    const isStale = (fresh.spec.minReadySeconds ?? 0) !== minReadySeconds;
    if (isStale || !isSameJson(annotations, notesOf(fresh))) {
      const metadata = { ...fresh.metadata, annotations };
      this.#writeSet({ ...fresh, metadata, spec: { ...fresh.spec, minReadySeconds } });
    }
    const renumbered = this.#sets();
    this.#noteRevision(revisionOf(renumbered.fresh ?? fresh), {
      reason: 'FoundNewReplicaSet',
      message: `Found new replica set "${fresh.metadata.name}"`,
      isFirst: true,
    });
    return renumbered;
  }

  #withFresh(sets: Sets): Sets {
    if (sets.fresh !== null) return sets;
    const revision = nextRevision(sets);
    const set = newSet(this.#deployment, revision);
    const size = freshSize(this.#deployment, sets.old, 0);
    const ownerReferences = [controllerRef(this.#deployment)];
    const draft = {
      ...set,
      metadata: { ...set.metadata, ownerReferences },
      spec: { ...set.spec, replicas: size },
    };
    const { name } = set.metadata;
    this.#create(draft, name);
    if (size > 0) this.#tellScaling(name, 0, size);
    const message = `Created new replica set "${name}"`;
    this.#noteRevision(revision, { reason: 'NewReplicaSetCreated', message, isFirst: false });
    return this.#sets();
  }

  // Another template with the same hash: the next attempt counts the collision in.
  #create(draft: object, name: string): void {
    const { api } = this.#cluster;
    try {
      api.create(kinds.replicaSets, draft, { manager: MANAGER });
    } catch (error) {
      if (!(error instanceof ApiError) || isNamespaceTerminating(error)) throw error;
      if (error.reason === 'AlreadyExists') {
        const { namespace = '' } = this.#deployment.metadata;
        const set = api.get(kinds.replicaSets, { namespace, name }) as ReplicaSet | null;
        const isOurs = set !== null && controllerOf(set)?.uid === uidOf(this.#deployment);
        if (isOurs && isSame(templateOf(this.#deployment), templateOf(set))) return;
        const { collisionCount = 0 } = this.#deployment.status ?? {};
        this.#writeStatus({ ...this.#deployment.status, collisionCount: collisionCount + 1 });
        throw error;
      }
      const message = `Failed to create new replica set "${name}": ${error.message}`;
      const reason = 'ReplicaSetCreateError';
      this.#note({ type: 'Progressing', status: 'False', reason, message });
      this.#tell(this.#deployment, { type: 'Warning', reason, message });
      throw error;
    }
  }

  #notePause(): void {
    const { paused = false } = this.#deployment.spec;
    const { reason } = conditionOf(this.#deployment.status, 'Progressing') ?? {};
    const wasPaused = reason === 'DeploymentPaused';
    if (reason === 'ProgressDeadlineExceeded' || paused === wasPaused) return;
    this.#note({
      type: 'Progressing',
      status: 'Unknown',
      reason: paused ? 'DeploymentPaused' : 'DeploymentResumed',
      message: paused ? 'Deployment is paused' : 'Deployment is resumed',
    });
  }

  // Revision and condition go in one write.
  #noteRevision(
    revision: number,
    { reason, message, isFirst }: { reason: string; message: string; isFirst: boolean },
  ): void {
    const before = this.#deployment;
    const isKnown = isFirst && conditionOf(before.status, 'Progressing') !== undefined;
    const claimed: Claim = { type: 'Progressing', status: 'True', reason, message };
    const conditions =
      isKnown || deadlineSeconds(before) === null
        ? (before.status?.conditions ?? [])
        : withCondition(before.status?.conditions ?? [], claimed, this.#cluster.clock.now());
    const annotations = { ...notesOf(before), [NOTE.revision]: String(revision) };
    if (isSameJson(annotations, notesOf(before)) && conditions === (before.status?.conditions ?? conditions))
      return;
    this.#deployment = { ...before, metadata: { ...before.metadata, annotations } };
    this.#writeStatus({ ...before.status, conditions });
  }

  #note(claimed: Claim): void {
    if (deadlineSeconds(this.#deployment) === null) return;
    const { conditions = [] } = this.#deployment.status ?? {};
    const next = withCondition(conditions, claimed, this.#cluster.clock.now());
    if (next !== conditions) this.#writeStatus({ ...this.#deployment.status, conditions: next });
  }

  // A size that differs from what the ReplicaSets were made for: the Deployment itself was scaled.
  #isResized(sets: Sets): boolean {
    return allOf(sets).some((set) => {
      const meant = Number.parseInt(notesOf(set)[NOTE.desiredReplicas] ?? '', 10);
      return sizeOf(set) > 0 && Number.isFinite(meant) && meant !== wantedOf(this.#deployment);
    });
  }

  #resize(sizes: readonly Resize[]): void {
    for (const { set, size } of sizes) {
      const annotations = { ...notesOf(set), ...sizeNotes(this.#deployment) };
      const isSized = size === sizeOf(set);
      if (isSized && isSameJson(annotations, notesOf(set))) continue;
      this.#writeSet({
        ...set,
        metadata: { ...set.metadata, annotations },
        spec: { ...set.spec, replicas: size },
      });
      if (!isSized) this.#tellScaling(set.metadata.name, sizeOf(set), size);
    }
  }

  #clean({ old }: Sets): void {
    const limit = historyLimit(this.#deployment);
    if (limit === null) return;
    const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined);
    const byRevision = alive.toSorted((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b));
    for (const set of byRevision.slice(0, Math.max(0, alive.length - limit))) {
      const { observedGeneration = 0, replicas = 0 } = set.status ?? {};
      const isEmpty = replicas === 0 && sizeOf(set) === 0;
      if (!isEmpty || (set.metadata.generation ?? 0) > observedGeneration) continue;
      unlessGone(() => this.#cluster.api.delete(kinds.replicaSets, placeFor(set)));
    }
  }

  #tellSizes(sets: Sets): null {
    this.#writeStatus(countedStatus(this.#deployment, sets, this.#cluster.clock.now()));
    return null;
  }

  #tellProgress(sets: Sets): number | null {
    const now = this.#cluster.clock.now();
    this.#writeStatus(rollingStatus(this.#deployment, sets, now));
    return deadlineMs(this.#deployment, now);
  }

  #tellScaling(name: string, from: number, to: number): void {
    const direction = from < to ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${name} from ${from} to ${to}`;
    this.#tell(this.#deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }

  #writeSet(set: ReplicaSet): void {
    this.#cluster.api.update(kinds.replicaSets, set, { manager: MANAGER });
  }

  #writeStatus(status: DeploymentStatus): void {
    const { api, view } = this.#cluster;
    const stored = view.of<Deployment>(kinds.deployments).get(keyOf(this.#deployment));
    const isNoted = stored !== null && isSameJson(notesOf(stored), notesOf(this.#deployment));
    if (isNoted && isSameJson({ ...status }, { ...this.#deployment.status })) return;
    const writing = { manager: MANAGER, subresource: 'status' } as const;
    this.#deployment = api.update(kinds.deployments, { ...this.#deployment, status }, writing) as Deployment;
  }
}
