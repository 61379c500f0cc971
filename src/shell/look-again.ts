import { LABEL } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Decision } from '../core/plan.ts';
import type { World } from '../core/world.ts';
import type { Api } from './kube/api.ts';
import { isFailure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import type { Stores } from './stores.ts';
import { WATCHED } from './uses.ts';

/** An object that a rollout refers to and that no watch of ours has shown. */
export interface Absent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * True where this decision is the first to call the spec invalid in these words. What a rollout refers to may
 * have been made a moment before it, and each kind has a watch of its own: the rollout's can be ahead.
 */
export function isFirstRefusal({ rollout }: World, { because, status }: Decision): boolean {
  return because.kind === 'invalid' && refusal(rollout.status) !== refusal(status);
}

function refusal(status: Rollout['status']): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'InvalidSpec')?.message;
}

/**
 * Asks the API server itself for everything that the spec names and that is not in our stores. True where
 * something was there after all: then the decision must be made again. Throws a Failure.
 */
export async function lookAgain(
  io: { readonly stores: Stores; readonly client: Api },
  world: World,
  signal: AbortSignal,
): Promise<boolean> {
  const looks = absentFrom(world).map((absent) => findAbsent(io, world.rollout, absent, signal));
  return (await Promise.all(looks)).includes(true);
}

function absentFrom({ rollout, services, routers, templates }: World): readonly Absent[] {
  const namespace = rollout.metadata.namespace ?? '';
  const unseen = <T>(named: Readonly<Record<string, T | null>>) =>
    Object.keys(named).filter((name) => named[name] === null);
  const routes = routers.flatMap(({ refs }) => refs.filter(({ observed }) => observed === null));
  return [
    ...unseen(services).map((name) => ({ kind: 'Service', namespace, name })),
    ...routes.map(({ kind, namespace: place, name }) => ({ kind, namespace: place, name })),
    ...unseen(templates).map((key) => {
      const [kind = '', name = ''] = key.split('/');
      return { kind, namespace, name };
    }),
  ];
}

/** The same of one object, which `referrer` refers to. Throws a Failure. */
export async function findAbsent(
  { stores, client }: { readonly stores: Stores; readonly client: Api },
  referrer: Manifest,
  { kind, namespace, name }: Absent,
  signal: AbortSignal,
): Promise<boolean> {
  const store = (Object.keys(WATCHED) as (keyof Stores)[]).find((key) => WATCHED[key].kind === kind);
  if (store === undefined) return false;
  const resource = WATCHED[store];
  const selection = {
    fieldSelector: `metadata.name=${name}`,
    ...(resource.namespaced ? { namespace } : {}),
  };
  try {
    // A list of one name needs no other rights than the watch has.
    const { items } = await client.list(resource, selection, (raw: KubeObject) => raw, { signal });
    const found = items.filter((item) => isOurs(item, kind, referrer));
    for (const item of found) stores[store].observeWrite(item);
    return found.length > 0;
  } catch (failure) {
    // The kind is not installed, or not for us to see.
    if (isFailure(failure, 'missing', 'forbidden')) return false;
    throw failure;
  }
}

/** Templates of other instances are not watched; Services and routes know no instances. */
function isOurs(item: KubeObject, kind: string, referrer: Manifest): boolean {
  if (!kind.endsWith('AnalysisTemplate')) return true;
  return item.metadata.labels?.[LABEL.instanceId] === referrer.metadata.labels?.[LABEL.instanceId];
}
