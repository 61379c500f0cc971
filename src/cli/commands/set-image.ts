import { type Images, setImages } from '../../view/actions.ts';
import { readRollout } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { templateHolder } from '../workload.ts';

/** `set image NAME CONTAINER=IMAGE...`: changes images in the pod template, wherever that is kept. */
export async function setImage(
  io: Io,
  cluster: Cluster,
  name: string,
  pairs: readonly string[],
): Promise<number> {
  const images = imagesOf(pairs);
  const rollout = await readRollout(cluster, name);
  const holder = await templateHolder(cluster, rollout);
  const { patch, unknown } = setImages(holder.template, holder.path, images);
  const missing = unknown[0];
  if (missing !== undefined) throw new Refusal(`unable to find container named "${missing}"`);
  const place = { namespace: cluster.namespace, name: holder.name };
  await cluster.api.patch(holder.resource, place, { type: 'json', body: patch });
  say(io.out, `${holder.noun} "${holder.name}" image updated`);
  return 0;
}

function imagesOf(pairs: readonly string[]): Images {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=');
    const [container, image] = [pair.slice(0, at), pair.slice(at + 1)];
    if (at < 1 || image === '') throw new Refusal(`${pair} is not of the form CONTAINER=IMAGE`);
    return [container, image] as const;
  });
  return Object.fromEntries(entries);
}
