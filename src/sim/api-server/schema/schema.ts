import type { Json } from '../../../api/meta.ts';

/**
 * What the API server knows about the fields of a kind: of all that OpenAPI and its extensions can say, what
 * is needed to validate, prune, default, patch and share out objects. Compiled once, shared by all parts.
 *
 *   schemaOfCrd(crd, version)            schema/crd.ts        of a custom resource
 *   builtinSchema(apiVersion, kind)      schema/builtin.ts    of a built-in kind, and of routes of the
 * Gateway API
 *   prune(object, schema)                schema/prune.ts      what is unknown goes
 *   withDefaults(object, schema)         schema/defaulting.ts what is unset is filled in
 *   misfit(object, schema)               schema/misfit.ts     why Go could not read a built-in kind (400)
 *   validate(object, schema, before?)    schema/validate.ts   what is wrong, as causes (422)
 */
export interface Schema {
  /** Of what: a Go type such as `core.v1.Container`, or empty. */
  readonly name: string;
  /**
   * Built-in kinds pass through Go types; those of custom resources, and only those, are validated by schema.
   */
  readonly origin: 'builtin' | 'custom';
  readonly type: SchemaType;
  readonly format: string;
  /** The fields that have a name. Empty but for objects. */
  readonly fields: ReadonlyMap<string, Schema>;
  /** What every other field holds; null where there is no other. */
  readonly values: Schema | null;
  /** What a list holds. */
  readonly items: Schema | null;
  readonly required: readonly string[];
  /** Whether fields that the schema does not know are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly keepsUnknown: boolean;
  /** An object of its own, with apiVersion, kind and metadata (`x-kubernetes-embedded-resource`). */
  readonly isResource: boolean;
  readonly isNullable: boolean;
  /** Undefined: none. */
  readonly default: Json | undefined;
  /** How field managers share a list: it has one owner, each item has, or each item found by its keys. */
  readonly list: 'atomic' | 'set' | 'map';
  /** The fields by which items of such a list are told apart. */
  readonly keys: readonly string[];
  /** Whether an object has one owner as a whole. */
  readonly isAtomic: boolean;
  /** How strategic merge patches treat it. */
  readonly patch: PatchRule;
  /** What else validation asks; null for nothing. */
  readonly rules: Rules | null;
  /** How Go treats an empty value of the field that has this schema. */
  readonly empty: EmptyRule;
}

/** The type of a value. `any` is anything; `int-or-string` is what its name says. */
export type SchemaType =
  | 'object'
  | 'array'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'int-or-string'
  | 'any';

/** How a strategic merge patch treats a list or an object. */
export interface PatchRule {
  /** Whether lists are merged, item by item, rather than replaced. */
  readonly merges: boolean;
  readonly retainsKeys: boolean;
  /** Whether an object is replaced rather than merged. */
  readonly replaces: boolean;
  /** The field by which items that are objects are told apart; empty for lists of plain values. */
  readonly mergeKey: string;
}

/**
 * An empty value (zero, empty text, list or map, null) is left out, written even where it was not given, or
 * kept.
 */
export type EmptyRule = 'omitted' | 'written' | 'kept';

/** The validating keywords of OpenAPI. Absent: nothing is asked. */
export interface Rules {
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly isAboveMinimum?: boolean;
  readonly isBelowMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly isUnique?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  /**
   * Expressions (`x-kubernetes-validations`). Only `self == oldSelf` is understood; the others are not asked.
   */
  readonly expressions?: readonly { readonly rule: string; readonly message: string }[];
}

/** Nothing is known: everything is kept, nothing asked. What is derived from it says only what differs. */
export const ANYTHING: Schema = {
  name: '',
  origin: 'custom',
  type: 'any',
  format: '',
  fields: new Map(),
  values: null,
  items: null,
  required: [],
  keepsUnknown: true,
  isResource: false,
  isNullable: true,
  default: undefined,
  list: 'atomic',
  keys: [],
  isAtomic: false,
  patch: { merges: false, retainsKeys: false, replaces: false, mergeKey: '' },
  rules: null,
  empty: 'kept',
};

/** The schema of a field: its own, else that of any further field; null where the schema knows of none. */
export function fieldOf(schema: Schema, name: string): Schema | null {
  return schema.fields.get(name) ?? schema.values ?? (schema.keepsUnknown ? ANYTHING : null);
}

/** The schema of an item of a list. */
export function itemOf(schema: Schema): Schema {
  return schema.items ?? ANYTHING;
}
