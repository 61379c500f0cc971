import { LABEL } from '../api/keys.ts';
import { apiVersionOf, type Resource } from '../api/resources.ts';
import type { Api } from './kube/api.ts';
import { isFailure, isUnknownKind } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';

/** What remembers objects of a kind, and takes in what an answer says of one. */
export interface Memory {
  observeWrite(raw: KubeObject): void;
  observeDelete(object: KubeObject): void;
  /** Takes in that there was no such object at this version of the collection. */
  observeAbsence(object: KubeObject, version: string): void;
}

/** Which object a write was about. */
export interface Written {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  /** As it was known, or as it was to be made. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels by which watches of some kinds select: whether they are there or, of an instance, their value. */
const SELECTS: Readonly<Record<string, string>> = {
  Rollout: LABEL.instanceId,
  AnalysisRun: LABEL.instanceId,
  Experiment: LABEL.instanceId,
  ReplicaSet: LABEL.podTemplateHash,
  Job: LABEL.step,
};

/**
 * After a write that was refused because the object is not as it was known: asks for it and remembers what is
 * there. The watch is about to tell, or never will where it has lost an event, and then the next try would be
 * made on the same old version for ever. Does nothing after other failures. Throws a Failure.
 */
export async function lookAnew(
  client: Pick<Api, 'list'>,
  memory: Memory,
  { resource, namespace, name, labels }: Written,
  failure: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (!isFailure(failure, 'conflict', 'exists', 'missing') || isUnknownKind(failure)) return;
  // A list of one name needs no other rights than the watch has.
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  const found = await client.list(resource, selection, (raw: KubeObject) => raw, { signal });
  const present = found.items.find((item) => isSelected(resource.kind, labels, item));
  if (present !== undefined) {
    memory.observeWrite(present);
    return;
  }
  const absent = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { namespace, name } };
  memory.observeAbsence(absent, found.resourceVersion);
}

/** Whether the watch that has shown an object with these labels shows this one, too. */
function isSelected(kind: string, labels: Written['labels'], { metadata }: KubeObject): boolean {
  const key = SELECTS[kind];
  if (key === undefined) return true;
  const [known, present] = [labels[key], metadata.labels?.[key]];
  return key === LABEL.instanceId ? known === present : (known === undefined) === (present === undefined);
}
