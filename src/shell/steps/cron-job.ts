import type { Manifest } from '../../api/meta.ts';
import { resources } from '../../api/resources.ts';
import type { StepReply } from '../../core/steps/plugin.ts';
import type { Api } from '../kube/api.ts';
import { isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';

/** Reads a CronJob. Never rejects. */
export async function lookUpCronJob(
  client: Pick<Api, 'get'>,
  place: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<StepReply> {
  try {
    const object = await client.get<Manifest & KubeObject>(resources.cronJobs, place, { signal });
    return { kind: 'object', object };
  } catch (failure) {
    if (isFailure(failure, 'missing')) return { kind: 'object', object: null };
    const message = failure instanceof Error ? failure.message : String(failure);
    return { kind: 'failure', message: `CronJob ${place.name}: ${message}` };
  }
}
