import type { Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import type { ReplicaSet } from '../../../api/workload.ts';
import { equalTemplates } from '../../../core/hash/equal.ts';
import { podTemplateHash } from '../../../core/hash/template.ts';
import type { Sets } from './sizes.ts';
import { byAge, type Deployment, maxSurge, NOTE, notesOf, templateOf, wantedOf } from './spec.ts';

/** The label that tells the pods of one template from those of another. */
export const HASH_LABEL = 'pod-template-hash';

const MOST_HISTORY_CHARACTERS = 2000;
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  ...Object.values(NOTE),
]);

/** Which ReplicaSet has the present template; of several the oldest. */
export function setsOf(deployment: Deployment, all: readonly ReplicaSet[]): Sets {
  const wanted = templateOf(deployment);
  const fresh = all.toSorted(byAge).find((set) => isSame(wanted, templateOf(set))) ?? null;
  return { fresh, old: all.filter((set) => set !== fresh) };
}

/** Whether two templates mean the same, apart from the hash label. Remembered for as long as they live. */
export function isSame(wanted: PodTemplate, template: PodTemplate): boolean {
  const answers = known.get(wanted) ?? new WeakMap<PodTemplate, boolean>();
  known.set(wanted, answers);
  const answer = answers.get(template) ?? equalTemplates(withoutHash(wanted), withoutHash(template));
  answers.set(template, answer);
  return answer;
}

/** The revision that a ReplicaSet was made for; 0: it says none. */
export function revisionOf(object: Pick<Manifest, 'metadata'>): number {
  const revision = Number(notesOf(object)[NOTE.revision] ?? 0);
  return Number.isInteger(revision) ? revision : 0;
}

/** The revision that the present template gets: one more than all others have. */
export function nextRevision({ old }: Sets): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/**
 * Kubernetes hashes templates in another way than rollouts do: one template never has the same hash in both.
 */
function salted(template: PodTemplate): PodTemplate {
  const annotations = { ...template.metadata?.annotations, salt: 'Deployment' };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

/** The ReplicaSet for a template that has none yet, without a size. Its name says the hash. */
export function newSet(deployment: Deployment, revision: number) {
  const { name, namespace = '' } = deployment.metadata;
  const { selector, minReadySeconds = 0 } = deployment.spec;
  const template = templateOf(deployment);
  const hash = podTemplateHash(salted(template), deployment.status?.collisionCount);
  const label = { [HASH_LABEL]: hash };
  const labels = { ...template.metadata?.labels, ...label };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { ...notesFor(deployment, {}, revision), ...sizeNotes(deployment) },
    },
    spec: {
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...label } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** The annotations of the present ReplicaSet: the Deployment's, and the revision with those before it. */
export function notesFor(deployment: Deployment, before: StringMap, revision: number): StringMap {
  const copied = Object.entries(notesOf(deployment)).filter(([key]) => !NOT_COPIED.has(key));
  const notes = { ...before, ...Object.fromEntries(copied) };
  const old = before[NOTE.revision];
  if (old !== undefined && Number(old) >= revision) return notes;
  const revised = { ...notes, [NOTE.revision]: String(revision) };
  return old === undefined ? revised : { ...revised, ...historyNote(before[NOTE.revisionHistory], old) };
}

/** What a ReplicaSet remembers of the Deployment's size when it was sized itself. */
export function sizeNotes(deployment: Deployment): StringMap {
  const wanted = wantedOf(deployment);
  return {
    [NOTE.desiredReplicas]: String(wanted),
    [NOTE.maxReplicas]: String(wanted + maxSurge(deployment)),
  };
}

const known = new WeakMap<PodTemplate, WeakMap<PodTemplate, boolean>>();

function historyNote(history: string | undefined, revision: string): StringMap {
  const all = history === undefined || history === '' ? [revision] : [...history.split(','), revision];
  let text = all.join(',');
  while (text.length > MOST_HISTORY_CHARACTERS) text = text.slice(text.indexOf(',') + 1);
  return { [NOTE.revisionHistory]: text };
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: hash, ...labels } = template.metadata?.labels ?? {};
  return hash === undefined ? template : { ...template, metadata: { ...template.metadata, labels } };
}
