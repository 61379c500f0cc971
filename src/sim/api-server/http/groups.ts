import type { Catalog } from '../catalog.ts';
import { reviews } from './reviews.ts';

/** A group with its versions, the preferred one first. The core group has no name. */
export interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/** All groups that are served, in the order in which they were added. */
export function groupsOf(catalog: Catalog): readonly Group[] {
  const groups = new Map<string, Set<string>>();
  const add = (group: string, version: string): void => {
    groups.set(group, (groups.get(group) ?? new Set<string>()).add(version));
  };
  for (const { kind, versions } of catalog.all()) for (const { name } of versions) add(kind.group, name);
  for (const { group } of reviews) add(group, 'v1');
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions].sort(byPriority) }));
}

/**
 * Stable versions before beta, beta before alpha, higher numbers first.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
 */
export function byPriority(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  for (let i = 0; i < left.length; i++) {
    const difference = (right[i] ?? 0) - (left[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function rank(version: string): readonly number[] {
  const [match, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (match === undefined) return [0, 0, 0];
  return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor)];
}
