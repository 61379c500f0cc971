import { API_VERSION } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { type Resource, resources } from '../../api/resources.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { parseText } from '../../shell/manifests/text.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { readSources } from '../lint/files.ts';
import { Refusal } from '../refusal.ts';

/** Options of `create`. */
export interface CreateOptions {
  readonly filename: readonly string[];
  readonly watch?: boolean;
  readonly color: boolean;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  Rollout: resources.rollouts,
  Experiment: resources.experiments,
  AnalysisTemplate: resources.analysisTemplates,
  ClusterAnalysisTemplate: resources.clusterAnalysisTemplates,
  AnalysisRun: resources.analysisRuns,
};

/** `create -f FILE [-w]`: creates objects of our API. All are read before the first is created. */
export async function create(io: Io, cluster: Cluster, options: CreateOptions): Promise<number> {
  const { filename } = options;
  if (filename.length === 0) throw new Refusal('create what? Name a file with -f');
  const sources = await readSources(io, filename);
  const flaws = sources.flatMap(flawsIn);
  if (flaws.length > 0) throw new Refusal(flaws.join('\n'));
  const objects = sources.flatMap((source) => parseText(source).objects).flatMap(objectIn);
  const [first, second] = objects;
  if (first === undefined) throw new Refusal(`there is no object in ${filename.join(', ')}`);
  if (options.watch === true && (second !== undefined || first.kind !== 'Rollout'))
    throw new Refusal('--watch needs one Rollout, and nothing else');
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? cluster.namespace;
    const resource = resourceOf(object);
    const place = resource.namespaced ? { namespace } : {};
    const { metadata } = await cluster.api.create<KubeObject>(resource, place, object);
    say(io.out, `${object.kind.toLowerCase()}.argoproj.io/${metadata.name} created`);
  }
  if (options.watch !== true) return 0;
  const { watchRollout } = await import('../watch/rollout.ts');
  const namespace = first.metadata.namespace ?? cluster.namespace;
  return watchRollout(io, { ...cluster, namespace }, first.metadata.name, options);
}

function flawsIn(source: { readonly file: string; readonly text: string }): readonly string[] {
  return parseText(source)
    .flaws.filter(({ severity }) => severity === 'error')
    .map(({ line, column, message }) => `${source.file}:${line}:${column}: ${message}`);
}

/** Documents that are empty are left out; anything else must be of our API. */
function objectIn({ file, value }: { readonly file: string; readonly value: unknown }): readonly Manifest[] {
  if (value === null || value === undefined) return [];
  if (!isManifest(value)) throw new Refusal(`${file}: it holds something that is no object of Kubernetes`);
  resourceOf(value);
  return [value];
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value['kind'] === 'string' && isObject(value['metadata']);
}

function resourceOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): Resource {
  const resource = apiVersion === API_VERSION && Object.hasOwn(RESOURCES, kind) ? RESOURCES[kind] : undefined;
  if (resource === undefined) throw new Refusal(`only objects of ${API_VERSION} are created, and no ${kind}`);
  return resource;
}
