import type { Manifest } from '../../api/meta.ts';
import { ApiError } from '../../sim/api-server/api.ts';
import type { ApiServer } from '../../sim/api-server/server.ts';
import { kinds } from '../../sim/kinds.ts';
import { Refusal } from '../refusal.ts';
import { nameOf, servedOf } from './given.ts';

const WRITING = { manager: 'kubectl' } as const;

/**
 * Creates objects in a simulated cluster, their namespaces and `namespaces` first. Throws a Refusal for what
 * its API server does not take.
 */
export function apply(api: ApiServer, objects: readonly Manifest[], namespaces: readonly string[]): void {
  const wanted = [...namespaces, ...objects.map(({ metadata }) => metadata.namespace)];
  for (const name of new Set(wanted)) {
    if (name === undefined || api.get(kinds.namespaces, { name }) !== null) continue;
    const given = objects.find((one) => one.kind === 'Namespace' && one.metadata.name === name);
    api.create(kinds.namespaces, given ?? { metadata: { name } }, WRITING);
  }
  for (const object of objects.filter(({ kind }) => kind !== 'Namespace')) {
    const served = servedOf(api.catalog, object);
    if (served === null) continue;
    try {
      api.create(served.kind, object, WRITING);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new Refusal(`${nameOf(object)} cannot be applied: ${error.message}`);
    }
  }
}
