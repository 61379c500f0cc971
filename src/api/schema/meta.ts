import * as z from 'zod';
import type {
  Condition,
  ExtraMetadata,
  LabelSelector,
  LabelSelectorRequirement,
  PodTemplate,
} from '../meta.ts';
import { listOf, object, oneOf, stringMap, text, timestamp } from './build.ts';

/** Schema of `LabelSelectorRequirement`. */
const requirement = object<LabelSelectorRequirement>('LabelSelectorRequirement', {
  key: text,
  operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: listOf(text).optional(),
});

/** Schema of `LabelSelector`. */
export const labelSelector = object<LabelSelector>('LabelSelector', {
  matchLabels: stringMap.optional(),
  matchExpressions: listOf(requirement).optional(),
}).meta({ 'x-kubernetes-map-type': 'atomic' });

/** Schema of `ExtraMetadata`. */
export const extraMetadata = object<ExtraMetadata>('ExtraMetadata', {
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
});

/**
 * Schema of `PodTemplate`: it is an object, no more. The CRDs describe it in full
 * (`tools/gen/pod-template.ts`); what users get wrong in it is found by `validate/pod-template.ts`.
 */
export const podTemplate: z.ZodType<PodTemplate> = z
  .looseObject({
    metadata: z.looseObject({ labels: stringMap.optional(), annotations: stringMap.optional() }).optional(),
    spec: z.looseObject({}).optional(),
  })
  .meta({ title: 'PodTemplate' }) as unknown as z.ZodType<PodTemplate>;

/** Schema of `metadata` of an object: Kubernetes checks it, so we look only at what we read. */
export const objectMeta = z
  .looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    namespace: z.string().optional(),
    labels: stringMap.optional(),
    annotations: stringMap.optional(),
  })
  .meta({ title: 'ObjectMeta' });

/** Schema of `Condition`. */
export function condition<Type extends string>(type: z.ZodType<Type>): z.ZodType<Condition<Type>> {
  return object<Condition<string>>('Condition', {
    type,
    status: oneOf('True', 'False', 'Unknown'),
    lastUpdateTime: timestamp,
    lastTransitionTime: timestamp,
    reason: text,
    message: text,
  }) as z.ZodType<Condition<Type>>;
}
