import type { Resource } from '../api/resources.ts';
import type { Clock } from '../shell/clock.ts';
import { sleep } from '../shell/clock.ts';
import { isFailure } from '../shell/kube/failure.ts';
import type { Api } from './api.ts';
import { listOf } from './cluster/live.ts';
import { type Health, healthOf, LIVING } from './health.ts';
import { keyOf, nameOf } from './manifests/declared.ts';
import { parallel } from './parallel.ts';
import type { Verdict } from './report.ts';
import type { Wanted } from './wanted.ts';

/** Whose health, and for how long to wait. */
export interface Vigil {
  readonly id: string;
  readonly wanted: readonly Wanted[];
  /** By the monotonic clock: from when to count. */
  readonly since: number;
  readonly timeoutMs: number;
}

/** Times between looks: short at first, since most things take a second. */
const PAUSES_MS = [250, 500, 1_000, 2_000] as const;

/**
 * Waits until all objects are healthy, one of them has failed, or the time is over. An API server that is
 * away is waited for, too. Never rejects.
 */
export async function awaitHealth(
  { api, clock }: { readonly api: Pick<Api, 'list'>; readonly clock: Clock },
  { id, wanted, since, timeoutMs }: Vigil,
  signal: AbortSignal,
): Promise<Verdict> {
  const living = wanted.filter(({ resource }) => LIVING.includes(resource.kind));
  for (let look = 0; ; look++) {
    const healths = await healthsOf(api, id, living, signal);
    const lines = (kind: Health['kind']) =>
      healths.flatMap(({ name, health }) =>
        health.kind === kind && health.kind !== 'healthy' ? [`${name}: ${health.why}`] : [],
      );
    const afterMs = clock.elapsed() - since;
    if (signal.aborted) return { kind: 'superseded' };
    const failed = lines('failed');
    if (failed.length > 0) return { kind: 'failed', objects: failed };
    const waiting = lines('waiting');
    if (waiting.length === 0) return { kind: 'healthy', afterMs };
    if (afterMs >= timeoutMs) return { kind: 'late', afterMs, objects: waiting };
    const pause = PAUSES_MS[Math.min(look, PAUSES_MS.length - 1)] ?? 2_000;
    if (!(await sleep(clock, Math.min(pause, timeoutMs - afterMs), signal))) return { kind: 'superseded' };
  }
}

interface Named {
  readonly name: string;
  readonly health: Health;
}

async function healthsOf(
  api: Pick<Api, 'list'>,
  id: string,
  living: readonly Wanted[],
  signal: AbortSignal,
): Promise<readonly Named[]> {
  const places = Map.groupBy(
    living,
    ({ resource, manifest }) =>
      `${resource.group}/${resource.version}/${resource.resource}/${manifest.metadata.namespace ?? ''}`,
  );
  const lists = await parallel(4, [...places.values()], (group) => healthsIn(api, id, group, signal));
  return lists.flat();
}

async function healthsIn(
  api: Pick<Api, 'list'>,
  id: string,
  group: readonly Wanted[],
  signal: AbortSignal,
): Promise<readonly Named[]> {
  const [first] = group as readonly [Wanted];
  const { namespace = '' } = first.manifest.metadata;
  const seen = await read(api, first.resource, { id, namespace }, signal);
  return group.map(({ key, manifest }): Named => {
    const name = nameOf(manifest);
    if (seen === null) return { name, health: { kind: 'waiting', why: 'the API server does not answer' } };
    const object = seen.get(key);
    if (object === undefined) return { name, health: { kind: 'waiting', why: 'it is not there' } };
    return { name, health: healthOf(object) };
  });
}

async function read(
  api: Pick<Api, 'list'>,
  resource: Resource,
  place: { readonly id: string; readonly namespace: string },
  signal: AbortSignal,
) {
  try {
    return new Map((await listOf(api, resource, place, signal)).map((object) => [keyOf(object), object]));
  } catch (failure) {
    if (isFailure(failure)) return null;
    throw failure;
  }
}
