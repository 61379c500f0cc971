import type { Manifest } from '../api/meta.ts';
import { resources } from '../api/resources.ts';
import { sleep } from '../shell/clock.ts';
import { isFailure } from '../shell/kube/failure.ts';
import type { Api } from './api.ts';
import { type Applied, apply, type Hand, isUncheckable } from './cluster/apply.ts';
import { isCrd, type Kinds, kindName } from './cluster/kinds.ts';
import { find, placeOf } from './cluster/live.ts';
import type { Force } from './conflict.ts';
import { healthOf } from './health.ts';
import { nameOf } from './manifests/declared.ts';
import type { Problem } from './manifests/problem.ts';
import { inRanks } from './order.ts';
import { parallel } from './parallel.ts';
import type { Wanted } from './wanted.ts';

/** An object to write, and what it shall be. */
export interface Write {
  readonly kind: 'create' | 'change' | 'repair';
  readonly wanted: Wanted;
  readonly body: Manifest;
}

/** Requests at the same time. */
const WIDTH = 8;

/**
 * Asks the server what it would say to all writes. What cannot be asked yet is passed over: objects in
 * namespaces and of kinds that come with the same commit. Conflicts are no problem of the commit.
 */
export async function tryAll(
  hand: Hand,
  writes: readonly Write[],
  force: Force,
): Promise<readonly Problem[]> {
  const coming = namesOfComing(writes);
  const known = writes.filter(({ wanted, body }) => {
    const isPlaceNew = coming.namespaces.has(body.metadata.namespace ?? '');
    return !wanted.isKindNew && !isPlaceNew && !coming.kinds.has(`${wanted.resource.group}/${body.kind}`);
  });
  const problems = await parallel(WIDTH, known, async ({ wanted, body }): Promise<readonly Problem[]> => {
    const applied = await apply(hand, wanted, body, { force, isTrial: true });
    if (applied.kind !== 'refused' || isUncheckable(applied)) return [];
    return [{ ...wanted.origin, message: `${nameOf(body)}: ${applied.why}` }];
  });
  return problems.flat();
}

function namesOfComing(writes: readonly Write[]) {
  const crds = writes.filter(({ body }) => isCrd(body));
  return {
    namespaces: new Set(
      writes
        .filter(({ kind, body }) => kind !== 'change' && body.kind === 'Namespace')
        .map(({ body }) => body.metadata.name),
    ),
    // Their schema may be another than the one that the server has.
    kinds: new Set(
      crds.map(({ body }) => {
        const spec = body['spec'] as { readonly group?: string; readonly names?: { readonly kind?: string } };
        return `${spec.group ?? ''}/${spec.names?.kind ?? ''}`;
      }),
    ),
  };
}

/** Told of each object as soon as it is written, or not. */
export type OnApplied = (write: Write, applied: Applied) => void;

/** Writes objects in the order in which they need one another, and waits until new kinds are established. */
export async function writeAll(
  hand: Hand & { readonly api: Pick<Api, 'get' | 'patch'> },
  writes: readonly Write[],
  {
    force,
    onApplied,
    beforeContents,
  }: {
    readonly force: Force;
    readonly onApplied: OnApplied;
    /** Called once when all namespaces are there, before anything is written into them. */
    readonly beforeContents: () => Promise<void>;
  },
): Promise<void> {
  const namespaces = writes.filter(({ body }) => body.kind === 'Namespace');
  const contents = writes.filter(({ body }) => body.kind !== 'Namespace');
  const writeRank = async (rank: readonly Write[]): Promise<void> => {
    await parallel(WIDTH, rank, async (write) => {
      onApplied(write, await apply(hand, write.wanted, write.body, { force, isTrial: false }));
    });
    await established(hand, rank);
  };
  await writeRank(namespaces);
  await beforeContents();
  for (const rank of inRanks(contents, ({ body }) => body)) await writeRank(rank);
}

const ESTABLISHED = { attempts: 100, pauseMs: 200 } as const;

async function established(
  { api, clock, signal }: Hand & { readonly api: Pick<Api, 'get'> },
  rank: readonly Write[],
): Promise<void> {
  for (const { body } of rank.filter((write) => isCrd(write.body))) {
    for (let left = ESTABLISHED.attempts; left > 0; left--) {
      const crd = await find(api, resources.customResourceDefinitions, placeOf(body), signal);
      if (crd === null || healthOf(crd).kind === 'healthy') break;
      if (!(await sleep(clock, ESTABLISHED.pauseMs, signal))) return;
    }
  }
}

/** How pruning one object went: false where the server refused it. */
export type Pruned = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly why: string };

/** Deletes an object as it was seen; one of the same name that came later stays. */
export async function prune(
  api: Pick<Api, 'delete'>,
  live: Manifest,
  kinds: Kinds,
  signal: AbortSignal,
): Promise<Pruned> {
  const resource = kinds.get(kindName(live));
  if (resource === undefined) return { kind: 'done' };
  try {
    const { uid = '' } = live.metadata;
    await api.delete(resource, placeOf(live), { uid, propagation: 'Background', signal });
    return { kind: 'done' };
  } catch (failure) {
    if (isFailure(failure, 'missing', 'conflict')) return { kind: 'done' };
    if (isFailure(failure, 'forbidden', 'invalid')) return { kind: 'refused', why: failure.message };
    throw failure;
  }
}
