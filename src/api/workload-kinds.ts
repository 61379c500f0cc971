import { GROUP } from './keys.ts';

/** Kinds of Kubernetes that `workloadRef` may name, by API group. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  apps: ['Deployment', 'ReplicaSet'],
  core: ['PodTemplate'],
};

/**
 * Whether `workloadRef` may name a kind: one of Kubernetes whose pods are all alike, or one of somebody else,
 * which only the cluster knows. Pods of the others have names, volumes or ends of their own.
 */
export function workloadKind(apiVersion: string, kind: string): 'builtIn' | 'foreign' | 'unsupported' {
  const group = workloadGroup(apiVersion);
  if (BUILT_IN[group]?.includes(kind) === true) return 'builtIn';
  const isForeign = group.includes('.') && !group.endsWith('.k8s.io') && group !== GROUP;
  return isForeign && kind !== '' ? 'foreign' : 'unsupported';
}

/** The group of an `apiVersion`, in words: `core` where it has none. */
export function workloadGroup(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : 'core';
}
