import type { Resource } from '../../../api/resources.ts';
import { sleep } from '../../../shell/clock.ts';
import { isFailure } from '../../../shell/kube/failure.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import type { Cluster, Io } from '../../io.ts';
import { say } from '../../lines.ts';
import { Refusal } from '../../refusal.ts';
import { oneLine } from '../../text/printable.ts';

/** What a migration in a cluster goes on with: the cluster, who is told, and until when. */
export interface Scene {
  readonly io: Io;
  readonly cluster: Cluster;
  /** By `io.clock.elapsed()`. */
  readonly deadline: number;
}

/** How far something is: done, or what is still missing. */
export type Progress = { readonly kind: 'done' } | { readonly kind: 'waiting'; readonly for: string };

/** It is so. */
export const DONE: Progress = { kind: 'done' };

/** It is not so yet, because of this. */
export function waiting(words: string): Progress {
  return { kind: 'waiting', for: words };
}

/** Between two looks, in milliseconds. */
const EVERY_MS = 500;

/** Somebody has pressed Ctrl-C. Nothing is undone: the same command goes on from there. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Looks until it is done, and tells each change of what is missing once. Throws a Refusal that says what was
 * missing when the time is over, and Interrupted when the user has had enough.
 */
export async function waitFor(scene: Scene, what: string, look: () => Promise<Progress>): Promise<void> {
  const { io, deadline } = scene;
  let told = '';
  for (;;) {
    if (io.ended.aborted) throw new Interrupted();
    const progress = await look();
    if (progress.kind === 'done') return;
    if (progress.for !== told) say(io.out, `  waiting for ${what}: ${oneLine(progress.for)}`);
    told = progress.for;
    if (io.clock.elapsed() >= deadline)
      throw new Refusal(
        `timed out waiting for ${what}: ${oneLine(told)}. Nothing is undone; the same command goes on from here`,
      );
    await sleep(io.clock, EVERY_MS, io.ended);
  }
}

/** Tells that a step is done. */
export function tell({ io }: Scene, words: string): void {
  say(io.out, `✔ ${words}`);
}

/** An object; null where there is none, or no such kind. */
export async function findLive<T extends KubeObject>(
  { cluster }: Scene,
  resource: Resource,
  name: string,
): Promise<T | null> {
  try {
    return await cluster.api.get<T>(resource, { namespace: cluster.namespace, name });
  } catch (failure) {
    if (isFailure(failure, 'missing')) return null;
    throw failure;
  }
}

/** All objects of a kind in the namespace; none where there is no such kind. */
export async function listLive<T extends KubeObject>(
  { cluster }: Pick<Scene, 'cluster'>,
  resource: Resource,
  labelSelector?: string,
): Promise<readonly T[]> {
  const selection = {
    namespace: cluster.namespace,
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
  try {
    const { items } = await cluster.api.list(resource, selection, (raw) => raw as T);
    return items;
  } catch (failure) {
    if (isFailure(failure, 'missing')) return [];
    throw failure;
  }
}
