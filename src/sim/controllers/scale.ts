import type { LabelSelector, Manifest } from '../../api/meta.ts';
import { selectorText, selects } from '../../api/selector.ts';
import type { Kind } from '../api-server/api.ts';
import { labelSelector } from '../api-server/selectors.ts';
import { kinds } from '../kinds.ts';
import { type Cluster, isNotFound, MANAGER } from './cluster.ts';

/** How large a workload is meant to be, whatever its kind. */
export interface Scale {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** What it asks for. */
  readonly wanted: number;
  /** Which pods are its own; null: it does not say. */
  readonly selects: ((labels: Readonly<Record<string, string>>) => boolean) | null;
  /** Where its size is written, field by field. */
  readonly path: readonly string[];
}

/** Names a workload, as owner references and autoscalers do. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

interface Definition extends Manifest {
  readonly spec?: {
    readonly group: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly subresources?: {
        readonly scale?: { readonly specReplicasPath: string; readonly labelSelectorPath?: string };
      };
    }[];
  };
}

/** A kind that has a scale, and where its objects keep it. */
interface Scalable {
  readonly kind: Kind;
  readonly path: readonly string[];
  /** To a LabelSelector in built-in kinds, to its text in custom ones. */
  readonly selectorPath: readonly string[] | null;
}

const BUILT_IN: readonly Scalable[] = [kinds.deployments, kinds.replicaSets, kinds.statefulSets].map(
  (kind) => ({
    kind,
    path: ['spec', 'replicas'],
    selectorPath: ['spec', 'selector'],
  }),
);

/** As in our own definition, for clusters in which it is not installed. */
const ROLLOUTS: Scalable = {
  kind: kinds.rollouts,
  path: ['spec', 'replicas'],
  selectorPath: ['status', 'selector'],
};

/**
 * The scale of a workload: of built-in kinds, and of custom ones whose definition has that subresource. Null
 * where there is none.
 */
export function scaleOf(cluster: Cluster, target: Target, namespace: string): Scale | null {
  const scalable = scalableOf(cluster, target);
  if (scalable === null) return null;
  const { kind, path, selectorPath } = scalable;
  const { name } = target;
  const object = found(cluster, kind, { namespace, name });
  if (object === null) return null;
  const size = valueAt(object, path);
  return {
    kind,
    namespace,
    name,
    uid: object.metadata.uid ?? '',
    // Built-in kinds have one pod by default; where a custom one says nothing it asks for none.
    wanted: typeof size === 'number' ? size : BUILT_IN.includes(scalable) ? 1 : 0,
    selects: selectorPath === null ? null : testOf(valueAt(object, selectorPath)),
    path,
  };
}

/** Writes another size. */
export function rescale({ api }: Cluster, { kind, namespace, name, path }: Scale, size: number): void {
  const patch = path.reduceRight<unknown>((inner, field) => ({ [field]: inner }), size);
  api.merge(kind, { namespace, name }, patch as object, { manager: MANAGER, subresource: 'scale' });
}

function scalableOf({ view }: Cluster, { apiVersion, kind }: Target): Scalable | null {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const builtIn = BUILT_IN.find((one) => one.kind.group === group && one.kind.kind === kind);
  if (builtIn !== undefined) return builtIn;
  const definitions = view.of<Definition>(kinds.customResourceDefinitions).all();
  const spec = definitions.find((one) => one.spec?.group === group && one.spec.names.kind === kind)?.spec;
  if (spec === undefined) return group === kinds.rollouts.group && kind === 'Rollout' ? ROLLOUTS : null;
  const scale = spec.versions.find(({ name }) => name === version)?.subresources?.scale;
  if (scale === undefined) return null;
  return {
    kind: { group, version, resource: spec.names.plural, kind, namespaced: true },
    path: fieldsOf(scale.specReplicasPath),
    selectorPath: scale.labelSelectorPath === undefined ? null : fieldsOf(scale.labelSelectorPath),
  };
}

function found({ api }: Cluster, kind: Kind, place: { namespace: string; name: string }): Manifest | null {
  try {
    return api.get(kind, place);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function testOf(selector: unknown): Scale['selects'] {
  if (typeof selector === 'string') return labelSelector(selector);
  if (typeof selector !== 'object' || selector === null) return null;
  const given = selector as LabelSelector;
  return selectorText(given) === '' ? null : (labels) => selects(given, labels);
}

// `.spec.replicas`
function fieldsOf(path: string): readonly string[] {
  return path.split('.').filter((field) => field !== '');
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, field) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined,
    object,
  );
}
