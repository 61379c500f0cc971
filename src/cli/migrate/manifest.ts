import type { Manifest, ObjectMeta, PodTemplate, StringMap } from '../../api/meta.ts';
import { fieldsOf } from './fields.ts';

/** Keys that say who keeps an object, or what a controller noted down: another object must not carry them. */
const FOREIGN = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/',
  'rollout.argoproj.io/',
  'sluice.dev/',
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'meta.helm.sh/',
  'kustomize.toolkit.fluxcd.io/',
  'helm.toolkit.fluxcd.io/',
  'notified.notifications.argoproj.io',
  'autoscaling.alpha.kubernetes.io/',
];

/** What kubectl and controllers note down on an object: it is in no Git. */
const NOTED = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/',
  'sluice.dev/scaled-down',
  'sluice.dev/epoch',
];

/** Labels and annotations for an object that is made after another one. */
export function carriedMetadata({ name, namespace, labels, annotations }: ObjectMeta): ObjectMeta {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...someOf('labels', carried(labels)),
    ...someOf('annotations', carried(annotations)),
  };
}

function carried(map: StringMap = {}): StringMap {
  return Object.fromEntries(
    Object.entries(map).filter(([key, value]) => {
      if (key === 'app.kubernetes.io/managed-by' && value === 'Helm') return false;
      return !FOREIGN.some((foreign) => (foreign.endsWith('/') ? key.startsWith(foreign) : key === foreign));
    }),
  );
}

/** A stored object as a manifest for Git: without status and without what the API server filled in. */
export function forGit(stored: Manifest): Manifest {
  const { status: _, apiVersion, kind, metadata, ...rest } = stored;
  const { name, namespace, labels, annotations } = metadata;
  const own = Object.fromEntries(
    Object.entries(annotations ?? {}).filter(([key]) => !NOTED.some((prefix) => key.startsWith(prefix))),
  );
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...someOf('labels', labels ?? {}),
      ...someOf('annotations', own),
    },
    ...rest,
  };
}

/** A pod template as it is written by hand: the API server puts an empty creation time into stored ones. */
export function plainTemplate(template: PodTemplate): PodTemplate {
  const { creationTimestamp: _, ...metadata } = fieldsOf(template.metadata);
  return { ...template, metadata };
}

/** Who keeps the object in a cluster as it is in Git, in words; null where nobody seems to. */
export function gitKeeper({ labels = {}, annotations = {} }: ObjectMeta): string | null {
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return `Flux (${flux})`;
  const argo = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0];
  if (argo !== undefined) return `Argo CD (${argo})`;
  const release = annotations['meta.helm.sh/release-name'];
  return release === undefined ? null : `Helm (${release})`;
}

/** A map under its name; nothing where it is empty. */
function someOf(name: 'labels' | 'annotations', map: StringMap): { readonly [key: string]: StringMap } {
  return Object.keys(map).length === 0 ? {} : { [name]: map };
}
