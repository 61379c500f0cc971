import { isFailure } from '../shell/kube/failure.ts';
import { isInCharge, isPerson, type Manager } from './owners.ts';

/** A field that Git sets and somebody else has set otherwise. */
export interface Conflict {
  /** `.spec.replicas`, as the API server calls it. */
  readonly field: string;
  readonly manager: Manager;
}

/** The conflicts for which a server-side apply was refused; null where it failed for another reason. */
export function conflictsOf(error: unknown): readonly Conflict[] | null {
  if (!isFailure(error, 'conflict')) return null;
  const causes = error.facts.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  return causes.length === 0
    ? null
    : causes.map(({ field, message }) => ({ field, manager: managerIn(message) }));
}

/** Source: `conflict with "kubectl-edit" with subresource "scale" using apps/v1 at 2026-11-21T08:00:00Z`. */
function managerIn(message: string): Manager {
  const found = /conflict with "([^"]*)"(?: with subresource "([^"]*)")?/.exec(message);
  return { name: found?.[1] ?? '', subresource: found?.[2] ?? '' };
}

/** How much may be taken from others. */
export interface Force {
  /** `--force-conflicts`: from everybody but controllers that are in charge. */
  readonly all: boolean;
  /** `--self-heal`: from people. */
  readonly people: boolean;
}

/** Fields whose values we have taken over from the live object before: who owns them loses nothing. */
const DEFERRED = /^\.spec\.(?:selector|rules)$/;

/** Whether fields may be taken from those who set them. */
export function mayForce(conflicts: readonly Conflict[], force: Force): boolean {
  return conflicts.every(({ field, manager }) => {
    if (isInCharge(manager)) return DEFERRED.test(field);
    return force.all || (force.people && isPerson(manager));
  });
}

/** Conflicts of an object for people, a line for each manager, with what can be done. */
export function conflictLines(object: string, conflicts: readonly Conflict[]): readonly string[] {
  const groups = Map.groupBy(conflicts, ({ manager }) => managerText(manager));
  return [...groups].map(([name, group]) => {
    const fields = group.map(({ field }) => field.replace(/^\./, '')).join(', ');
    const advice = group.some(({ manager }) => isInCharge(manager))
      ? 'it is applied when that controller lets go of it'
      : '--force-conflicts takes it';
    return `${object} is not applied: ${fields} was set by ${name}; ${advice}`;
  });
}

/** A field manager for people: `kubectl-edit`, or `kube-controller-manager (scale)`. */
export function managerText({ name, subresource }: Manager): string {
  return subresource === '' ? name : `${name} (${subresource})`;
}
