import { fnv1a, fnv1aNumber, safeName } from './fnv.ts';
import { goDecode } from './go-decode.ts';
import { goEncode } from './go-encode.ts';
import { goStruct } from './go-schema.ts';

const podTemplate = goStruct('PodTemplateSpec');

/** Sums by template. Objects here never change, and the same template is hashed in every pass. */
const sums = new WeakMap<object, number>();

/**
 * The hash of a pod template (raw JSON as the API server stores it), equal to the original's: names of
 * ReplicaSets, the label `rollouts-pod-template-hash` and `status.currentPodHash` hold it. A collision count
 * of 0 counts as present: it gives another hash than none. Fields that Kubernetes 0.34 does not know do not
 * count, so a change of them alone is no new revision.
 */
export function podTemplateHash(template: unknown, collisionCount?: number): string {
  const sum = sumOf(template);
  return safeName(collisionCount === undefined ? sum : fnv1aNumber(collisionCount, sum));
}

function sumOf(template: unknown): number {
  if (typeof template !== 'object' || template === null) return fnv1a(hashableJson(template));
  const known = sums.get(template);
  if (known !== undefined) return known;
  const sum = fnv1a(hashableJson(template));
  sums.set(template, sum);
  return sum;
}

/**
 * The bytes that are hashed: the JSON that Go writes for the typed template, without any defaults of the API.
 */
export function hashableJson(template: unknown): string {
  return goEncode(goDecode(template, podTemplate), podTemplate);
}
