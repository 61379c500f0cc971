import type { Cause } from '../errors.ts';
import { comparePaths, pathText } from './format.ts';
import type { Owner } from './managers.ts';
import { type FieldSet, pathsOf } from './set.ts';

/** Fields of somebody else that an apply would change. */
export interface Clash {
  readonly owner: Owner;
  readonly set: FieldSet;
}

/** That an apply was refused because of fields of others: 409, reason `Conflict`. */
export interface Conflict {
  readonly kind: 'conflict';
  readonly message: string;
  readonly causes: readonly Cause[];
}

/** Words clashes as kube-apiserver does. Needs at least one. */
export function conflictOf(clashes: readonly Clash[]): Conflict {
  const told = clashes
    .map(({ owner, set }) => ({
      who: nameOf(owner),
      paths: pathsOf(set).toSorted(asTold).map(pathText),
    }))
    .toSorted((a, b) => (a.who < b.who ? -1 : 1));
  const causes = told.flatMap(({ who, paths }) =>
    paths.map((field): Cause => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  const [only] = causes;
  const message =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${told.map(paragraph).join('\n')}`;
  return { kind: 'conflict', message, causes };
}

/** Of one object its own fields come first, then those further down. */
function asTold(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((element, i) => element !== b[i]);
  const isEnd = (path: readonly string[]): boolean => path.length === at + 1;
  if (at < 0 || at >= b.length || isEnd(a) === isEnd(b)) return comparePaths(a, b);
  return isEnd(a) ? -1 : 1;
}

function paragraph({ who, paths }: { readonly who: string; readonly paths: readonly string[] }): string {
  return [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)].join('\n');
}

function nameOf({ manager, operation, apiVersion, subresource }: Owner): string {
  const where = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const how = operation === 'Update' ? ` using ${apiVersion}` : '';
  return `${JSON.stringify(manager)}${where}${how}`;
}
