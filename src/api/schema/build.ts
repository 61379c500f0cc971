import * as z from 'zod';
import type { IntOrString, Json, JsonObject, StringMap } from '../meta.ts';

/** A schema for every field of `T`: optional fields need an optional schema, the others must not have one. */
type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? z.ZodOptional<z.ZodType<Exclude<T[K], undefined>>>
    : z.ZodType<T[K]>;
};

/**
 * A schema for the interface `T`. Does not compile if a field is missing, unknown, of another type or
 * optional where it is not. `name` is the interface's name: the CRDs take their descriptions from its
 * comments. Fields that are not in it give `unrecognized_keys`, which callers may take lightly: the API
 * server drops them.
 */
export function object<T>(name: string, fields: Fields<T>): z.ZodType<T> {
  // The types above are stricter than zod's inference, so the cast loses nothing.
  return z.strictObject(fields).meta({ title: name }) as unknown as z.ZodType<T>;
}

/** An integer that Kubernetes stores in 32 bits. */
export function int32(bounds: { readonly min?: number; readonly max?: number } = {}): z.ZodType<number> {
  const { min = -(2 ** 31), max = 2 ** 31 - 1 } = bounds;
  return z.int().min(min).max(max).meta({ format: 'int32' });
}

/**
 * An integer that Kubernetes stores in 64 bits; beyond 2^53 we would not read it exactly, so that is refused.
 */
export function int64(bounds: { readonly min?: number; readonly max?: number } = {}): z.ZodType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  return z.int().min(min).max(max).meta({ format: 'int64' });
}

/** A text. */
export const text: z.ZodType<string> = z.string();

/** True or false. */
export const flag: z.ZodType<boolean> = z.boolean();

/** An object whose presence says all. */
export const emptyObject: z.ZodType<Readonly<Record<never, never>>> = z.strictObject({});

/** A point in time. The API server checks it as Go would; numeric offsets are allowed. */
export const timestamp: z.ZodType<string> = z.iso.datetime({ offset: true }).meta({ format: 'date-time' });

/** An integer or a text. Fractions are refused, as by the API server. */
export const intOrString: z.ZodType<IntOrString> = z
  .union([z.int(), z.string()])
  .meta({ 'x-kubernetes-int-or-string': true });

/** Labels, annotations and the like. */
export const stringMap: z.ZodType<StringMap> = z.record(z.string(), z.string());

/**
 * Anything: the field belongs to somebody else. What comes from the API is JSON already, so it is not walked.
 */
export const json = z
  .unknown()
  .meta({ 'x-kubernetes-preserve-unknown-fields': true }) as unknown as z.ZodType<Json>;

/** Any object: the field belongs to somebody else. */
export const jsonObject = z
  .record(z.string(), z.unknown())
  .meta({ 'x-kubernetes-preserve-unknown-fields': true }) as unknown as z.ZodType<JsonObject>;

/** A list. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(item);
}

/** Values by name. */
export function mapOf<T>(value: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  return z.record(z.string(), value);
}

/** One of a few words; anything else is refused, also by the API server. */
export function oneOf<const T extends string>(...words: readonly T[]): z.ZodType<T> {
  return z.enum(words);
}

/**
 * One of a few words, as far as we know. Another one is accepted: older objects may hold it, and the code
 * that reads it must have an answer.
 */
export function likely<const T extends string>(...words: readonly T[]): z.ZodType<T> {
  return z.string().meta({ examples: words }) as unknown as z.ZodType<T>;
}
