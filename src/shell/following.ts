import { apiVersionOf, type Resource, resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import { type WorkloadObject, workloadObject } from '../core/rollout/workload.ts';
import { CatchUp } from './catch-up.ts';
import type { Cancel, Clock } from './clock.ts';
import { Follower } from './follower.ts';
import { isFailure } from './kube/failure.ts';
import { type KubeObject, keyOf } from './kube/object.ts';
import type { Health } from './kube/reflection.ts';
import type { RestClient } from './kube/rest.ts';
import type { Logger } from './log.ts';
import type { Memory } from './look-anew.ts';
import { Versions } from './versions.ts';

/** Kinds that a `workloadRef` may name without asking the API server what they are. */
const BUILT_IN: readonly Resource[] = [resources.deployments, resources.replicaSets, resources.podTemplates];

/** Kinds of others that are followed at most. More of them are refused: each is a watch of its own. */
const MOST_KINDS = 32;

/** As the original waits for what its spec refers to. */
const LATER_MS = 20_000;

/** A workload kind, and whether it can be followed. */
export type WorkloadKind =
  | { readonly kind: 'followed'; readonly follower: Follower<WorkloadObject>; readonly resource: Resource }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'tooMany' };

/** What following works with. */
export interface FollowingIo {
  readonly client: Pick<RestClient, 'list' | 'watch' | 'getPath'>;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly settings: { readonly namespace: string | null };
  readonly log: Logger;
  /** Asks for a look at a rollout. Must not throw. */
  readonly look: (rollout: string) => void;
  /** All rollouts that are known. */
  readonly rollouts: () => Iterable<Rollout & KubeObject>;
}

/**
 * Kinds that are watched only once a rollout needs them: a cluster has thousands of Deployments, and mostly
 * no rollout refers to one.
 */
export class Following {
  readonly #io: FollowingIo;
  readonly #workloads = new Map<
    string,
    { readonly follower: Follower<WorkloadObject>; resource: Resource }
  >();
  /** Configuration that is to be part of a release. */
  readonly versions: Versions;
  /** For workloads that are known too late. */
  readonly lag = new CatchUp();
  readonly #ended: Promise<void>[] = [];
  /** Rollouts that are to be looked at again, and how not to. */
  readonly #later = new Map<string, Cancel>();
  #signal: AbortSignal = AbortSignal.abort();

  constructor(io: FollowingIo) {
    this.#io = io;
    const means = { ...io, namespace: io.settings.namespace };
    this.versions = new Versions(means, (run) => this.#ended.push(run(this.#signal)));
  }

  /** Allows watches to begin; they go on until the signal aborts. Resolves when all of them have ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (const cancel of this.#later.values()) cancel();
    await Promise.all(this.#ended);
  }

  /** Asks for a look at a rollout in a while: nothing tells of a kind that is installed. */
  lookLater(rollout: string): void {
    if (this.#later.has(rollout) || this.#signal.aborted) return;
    const cancel = this.#io.clock.after(LATER_MS, () => {
      this.#later.delete(rollout);
      this.#io.look(rollout);
    });
    this.#later.set(rollout, cancel);
  }

  /** The follower of a workload kind, begun at the first call. Throws a Failure. */
  async workloads(apiVersion: string, kind: string, signal: AbortSignal): Promise<WorkloadKind> {
    const id = `${apiVersion} ${kind}`;
    const known = this.#workloads.get(id);
    if (known !== undefined) return { kind: 'followed', ...known };
    const own = BUILT_IN.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    const resource = own ?? (await this.#discover(apiVersion, kind, signal));
    if (resource === null) return { kind: 'unknown' };
    // Another pass may have been faster.
    const begun = this.#workloads.get(id);
    if (begun !== undefined) return { kind: 'followed', ...begun };
    if (this.#workloads.size >= BUILT_IN.length + MOST_KINDS) return { kind: 'tooMany' };
    const made = { follower: this.#begin(resource), resource };
    this.#workloads.set(id, made);
    return { kind: 'followed', ...made };
  }

  /** What remembers objects of a kind, and takes in the answers of own writes; undefined: nothing does. */
  memory(of: { readonly apiVersion: string; readonly kind: string }): Memory | undefined {
    if (of.kind === 'ConfigMap' || of.kind === 'Secret') return this.versions;
    return this.#workloads.get(`${of.apiVersion} ${of.kind}`)?.follower;
  }

  /** The rollout needs no workload any more, but those of one kind. */
  forgetWorkloads(rollout: string, but: WorkloadKind | null = null): void {
    const kept = but?.kind === 'followed' ? but.follower : null;
    for (const { follower } of this.#workloads.values()) if (follower !== kept) follower.want(rollout, []);
  }

  /** The rollout needs nothing any more. */
  forget(rollout: string): void {
    this.forgetWorkloads(rollout);
    this.lag.forget(rollout);
    this.versions.forget(rollout);
  }

  #begin(resource: Resource): Follower<WorkloadObject> {
    const { client, clock, rng, settings, look } = this.#io;
    const onHealth = (health: Health): void => this.#tell(resource, health);
    const { namespace } = settings;
    const follower = new Follower({
      client,
      resource,
      namespace,
      clock,
      rng,
      project: workloadObject,
      look,
      onHealth,
    });
    // The first list shows what all rollouts want; later ones are read one by one.
    for (const rollout of this.#io.rollouts()) {
      const key = workloadKey(rollout, resource);
      if (key !== null) follower.want(keyOf(rollout), [key]);
    }
    this.#ended.push(follower.run(this.#signal));
    return follower;
  }

  async #discover(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource | null> {
    const [group, version] = apiVersion.split('/');
    if (group === undefined || version === undefined) return null;
    try {
      const path = `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
      return resourceOf({ group, version, kind }, await this.#io.client.getPath(path, { signal }));
    } catch (failure) {
      if (isFailure(failure, 'missing', 'forbidden', 'invalid')) return null;
      throw failure;
    }
  }

  #tell(resource: Resource, health: Health): void {
    const { log } = this.#io;
    const kind = `${resource.resource}.${resource.group}`;
    if (health.kind === 'watching') log.debug({ kind }, 'watching');
    else if (health.kind === 'broken') log.warn({ kind, error: health.failure.message }, 'watch broken');
    else log.warn({ kind, error: health.failure.message }, 'a rollout needs this kind (trying again)');
  }
}

/** The key of the workload that a rollout refers to, where it is one of this resource; else null. */
export function workloadKey({ metadata, spec }: Rollout, resource: Resource): string | null {
  const { apiVersion = '', kind = '', name = '' } = spec?.workloadRef ?? {};
  const isOfKind = kind === resource.kind && apiVersion === apiVersionOf(resource);
  return isOfKind && name !== '' ? `${metadata.namespace ?? ''}/${name}` : null;
}

/** Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#unaggregated-discovery */
function resourceOf(
  wanted: { readonly group: string; readonly version: string; readonly kind: string },
  answer: unknown,
): Resource | null {
  const listed = (answer as { readonly resources?: readonly Listed[] | null } | null)?.resources;
  if (!Array.isArray(listed)) return null;
  const found = (listed as readonly Listed[]).find(
    (each) => each.kind === wanted.kind && each.name?.includes('/') === false && each.namespaced === true,
  );
  return found?.name === undefined ? null : { ...wanted, resource: found.name, namespaced: true };
}

interface Listed {
  readonly name?: string;
  readonly kind?: string;
  readonly namespaced?: boolean;
}
