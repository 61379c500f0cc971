import type { Manifest } from '../../api/meta.ts';
import type { Resource } from '../../api/resources.ts';
import { isFailure } from '../../shell/kube/failure.ts';
import type { Api } from '../api.ts';
import { parallel } from '../parallel.ts';

/** Resources by `apiVersion Kind`. */
export type Kinds = ReadonlyMap<string, Resource>;

/** The name of a kind in `Kinds`. */
export function kindName({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): string {
  return `${apiVersion} ${kind}`;
}

/** All resources of some API versions, as the server tells. A version that it does not serve has none. */
export async function discover(
  api: Pick<Api, 'getPath'>,
  apiVersions: Iterable<string>,
  signal: AbortSignal,
): Promise<Kinds> {
  const lists = await parallel(8, [...new Set(apiVersions)], async (apiVersion) => {
    try {
      const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      return resourcesOf(apiVersion, await api.getPath(path, { signal }));
    } catch (failure) {
      if (isFailure(failure, 'missing')) return [];
      throw failure;
    }
  });
  return new Map(lists.flat().map((resource) => [nameOf(resource), resource]));
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs?: readonly string[];
  }[];
}

/** Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
function resourcesOf(apiVersion: string, answer: unknown): readonly Resource[] {
  const [group, version] = splitVersion(apiVersion);
  return ((answer as ResourceList).resources ?? [])
    .filter(({ name, verbs = [] }) => !name.includes('/') && verbs.includes('patch'))
    .map(({ name, kind, namespaced }) => ({ group, version, resource: name, kind, namespaced }));
}

/** The kinds that some CustomResourceDefinitions will bring. */
export function kindsOfCrds(manifests: readonly Manifest[]): Kinds {
  const resources = manifests.filter(isCrd).flatMap((manifest): readonly Resource[] => {
    const spec = (manifest['spec'] ?? {}) as CrdSpec;
    const { group = '', names = {}, scope, versions = [] } = spec;
    const { kind = '', plural = '' } = names;
    return versions.map(({ name }) => ({
      group,
      version: name,
      resource: plural,
      kind,
      namespaced: scope !== 'Cluster',
    }));
  });
  return new Map(resources.map((resource) => [nameOf(resource), resource]));
}

interface CrdSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: { readonly kind?: string; readonly plural?: string };
  readonly versions?: readonly { readonly name: string }[];
}

/** Whether it defines a kind. */
export function isCrd({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');
}

function nameOf({ group, version, kind }: Resource): string {
  return kindName({ apiVersion: group === '' ? version : `${group}/${version}`, kind });
}

function splitVersion(apiVersion: string): readonly [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}
