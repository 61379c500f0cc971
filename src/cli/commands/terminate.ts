import { resources } from '../../api/resources.ts';
import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';

/** `terminate analysisrun|experiment NAME...`: ends it with what it has found so far. */
export function terminate(
  io: Io,
  cluster: Cluster,
  kind: 'analysisRun' | 'experiment',
  names: readonly string[],
): Promise<number> {
  const resource = kind === 'analysisRun' ? resources.analysisRuns : resources.experiments;
  return each(io, names, async (name) => {
    const place = { namespace: cluster.namespace, name };
    await cluster.api.patch(resource, place, { type: 'merge', body: { spec: { terminate: true } } });
    return `${kind} '${name}' terminated`;
  });
}
