import type { Manifest } from '../../api/meta.ts';

/** What comes of a migration: what to apply, and what to know before one does. */
export interface Migration {
  /** In the order in which they are applied. */
  readonly manifests: readonly Manifest[];
  /** What to do, one after the other, so that no request is lost. */
  readonly order: readonly string[];
  /** What has no counterpart and is left out, with what may stand in for it. */
  readonly lost: readonly string[];
  /** What else one should know. */
  readonly notes: readonly string[];
}

/** Part of a migration: what one concern has to say. */
export interface Part {
  readonly manifests?: readonly Manifest[];
  readonly lost?: readonly string[];
  readonly notes?: readonly string[];
}

/** Manifests, losses and notes of some parts, in their order. */
export function joined(parts: readonly Part[]): Omit<Migration, 'order'> {
  return {
    manifests: parts.flatMap(({ manifests = [] }) => manifests),
    lost: parts.flatMap(({ lost = [] }) => lost),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}

/** How a workload is taken over: its template is looked up where it is, or copied. */
export type Way = 'reference' | 'copy';

/** How new versions come out. */
export type StrategyName = 'canary' | 'blueGreen';
