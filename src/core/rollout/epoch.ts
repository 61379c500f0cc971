import { ANNOTATION } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { World } from '../world.ts';

/** The epoch that an object was last written in; 0 where it carries no stamp of this rollout. */
export function stampOf(object: Manifest | null | undefined, rollout: string): number {
  const text = object?.metadata.annotations?.[ANNOTATION.epoch] ?? '';
  const [name, number] = text.includes('/') ? text.split('/') : ['', text];
  if (name !== '' && name !== rollout) return 0;
  const epoch = Number.parseInt(number ?? '', 10);
  return Number.isFinite(epoch) && epoch > 0 ? epoch : 0;
}

/** The newest epoch on anything that this rollout writes. */
export function newestStamp(world: World): number {
  const name = world.rollout.metadata.name;
  const objects = [
    ...world.replicaSets.filter((rs) => isOwned(rs, world)),
    ...Object.values(world.services),
    world.workload?.object,
    ...(world.configuration?.copies ?? []),
    ...world.routers.flatMap((router) => router.refs.map((ref) => ref.observed)),
  ];
  return Math.max(0, ...objects.map((object) => stampOf(object, name)));
}

/** True where this rollout controls the object. */
export function isOwned(object: Manifest, world: World): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === world.rollout.metadata.uid) === true;
}
