import type { JsonObject } from '../../api/meta.ts';
import type { ApiError } from './api.ts';
import { type Served, versionOf } from './catalog.ts';
import { badRequest, invalidPatch } from './errors.ts';
import { misfit } from './schema/misfit.ts';
import { prune } from './schema/prune.ts';
import type { Schema } from './schema/schema.ts';

/** How what was sent is to be read. */
export interface Reading {
  /** The version of the API in which it is written; default the one in which it is stored. */
  readonly version?: string;
  /** What becomes of unknown fields: they are dropped, and told (`Warn`), or refused (`Strict`). */
  readonly fields?: 'Strict' | 'Warn' | 'Ignore';
  /** It is what a patch led to: faults are told otherwise. */
  readonly isPatch?: boolean;
  readonly warn?: (message: string) => void;
}

/** Raw JSON on its way to become an object. */
export type Draft = Readonly<Record<string, unknown>>;

/** The schema of a resource in a version; null where anything goes. */
export function schemaOf(served: Served, version: string = served.kind.version): Schema | null {
  return versionOf(served, version).schema();
}

/**
 * What is left of a draft after reading it by its schema; throws BadRequest where it cannot be read (Invalid,
 * where a patch led to it).
 */
export function decoded(served: Served, draft: Draft, reading: Reading): Draft {
  const schema = schemaOf(served, reading.version);
  if (schema === null) return draft;
  const why = misfit(draft as JsonObject, schema);
  if (why !== null) throw unreadable(served, draft, reading, why);
  const { object, unknown } = prune(draft as JsonObject, schema);
  if (unknown.length === 0) return object;
  const faults = unknown.map((path) => `unknown field "${path}"`);
  if (reading.fields === 'Strict') {
    throw unreadable(served, draft, reading, `strict decoding error: ${faults.join(', ')}`);
  }
  if (reading.fields === 'Warn') for (const fault of faults) reading.warn?.(fault);
  return object;
}

function unreadable(served: Served, draft: Draft, reading: Reading, why: string): ApiError {
  const { kind } = served.kind;
  if (reading.isPatch === true) {
    const message = `Invalid value: ${JSON.stringify(JSON.stringify(draft))}: ${why}`;
    return invalidPatch({ reason: 'FieldValueInvalid', field: 'patch', message });
  }
  const version = reading.version ?? served.kind.version;
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}
