import * as z from 'zod';
import type { Docs } from './docs.ts';
import { podTemplateSchema } from './pod-template.ts';
import type { Schema } from './schema.ts';

/** JSON schema as zod writes it. */
interface Json {
  readonly title?: string;
  readonly type?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly additionalProperties?: Json | boolean;
  readonly [key: `x-${string}`]: unknown;
}

/**
 * Turns a zod schema into a structural schema for a CustomResourceDefinition: every node has a type or says
 * that it holds anything, nothing is closed, no references. Descriptions come from the interfaces' comments.
 * Rules: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function toStructural(schema: z.ZodType, docs: Docs): Schema {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    cycles: 'throw',
    unrepresentable: 'any',
  });
  return convert(json as Json, docs);
}

function convert(node: Json, docs: Docs): Schema {
  if (node.title === 'PodTemplate') return podTemplateSchema();
  if (node['x-kubernetes-int-or-string'] === true) return { 'x-kubernetes-int-or-string': true };
  return {
    ...type(node),
    ...extensions(node),
    ...(node.enum === undefined ? {} : { enum: node.enum }),
    ...bounds(node),
    ...(node.items === undefined ? {} : { items: described(node.items, docs) }),
    ...additional(node, docs),
    ...(node.properties === undefined ? {} : { properties: fields(node.properties, node.title, docs) }),
    ...(node.required === undefined ? {} : { required: node.required }),
  };
}

function fields(
  properties: Readonly<Record<string, Json>>,
  parent: string | undefined,
  docs: Docs,
): Readonly<Record<string, Schema>> {
  const comments = docs.get(parent ?? '');
  return Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, described(node, docs, comments?.get(name))]),
  );
}

/** Without a comment of its own a field is described by the comment on its interface. */
function described(node: Json, docs: Docs, comment?: string): Schema {
  const description = comment ?? docs.get(node.title ?? '')?.get('');
  return { ...(description === undefined ? {} : { description }), ...convert(node, docs) };
}

function type(node: Json): Schema {
  if (node.type === undefined) return {};
  return node.format === undefined ? { type: node.type } : { type: node.type, format: node.format };
}

function extensions(node: Json): Schema {
  return Object.fromEntries(Object.entries(node).filter(([key]) => key.startsWith('x-')));
}

/** The natural bounds of 32 and 64 bits are said by `format`. */
function bounds({ minimum, maximum }: Json): Schema {
  const natural = [-(2 ** 31), 2 ** 31 - 1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return {
    ...(minimum === undefined || natural.includes(minimum) ? {} : { minimum }),
    ...(maximum === undefined || natural.includes(maximum) ? {} : { maximum }),
  };
}

function additional({ additionalProperties }: Json, docs: Docs): Schema {
  if (typeof additionalProperties !== 'object') return {};
  if (Object.keys(additionalProperties).length > 0) {
    return { additionalProperties: convert(additionalProperties, docs) };
  }
  // An object whose fields are all somebody else's: said by preserve-unknown-fields.
  return { 'x-kubernetes-preserve-unknown-fields': true };
}
