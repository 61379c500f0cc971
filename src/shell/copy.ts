import type { Resource } from '../api/resources.ts';
import type { CopyChange } from '../core/plan.ts';
import { FIELD_MANAGER } from './commit.ts';
import { contentHash, copyOf } from './contents.ts';
import type { Api } from './kube/api.ts';
import { Failure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';

/**
 * Makes a copy of a ConfigMap or a Secret, whose content goes from the API server to the API server and
 * nowhere else. A Failure `conflict` says that there is something else in it by now.
 */
export async function makeCopy(
  client: Api,
  resource: Resource,
  change: CopyChange,
  signal: AbortSignal,
): Promise<KubeObject> {
  const { namespace, source, kind } = change;
  const found = await client.get<KubeObject>(resource, { namespace, name: source }, { signal });
  if (contentHash(found) !== change.contentHash)
    throw new Failure('conflict', `${kind} ${namespace}/${source}: has been changed meanwhile`);
  // A name that is taken is a Failure `exists`: whose it is, the next look sees.
  const options = { fieldManager: FIELD_MANAGER, signal };
  return client.create<KubeObject>(resource, { namespace }, copyOf(found, change), options);
}
