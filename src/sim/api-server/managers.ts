import type { JsonObject, Manifest } from '../../api/meta.ts';
import { ApiError } from './api.ts';
import { type Served, versionOf } from './catalog.ts';
import { type Draft, schemaOf } from './decoding.ts';
import { apply } from './fields/apply.ts';
import { trackUpdate, type Write } from './fields/track.ts';
import { omit } from './omit.ts';
import { ANYTHING } from './schema/schema.ts';
import { timestamp } from './timestamp.ts';
import type { How } from './writer.ts';

/** An object that says who owns which of its fields after this write. `live` is null for a new one. */
export function managed(
  served: Served,
  live: Manifest | null,
  after: Manifest,
  how: How,
  now: number,
): Manifest {
  const schema = schemaOf(served) ?? ANYTHING;
  // The finalizers of a namespace are the server's own.
  const counted = live === null && after.kind === 'Namespace' ? (omit(after, 'spec') as Manifest) : after;
  const managedFields = trackUpdate(asJson(live), asJson(counted), writeOf(served, how, now), schema)
    // Nobody remembers who sent a size without saying that it is one, although the others lose the field.
    .filter((entry) => how.isUntold !== true || entry['subresource'] !== 'scale');
  if (managedFields.length > 0) return { ...after, metadata: { ...after.metadata, managedFields } };
  return { ...after, metadata: omit(after.metadata, 'managedFields') };
}

/** What server-side apply makes of an object (null: of none); throws Conflict where fields are others'. */
export function applied(
  served: Served,
  live: Manifest | null,
  wish: NonNullable<How['apply']>,
  how: How,
  now: number,
): Draft {
  const schema = schemaOf(served, how.version) ?? ANYTHING;
  const applying = { ...writeOf(served, how, now), force: wish.force };
  const outcome = apply(asJson(live), wish.object as JsonObject, applying, schema);
  if (outcome.kind === 'applied') return outcome.object;
  throw new ApiError(409, 'Conflict', outcome.message, { causes: outcome.causes });
}

function writeOf(served: Served, { manager, subresource }: How, now: number): Write {
  const version = versionOf(served, served.kind.version);
  return {
    manager,
    time: timestamp(now),
    subresource: subresource === 'status' || subresource === 'scale' ? subresource : '',
    isStatusApart: version.hasStatus,
    ...(version.scale === null ? {} : { sizePath: version.scale.spec }),
  };
}

function asJson<T extends Manifest | null>(object: T): T extends null ? JsonObject | null : JsonObject {
  return object as never;
}
