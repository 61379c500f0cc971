import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { Issue, Manifest, ObjectMeta, PodTemplate } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { ownerReference } from '../owner.ts';
import type { Change, Target } from '../plan.ts';
import type { World } from '../world.ts';
import { patch, remove } from '../writes.ts';
import {
  type ConfigurationKind,
  type ConfigurationRef,
  configurationKey,
  configurationRefs,
  renamed,
} from './configuration.ts';
import { stampOf } from './epoch.ts';

/** A ConfigMap or a Secret without its content. */
export interface ConfigurationObject extends Manifest {
  readonly kind: ConfigurationKind;
  /** Says what is in it: data, binary data and type. */
  readonly contentHash: string;
}

/** One version of a configuration: a copy that never changes, and that the pods of a revision use. */
export interface ConfigurationVersion {
  readonly kind: ConfigurationKind;
  /** The name that the user gave it. */
  readonly source: string;
  readonly contentHash: string;
  /** The name of the copy. */
  readonly name: string;
  /** Null where it is still to be made. */
  readonly copy: ConfigurationObject | null;
}

/** The configuration of a rollout whose user wants it to be part of a release. */
export interface Configuration {
  /** What the wanted template uses. */
  readonly versions: readonly ConfigurationVersion[];
  /** Why some of it cannot be used: missing, not for us to see, or a name that somebody else has. */
  readonly issues: readonly Issue[];
  /** All copies that this rollout owns. */
  readonly copies: readonly ConfigurationObject[];
}

const LONGEST_NAME = 253;

/** The name of a copy: the user's, cut where it is too long, and what says the content. */
export function copyName(source: string, contentHash: string): string {
  return `${source.slice(0, LONGEST_NAME - contentHash.length - 1).replace(/[-.]+$/, '')}-${contentHash}`;
}

/** True where the user wants configuration to be part of a release. */
export function isVersioned({ metadata }: Rollout): boolean {
  return metadata.annotations?.[ANNOTATION.versionedConfiguration] === 'true';
}

/**
 * A rollout whose template names copies. In memory only; the names that the user gave are kept in an
 * annotation, which its ReplicaSets get, so that `undo` can write them back. The same objects give the same
 * template, so that what is remembered by it is found again.
 */
export function withVersions(rollout: Rollout, versions: readonly ConfigurationVersion[]): Rollout {
  if (versions.length === 0 || rollout.spec.template === undefined) return rollout;
  const { template } = rollout.spec;
  const names = Object.fromEntries(versions.map((one) => [`${one.kind}/${one.name}`, one.source]));
  const annotations = { ...rollout.metadata.annotations, [ANNOTATION.configuration]: JSON.stringify(names) };
  const spec = specWith(rollout.spec, template, versions);
  return { ...rollout, metadata: { ...rollout.metadata, annotations }, spec };
}

/** Specs that name copies, by the spec without them, and by the copies. */
const known = new WeakMap<object, { readonly names: string; readonly spec: Rollout['spec'] }>();

function specWith(spec: Rollout['spec'], template: PodTemplate, versions: readonly ConfigurationVersion[]) {
  const names = versions.map((one) => `${one.kind}/${one.name}`).join(' ');
  const before = known.get(spec);
  if (before?.names === names) return before.spec;
  const map = new Map(versions.map((one) => [`${one.kind}/${one.source}`, one.name]));
  const made = { ...spec, template: renamed(template, map) };
  known.set(spec, { names, spec: made });
  return made;
}

/**
 * The names that the user gave the copies of a ReplicaSet, by the key of the copy. Empty where it has none,
 * and where the annotation holds something else.
 */
export function sourceNames({ metadata }: ReplicaSet): ReadonlyMap<string, string> {
  const names = parsed(metadata.annotations?.[ANNOTATION.configuration]);
  const pairs = Object.entries(names).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return new Map(pairs);
}

/** A template of that ReplicaSet with the names that the user gave. */
export function withSourceNames(replicaSet: ReplicaSet, template: PodTemplate): PodTemplate {
  return renamed(template, sourceNames(replicaSet));
}

function parsed(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** What is known of a ConfigMap or a Secret by its name. */
export type Sight =
  | { readonly kind: 'there'; readonly object: ConfigurationObject }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: 'absent' | 'forbidden' };

/**
 * The versions of configuration that the template of a rollout wants, in which copies stand for what is there
 * now. A source that is gone keeps the copy that the rollout was last seen to want. `sight` says what has a
 * name, `copies` are those that the rollout owns.
 */
