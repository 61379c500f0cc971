import { resources } from '../../api/resources.ts';
import type { LeaseRecord, LeaseStore, StoredLease } from '../lease.ts';
import { isFailure } from './failure.ts';
import type { KubeObject } from './object.ts';
import type { RestClient } from './rest.ts';

interface LeaseObject extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number | null;
  };
}

/**
 * Keeps a Lease object in the cluster. Fields of it that we do not know stay as they are. Give it a client of
 * its own: behind a thousand requests that wait for their turn in the rate limit, a renewal would come too
 * late.
 */
export function leaseStore(
  client: Pick<RestClient, 'get' | 'create' | 'update'>,
  place: { readonly namespace: string; readonly name: string },
): LeaseStore {
  /** The objects behind what we handed out, as a write must carry all of their fields. */
  const objects = new WeakMap<StoredLease, LeaseObject>();
  const stored = (object: LeaseObject): StoredLease => {
    const lease = { record: recordOf(object), version: object.metadata.resourceVersion ?? '' };
    objects.set(lease, object);
    return lease;
  };
  return {
    async read(options) {
      try {
        return stored(await client.get<LeaseObject>(resources.leases, place, options));
      } catch (failure) {
        if (isFailure(failure, 'missing')) return null;
        throw failure;
      }
    },
    async write(record, over, options) {
      const old = over === null ? undefined : objects.get(over);
      if (old !== undefined) {
        const body = { ...old, spec: { ...old.spec, ...specOf(record) } };
        return stored(await client.update<LeaseObject>(resources.leases, place, body, options));
      }
      const { namespace, name } = place;
      const body = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { namespace, name },
        spec: specOf(record),
      };
      return stored(await client.create<LeaseObject>(resources.leases, { namespace }, body, options));
    },
  };
}

function recordOf({ spec = {} }: LeaseObject): LeaseRecord {
  return {
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds ?? 0,
    acquireTime: spec.acquireTime ?? '',
    renewTime: spec.renewTime ?? '',
    transitions: spec.leaseTransitions ?? 0,
  };
}

function specOf(record: LeaseRecord): NonNullable<LeaseObject['spec']> {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: record.acquireTime,
    renewTime: record.renewTime,
    leaseTransitions: record.transitions,
  };
}
