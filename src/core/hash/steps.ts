import { fnv1a, safeName } from './fnv.ts';
import { goDecode } from './go-decode.ts';
import { goEncode } from './go-encode.ts';
import { type GoType, goStruct } from './go-schema.ts';

const canarySteps: GoType = { kind: 'list', of: goStruct('CanaryStep') };

/**
 * The hash of `spec.strategy.canary.steps` (raw JSON), equal to the original's `status.currentStepHash`.
 * Absent steps hash as `null` and an empty list as `[]`. With blue-green the status holds an empty text
 * instead.
 */
export function stepsHash(steps: unknown): string {
  return safeName(fnv1a(hashableSteps(steps)));
}

/** The bytes that are hashed: the JSON that Go writes for the typed steps. */
export function hashableSteps(steps: unknown): string {
  return goEncode(goDecode(steps, canarySteps), canarySteps);
}
