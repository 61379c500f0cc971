import type { Manifest } from '../../api/meta.ts';
import { type Resource, resources } from '../../api/resources.ts';
import { isFailure } from '../../shell/kube/failure.ts';
import { parseText, type Source } from '../../shell/manifests/text.ts';
import { complaint } from '../complaint.ts';
import type { Cluster } from '../io.ts';
import { Refusal } from '../refusal.ts';
import { fieldsOf, listOf, specOf, textOf } from './fields.ts';
import { AROUND, kinds } from './kinds.ts';
import type { Given } from './neighbours.ts';

/** Objects to look at, and why some could not be read. */
export interface Gathered {
  readonly given: Given;
  readonly missing: readonly string[];
}

/** A Canary refers to no more objects than this. */
const MOST_REFERENCES = 100;
/** More objects than this in files are a mistake. */
const MOST_OBJECTS = 10_000;

/** The objects in some texts. Throws a Refusal where one cannot be read, or there is none. */
export function givenIn(sources: readonly Source[]): Given {
  const parsed = sources.map(parseText);
  const flaw = parsed.flatMap(({ flaws }, i) =>
    flaws
      .filter(({ severity }) => severity === 'error')
      .map(({ line, message }) => `${sources[i]?.file ?? ''}:${line}: ${message}`),
  )[0];
  if (flaw !== undefined) throw new Refusal(flaw);
  const objects = parsed.flatMap((one) => one.objects.map(({ value }) => value)).filter(isManifest);
  if (objects.length === 0) throw new Refusal('there are no manifests in these files');
  if (objects.length > MOST_OBJECTS) throw new Refusal(`more than ${MOST_OBJECTS} objects in these files`);
  return objects;
}

function isManifest(value: unknown): value is Manifest {
  const { kind, metadata } = fieldsOf(value);
  return typeof kind === 'string' && typeof fieldsOf(metadata)['name'] === 'string';
}

/** What is around the workloads of a namespace in a cluster. What may not be read is told, and left out. */
export async function gatherAround(cluster: Cluster): Promise<Gathered> {
  const wanted = [resources.deployments, resources.rollouts, ...AROUND];
  const lists = await Promise.all(wanted.map((resource) => listOr(cluster, resource)));
  return {
    given: lists.flatMap(({ items }) => items),
    missing: lists.flatMap(({ missing }) => missing),
  };
}

/**
 * A Canary of Flagger, what is around its workload, and what it refers to, wherever that is. Throws a Failure
 * where there is none of that name.
 */
export async function gatherCanary(
  cluster: Cluster,
  name: string,
): Promise<Gathered & { readonly canary: Manifest }> {
  const { namespace, api } = cluster;
  const canary = (await api.get(kinds.canaries, { namespace, name })) as unknown as Manifest;
  const around = await gatherAround(cluster);
  const { analysis, canaryAnalysis } = specOf(canary);
  const { metrics, alerts } = fieldsOf(analysis ?? canaryAnalysis);
  const refs = [
    ...listOf(metrics).map(({ templateRef }) => [kinds.metricTemplates, fieldsOf(templateRef)] as const),
    ...listOf(alerts).map(({ providerRef }) => [kinds.alertProviders, fieldsOf(providerRef)] as const),
  ].filter(([, ref]) => textOf(ref['name']) !== '');
  const found = await Promise.all(
    refs.slice(0, MOST_REFERENCES).map(([resource, ref]) =>
      getOr(cluster, resource, {
        name: textOf(ref['name']),
        namespace: textOf(ref['namespace']) || namespace,
      }),
    ),
  );
  return {
    canary,
    given: [...around.given, ...found.flatMap(({ items }) => items)],
    missing: [...around.missing, ...found.flatMap(({ missing }) => missing)],
  };
}

async function getOr(
  { api }: Cluster,
  resource: Resource,
  place: { readonly namespace: string; readonly name: string },
): Promise<{ readonly items: Given; readonly missing: readonly string[] }> {
  try {
    return { items: [(await api.get(resource, place)) as unknown as Manifest], missing: [] };
  } catch (failure) {
    if (!isFailure(failure, 'missing', 'forbidden')) throw failure;
    return { items: [], missing: failure.code === 'missing' ? [] : [complaint(failure)] };
  }
}

async function listOr(
  { api, namespace }: Cluster,
  resource: Resource,
): Promise<{ readonly items: Given; readonly missing: readonly string[] }> {
  try {
    const { items } = await api.list(resource, { namespace }, (raw) => raw as unknown as Manifest);
    return { items, missing: [] };
  } catch (failure) {
    if (!isFailure(failure, 'missing', 'forbidden')) throw failure;
    return { items: [], missing: failure.code === 'missing' ? [] : [complaint(failure)] };
  }
}
