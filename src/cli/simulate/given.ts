import type { Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { Rollout } from '../../api/rollout.ts';
import { withoutNulls } from '../../api/shape.ts';
import { parseText, type Source } from '../../shell/manifests/text.ts';
import { Catalog, type Served } from '../../sim/api-server/catalog.ts';
import { kinds } from '../../sim/kinds.ts';
import { Refusal } from '../refusal.ts';

/** What a user gave, ready for a simulated cluster. */
export interface Given {
  readonly rollouts: readonly (Manifest & Rollout)[];
  /** Everything else, in the order of reading. */
  readonly others: readonly Manifest[];
  /** Where the controller and the configuration of its notifications live. */
  readonly controllerNamespace: string;
  /** What was left out or changed, in words. */
  readonly notes: readonly string[];
}

/** More than these are not simulated: it would take too long. */
const MOST_ROLLOUTS = 10;
const MOST_PODS = 500;

/** ConfigMap and Secret of the notifications, which are looked for in the controller's namespace. */
const NOTIFICATIONS = ['argo-rollouts-notification-configmap', 'argo-rollouts-notification-secret'];
const CONTROLLER_NAMESPACE = 'argo-rollouts';

/**
 * Reads manifests. What has no namespace gets `namespace`. Throws a Refusal where there is nothing to
 * release, or too much.
 */
export function givenIn(sources: readonly Source[], namespace: string): Given {
  const { rollouts, others, notes } = objectsIn(sources, namespace);
  checkSize(rollouts);
  const config = others.find(({ metadata }) => metadata.name === NOTIFICATIONS[0]);
  const controllerNamespace = config?.metadata.namespace ?? CONTROLLER_NAMESPACE;
  return { rollouts, others, notes, controllerNamespace };
}

/** The objects of manifests, whatever they are. What has no namespace gets `namespace`. */
export function objectsIn(sources: readonly Source[], namespace: string): Omit<Given, 'controllerNamespace'> {
  const notes: string[] = [];
  const catalog = new Catalog(Object.values(kinds));
  const objects = sources.flatMap(manifestsIn).flatMap((manifest) => {
    const served = servedOf(catalog, manifest);
    if (served === null || served.kind.kind === 'CustomResourceDefinition') {
      if (served === null)
        notes.push(`${nameOf(manifest)} is left out: the simulation does not know its kind`);
      return [];
    }
    return [placed(manifest, served, namespace)];
  });
  const twice = objects.find((one, i) => objects.slice(0, i).some((other) => keyOf(other) === keyOf(one)));
  if (twice !== undefined)
    throw new Refusal(`${nameOf(twice)} is given twice: simulate one folder or one release at a time`);
  const all: readonly Manifest[] = objects.filter(({ kind }) => kind === 'Rollout');
  return {
    rollouts: all as readonly (Manifest & Rollout)[],
    others: objects.filter(({ kind }) => kind !== 'Rollout'),
    notes: [...new Set(notes)],
  };
}

/** `Rollout default/web`. */
export function nameOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The kind of a manifest as it is served; null where it is not. */
export function servedOf(catalog: Catalog, { apiVersion, kind }: Manifest): Served | null {
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
  return catalog.all().find((served) => served.kind.group === group && served.kind.kind === kind) ?? null;
}

function manifestsIn(source: Source): readonly Manifest[] {
  return parseText(source).objects.flatMap(({ value }) => {
    const whole = withoutNulls(value);
    return isManifest(whole) ? [whole] : [];
  });
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value) || !isObject(value['metadata'])) return false;
  const isNamed = typeof value['metadata']['name'] === 'string' && value['metadata']['name'] !== '';
  return isNamed && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string';
}

/** In the version that is served, and in a namespace. */
function placed(manifest: Manifest, { kind }: Served, namespace: string): Manifest {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const { metadata } = manifest;
  if (!kind.namespaced) return { ...manifest, apiVersion };
  const own = NOTIFICATIONS.includes(metadata.name) ? CONTROLLER_NAMESPACE : namespace;
  return { ...manifest, apiVersion, metadata: { ...metadata, namespace: metadata.namespace ?? own } };
}

function keyOf({ apiVersion, ...rest }: Manifest): string {
  return `${apiVersion} ${nameOf({ apiVersion, ...rest })}`;
}

function checkSize(rollouts: readonly Rollout[]): void {
  if (rollouts.length === 0) throw new Refusal('there is no Rollout in what was given: nothing to release');
  if (rollouts.length > MOST_ROLLOUTS)
    throw new Refusal(`${rollouts.length} Rollouts are more than the ${MOST_ROLLOUTS} that can be simulated`);
  const pods = rollouts.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  if (pods > MOST_PODS)
    throw new Refusal(
      `${pods} pods are more than the ${MOST_PODS} that can be simulated: give fewer replicas`,
    );
}
