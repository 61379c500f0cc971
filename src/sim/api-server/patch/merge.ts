import type { Json, JsonObject } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import { type Draft, goWord, isObject, own, put } from './object.ts';

/**
 * Applies a JSON merge patch: objects are merged, null removes, everything else replaces. Parts that the
 * patch does not change stay the same values, and the object itself is returned where nothing changes. Throws
 * an ApiError 400 for a patch that is no object. `mergePatch` of `core/merge-patch.ts` is the way back: it
 * computes one.
 * Source: https://www.rfc-editor.org/rfc/rfc7386
 */
export function mergePatch(object: JsonObject, patch: unknown): JsonObject {
  if (patch === null) throw new ApiError(400, 'BadRequest', 'Invalid JSON Patch');
  if (isObject(patch)) return merged(object, patch);
  const why = `json: cannot unmarshal ${goWord(patch)} into Go value of type map[string]interface {}`;
  throw new ApiError(400, 'BadRequest', `error decoding patch: ${why}`);
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  let draft: Draft | null = null;
  for (const [key, change] of Object.entries(patch)) {
    const before = own(draft ?? object, key);
    const after = change === null ? undefined : mergedValue(before, change);
    if (after === before) continue;
    draft ??= { ...object };
    if (after === undefined) delete draft[key];
    else put(draft, key, after);
  }
  return draft ?? object;
}

/** An object is merged even into nothing, so that its nulls do not stay. */
function mergedValue(before: Json | undefined, change: Json): Json {
  return isObject(change) ? merged(isObject(before) ? before : {}, change) : change;
}
