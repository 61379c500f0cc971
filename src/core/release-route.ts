import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { Json, JsonObject, Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ReplicaSet, Service } from '../api/workload.ts';
import { mergePatch } from './merge-patch.ts';
import type { PatchChange } from './plan.ts';
import { releaseService } from './release-service.ts';
import { sidesOf } from './rollout/sides.ts';
import { patch } from './writes.ts';

/** How a Rollout stands to an object that carries something of it. */
export type Standing =
  /** It asks for the object, or nobody can tell: another controller's, or a spec that cannot be read. */
  | { readonly kind: 'holds' }
  /** It is gone or going. */
  | { readonly kind: 'gone' }
  /** It lives, and asks for the object no more. */
  | {
      readonly kind: 'left';
      readonly rollout: Rollout;
      /** Those that it owns. */
      readonly replicaSets: readonly ReplicaSet[];
      /** The Service that its spec names as the stable one. */
      readonly stableService: Service | null;
    };

/**
 * Whether what a Rollout has on an object may be taken off, which sends all traffic to the stable Service.
 * `services` are those that are marked with the Rollout.
 *
 * Services go first: without a hash they select every pod that the user's own selector fits, so the route
 * leads to whatever pods there are, also where those of the stable version are gone. While the Rollout lives,
 * the pods of the stable Service must be able to carry everything: a canary that had most of the traffic
 * keeps it until they are.
 */
export function isReleasable(
  standing: Standing,
  { owns, services }: { readonly owns: boolean; readonly services: readonly Service[] },
): boolean {
  switch (standing.kind) {
    case 'holds':
      return false;
    case 'gone':
      // What it owns is collected with it.
      return !owns && services.every((service) => releaseService(service, null) === null);
    case 'left':
      return (
        services.every((service) => releaseService(service, standing.rollout) === null) &&
        canCarryAll(standing)
      );
    default:
      return standing satisfies never;
  }
}

function canCarryAll({ rollout, replicaSets, stableService }: Standing & { readonly kind: 'left' }): boolean {
  const hash = stableService?.spec?.selector?.[LABEL.podTemplateHash];
  if (hash === undefined) return true;
  const replicaSet = replicaSets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === hash);
  const needed = rollout.spec.replicas ?? 1;
  const { replicas = 1 } = replicaSet?.spec ?? {};
  return Math.min(replicas, replicaSet?.status?.availableReplicas ?? 0) >= needed;
}

/** The Service that a Rollout names as the stable one; undefined: none. */
export function stableServiceOf(rollout: Rollout): string | undefined {
  return sidesOf(rollout).stable;
}

/** The name of the Rollout that stamped an object last; undefined where nobody did. */
export function stampedBy({ metadata }: Manifest): string | undefined {
  const [name = '', epoch] = (metadata.annotations?.[ANNOTATION.epoch] ?? '').split('/');
  return epoch === undefined || name === '' ? undefined : name;
}

/**
 * The write that hands an object back: `after` is what it should be, without anything of these Rollouts. A
 * stamp of theirs goes, too. Null where nothing changes.
 */
export function releaseRoute(
  before: Manifest,
  after: Manifest,
  released: ReadonlySet<string>,
): PatchChange | null {
  const body = mergePatch(json(before), json(withoutStamp(after, released)));
  return body === null ? null : patch(before, 'tidy', body, []);
}

function withoutStamp(object: Manifest, released: ReadonlySet<string>): Manifest {
  const name = stampedBy(object);
  if (name === undefined || !released.has(name)) return object;
  const { [ANNOTATION.epoch]: _stamp, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Manifests are JSON as it came from the API server. */
function json(manifest: Manifest): JsonObject {
  return manifest as unknown as Readonly<Record<string, Json>>;
}
