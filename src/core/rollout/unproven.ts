import type { Release } from './release.ts';

/**
 * True where the stable version of a canary has never served: it is called stable because it was the first,
 * no version has been healthy since, and none of its pods is available. Then steps protect nobody, and the
 * next version is still part of the first deployment. The condition Healthy is there once any version was.
 */
export function isUnproven({ strategy, status, stable, current, replicas }: Release): boolean {
  if (strategy !== 'canary' || stable === null || stable === current || replicas === 0) return false;
  return stable.available === 0 && status.conditions?.some(({ type }) => type === 'Healthy') !== true;
}