export function configurationOf(
  rollout: Rollout,
  last: ReplicaSet | null,
  copies: readonly ConfigurationObject[],
  sight: (kind: ConfigurationKind, name: string) => Sight,
): Configuration {
  const refs = isVersioned(rollout) ? configurationRefs(rollout.spec.template) : [];
  const versions: ConfigurationVersion[] = [];
  const issues: Issue[] = [];
  const problem = (message: string): number => issues.push({ path: 'spec.template', message });
  for (const ref of refs) {
    const source = sight(ref.kind, ref.name);
    if (source.kind === 'unreadable') {
      problem(unreadable(ref.kind));
      continue;
    }
    const version = source.kind === 'there' ? versionOf(ref, source.object) : lastVersion(ref, last, copies);
    if (version === null && !ref.isOptional) problem(`${ref.kind} "${ref.name}" not found`);
    if (version === null) continue;
    const holder = version.copy === null ? sight(ref.kind, version.name) : null;
    if (holder?.kind !== 'there') versions.push(version);
    else if (isCopyOf(holder.object, rollout, version)) versions.push({ ...version, copy: holder.object });
    else problem(`${ref.kind} "${version.name}" is no copy of "${ref.name}" for this Rollout: rename it`);
  }
  return { versions, issues: issues.filter(isFirst), copies };
}

function versionOf(ref: ConfigurationRef, { contentHash }: ConfigurationObject): ConfigurationVersion {
  return { kind: ref.kind, source: ref.name, contentHash, name: copyName(ref.name, contentHash), copy: null };
}

function lastVersion(
  ref: ConfigurationRef,
  last: ReplicaSet | null,
  copies: readonly ConfigurationObject[],
): ConfigurationVersion | null {
  const names = last === null ? new Map<string, string>() : sourceNames(last);
  const copy = copies.find(
    ({ kind, metadata }) => kind === ref.kind && names.get(`${kind}/${metadata.name}`) === ref.name,
  );
  if (copy === undefined) return null;
  const { metadata, contentHash } = copy;
  return { kind: ref.kind, source: ref.name, contentHash, name: metadata.name, copy };
}

/** A copy that lost its owner, since that was deleted without its dependents, may be used by the next one. */
function isCopyOf(object: ConfigurationObject, rollout: Rollout, version: ConfigurationVersion): boolean {
  const { ownerReferences = [], annotations } = object.metadata;
  const isOrphan = ownerReferences.length === 0 && annotations?.[ANNOTATION.copyOf] === version.source;
  return (isOrphan || isOwnedBy(object, rollout)) && object.contentHash === version.contentHash;
}

function isOwnedBy({ metadata }: ConfigurationObject, rollout: Rollout): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === rollout.metadata.uid) === true;
}

function unreadable(kind: ConfigurationKind): string {
  const annotation = ANNOTATION.versionedConfiguration;
  return `${kind}s cannot be read: ${annotation} needs the rights of deploy/components/versioned-configuration`;
}

function isFirst(issue: Issue, index: number, all: readonly Issue[]): boolean {
  return all.findIndex(({ message }) => message === issue.message) === index;
}

/**
 * Copies to be made, before any pod can need them; those that lost their owner are taken into possession; and
 * what a new ReplicaSet is to use again is claimed, lest an older plan collects it.
 */
export function copiesBefore(world: World, target: Target): readonly Change[] {
  const { rollout } = world;
  const annotations = { [ANNOTATION.epoch]: `${rollout.metadata.name}/${target.epoch}` };
  const ownerReferences = [ownerReference(rollout.metadata)];
  return (world.configuration?.versions ?? []).flatMap((version): readonly Change[] => {
    const { copy } = version;
    if (copy === null) return [make(world, target, version)];
    if (!isOwnedBy(copy, rollout))
      return [patch(copy, 'claim', { metadata: { annotations, ownerReferences } }, [])];
    const isClaimed = target.create === null || stampOf(copy, rollout.metadata.name) === target.epoch;
    return isClaimed ? [] : [patch(copy, 'claim', { metadata: { annotations } }, [])];
  });
}

/** Copies that no ReplicaSet of the rollout uses any more, and that the wanted template does not use. */
export function copiesToCollect(world: World, target: Target): readonly Change[] {
  const { configuration, replicaSets, rollout } = world;
  if (configuration === null || target.create !== null) return [];
  const templates = [...replicaSets.map(({ spec }) => spec.template), rollout.spec.template];
  const used = new Set(templates.flatMap(configurationRefs).map(configurationKey));
  return configuration.copies
    .filter((copy) => !used.has(`${copy.kind}/${copy.metadata.name}`))
    .map((copy) => remove(copy));
}

function make({ rollout }: World, target: Target, version: ConfigurationVersion): Change {
  const { kind, name, source, contentHash } = version;
  const namespace = rollout.metadata.namespace ?? '';
  const instanceId = rollout.metadata.labels?.[LABEL.instanceId];
  const metadata: ObjectMeta = {
    name,
    namespace,
    labels: {
      [LABEL.configurationCopy]: 'true',
      ...(instanceId === undefined ? {} : { [LABEL.instanceId]: instanceId }),
    },
    annotations: {
      [ANNOTATION.copyOf]: source,
      [ANNOTATION.epoch]: `${rollout.metadata.name}/${target.epoch}`,
    },
    ownerReferences: [ownerReference(rollout.metadata)],
  };
  const place = { apiVersion: 'v1', kind, namespace, name };
  return { ...place, verb: 'copy', phase: 'grow', source, contentHash, metadata, notes: [] };
}
