import { readFileSync } from 'node:fs';

/** A pod template, the hash that the original gave it, and the template that the API server made of it. */
export interface TemplateVector {
  readonly name: string;
  readonly hash: string;
  readonly collisionCount?: number;
  /** The template as the API server stored it in the Rollout: what was hashed. */
  readonly stored: unknown;
  /** The same after the original wrote it back in its own words. */
  readonly rewritten?: unknown;
  /** The same inside a ReplicaSet, with the API server's defaults, without the hash label. */
  readonly inReplicaSet?: unknown;
}

/** Reads a file of test/vectors/hash. Whole numbers that a double cannot hold become bigints. */
export function readVectors<T>(file: string): T {
  const text = readFileSync(new URL(`../../vectors/hash/${file}`, import.meta.url), 'utf8');
  return parseExactly(text) as T;
}

/** JSON.parse without loss of large whole numbers. */
export function parseExactly(text: string): unknown {
  return parseWithSource(text, (_key, value, context) => {
    const source = context.source ?? '';
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value;
    return BigInt(source);
  });
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The third parameter of the reviver is newer than the compiler's declarations. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
