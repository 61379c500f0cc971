import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { fieldsOf, listOf, textOf } from '../../routers/fields.ts';
import { Refusal } from '../refusal.ts';
import type { Given } from './given.ts';
import { completed, holderOf, isWorkload, withTemplate } from './workload.ts';

/**
 * The Rollout with a new version: `image`, as `NAME:TAG` or `CONTAINER=NAME:TAG`, or else the same image
 * with the last number of its tag raised. Null where none of its containers is meant.
 */
export function released<Kind extends Manifest & Rollout>(rollout: Kind, image: string | null): Kind | null {
  const containers = listOf(fieldsOf(rollout.spec.template?.spec)['containers']).map(fieldsOf);
  const [, container = null, name = null] = /^(?:([a-z0-9-]+)=)?(.+)$/.exec(image ?? '') ?? [];
  const chosen = chosenContainer(containers, container, name);
  if (chosen === -1) return null;
  const next = containers.map((one, i) =>
    i === chosen ? { ...one, image: name ?? raised(textOf(one['image']) ?? '') } : one,
  );
  const { template = {} } = rollout.spec;
  const spec = { ...template.spec, containers: next };
  return { ...rollout, spec: { ...rollout.spec, template: { ...template, spec } } };
}

/**
 * New versions of Rollouts that were given. Throws a Refusal for one that nobody has given before, and where
 * an image suits none.
 */
export function releasesOf(
  { rollouts: before, others }: Pick<Given, 'rollouts' | 'others'>,
  how: { readonly image: string | null; readonly after: Pick<Given, 'rollouts' | 'others'> | null },
): readonly Manifest[] {
  if (how.after !== null) {
    const isKnown = ({ metadata }: Manifest) =>
      before.some(
        (one) => one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace,
      );
    const stranger = how.after.rollouts.find((one) => !isKnown(one));
    if (stranger !== undefined)
      throw new Refusal(`--release has a Rollout ${stranger.metadata.name} that -f does not have`);
    const all = [...how.after.others.filter(isPartOfVersion), ...how.after.rollouts];
    if (all.length > 0) return all;
    throw new Refusal(
      '--release has nothing that makes a version: no Rollout, workload, ConfigMap or Secret',
    );
  }
  const all = before.flatMap((rollout) => {
    const template = released(completed(rollout, others), how.image)?.spec.template;
    return template === undefined ? [] : [withTemplate(holderOf(rollout, others), template)];
  });
  if (all.length > 0) return all;
  throw new Refusal(
    how.image === null
      ? 'no container has an image: nothing to release'
      : `no container is meant by --image ${how.image}`,
  );
}

/** What a version is made of beside its Rollout. */
function isPartOfVersion(object: Manifest): boolean {
  return isWorkload(object) || object.kind === 'ConfigMap' || object.kind === 'Secret';
}

/** The named one; else the one with this image; else the first with a port; else the first. -1: none. */
function chosenContainer(
  containers: readonly Readonly<Record<string, unknown>>[],
  container: string | null,
  image: string | null,
): number {
  if (container !== null) return containers.findIndex(({ name }) => name === container);
  const repository = image === null ? null : splitTag(image).repository;
  const same = containers.findIndex((one) => splitTag(textOf(one['image']) ?? '').repository === repository);
  if (repository !== null && same !== -1) return same;
  const serving = containers.findIndex((one) => listOf(one['ports']).length > 0);
  return serving === -1 && containers.length > 0 ? 0 : serving;
}

function splitTag(image: string): { readonly repository: string; readonly tag: string } {
  const [, repository = image, tag = ''] = /^(.+?)(?::([^:/@]+))?(?:@.*)?$/.exec(image) ?? [];
  return { repository, tag };
}

/** `web:1.28` is followed by `web:1.29`, and what has no number by `web:next`. */
function raised(image: string): string {
  const { repository, tag } = splitTag(image);
  const next = tag.replace(/\d+(?=\D*$)/, (digits) =>
    digits.length > 9 ? `${digits}-next` : String(Number(digits) + 1).padStart(digits.length, '0'),
  );
  return `${repository}:${next === tag ? 'next' : next}`;
}
