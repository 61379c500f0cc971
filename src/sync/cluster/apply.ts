import { ANNOTATION } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import { type Clock, sleep } from '../../shell/clock.ts';
import { type Failure, isFailure, isUnknownKind } from '../../shell/kube/failure.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { Api } from '../api.ts';
import { type Conflict, conflictsOf, type Force, mayForce } from '../conflict.ts';
import { deferring } from '../deference.ts';
import { APPLIED, FIELD_MANAGER, SYNC_LABEL } from '../keys.ts';
import type { Commit } from '../source.ts';
import type { Wanted } from '../wanted.ts';
import { placeOf } from './live.ts';

/** How applying one object went. Everything else is thrown: it is not the fault of the object. */
export type Applied =
  | { readonly kind: 'done'; readonly object: Manifest }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] }
  | { readonly kind: 'refused'; readonly why: string };

/** What applying is done with. */
export interface Hand {
  readonly api: Pick<Api, 'patch'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How to apply. */
export interface Manner {
  readonly force: Force;
  /** The server checks and answers, but stores nothing. */
  readonly isTrial: boolean;
}

/** Who asks for an object. */
export interface Mark {
  readonly id: string;
  /** Null: the commit that the live object names. */
  readonly commit: Commit | null;
}

/**
 * The manifest as it is applied: with our label, the commit, and a digest that says next time that nothing
 * changed. What controllers have chosen on the live object stays.
 */
export function bodyOf(wanted: Wanted, live: Manifest | null, { id, commit }: Mark): Manifest {
  const { manifest, hash } = wanted;
  const { labels = {}, annotations = {} } = manifest.metadata;
  const named = commit === null ? commitOn(live) : annotationsOf(commit);
  const metadata = {
    ...manifest.metadata,
    labels: { ...labels, [SYNC_LABEL]: id },
    annotations: { ...annotations, ...named, [APPLIED]: hash },
  };
  return deferring({ ...manifest, metadata }, live);
}

function annotationsOf({ hash, author, message }: Commit): Readonly<Record<string, string>> {
  return {
    [ANNOTATION.commit]: hash,
    [ANNOTATION.commitAuthor]: author,
    [ANNOTATION.commitMessage]: message,
  };
}

function commitOn(live: Manifest | null): Readonly<Record<string, string>> {
  const annotations = live?.metadata.annotations ?? {};
  const keys = [ANNOTATION.commit, ANNOTATION.commitAuthor, ANNOTATION.commitMessage];
  return Object.fromEntries(
    keys.flatMap((key) => (annotations[key] === undefined ? [] : [[key, annotations[key]]])),
  );
}

/**
 * Server-side apply. Fields of others are only taken where the manner allows it, all or none of an object.
 */
export async function apply(hand: Hand, wanted: Wanted, body: Manifest, manner: Manner): Promise<Applied> {
  const first = await attempt(hand, wanted, body, { isTrial: manner.isTrial, force: false });
  if (first.kind !== 'conflict' || !mayForce(first.conflicts, manner.force)) return first;
  return attempt(hand, wanted, body, { isTrial: manner.isTrial, force: true });
}

/** What the object would be if the manifest were applied now, whoever has set which field. */
export async function wouldBe(hand: Hand, wanted: Wanted, body: Manifest): Promise<Applied> {
  return attempt(hand, wanted, body, { isTrial: true, force: true });
}

/** A new kind is served some moments after its definition is established. */
const PATIENCE = { attempts: 20, pauseMs: 250 } as const;

async function attempt(
  hand: Hand,
  wanted: Wanted,
  body: Manifest,
  how: { readonly isTrial: boolean; readonly force: boolean },
): Promise<Applied> {
  const { api, clock, signal } = hand;
  const options = { fieldManager: FIELD_MANAGER, dryRun: how.isTrial, signal };
  for (let left: number = PATIENCE.attempts; ; left--) {
    try {
      const patch = { type: 'apply', body, force: how.force } as const;
      const place = placeOf(body);
      const object = await api.patch<KubeObject & Manifest>(wanted.resource, place, patch, options);
      return { kind: 'done', object };
    } catch (error) {
      const isEarly = wanted.isKindNew && isUnknownKind(error) && left > 0;
      if (!isEarly || !(await sleep(clock, PATIENCE.pauseMs, signal))) return verdictOn(error, body);
    }
  }
}

function verdictOn(error: unknown, body: Manifest): Applied {
  const conflicts = conflictsOf(error);
  if (conflicts !== null) return { kind: 'conflict', conflicts };
  if (isFailure(error, 'invalid', 'forbidden', 'missing'))
    return { kind: 'refused', why: whyOf(error, body) };
  throw error;
}

/** The server and its webhooks quote values that they do not like. */
function whyOf(failure: Failure, { kind }: Manifest): string {
  const isQuoting = failure.code === 'invalid' || failure.message.includes('denied the request');
  if (kind === 'Secret' && isQuoting)
    return 'the API server refuses it; why is not shown here, since that could quote a value';
  return failure.message.replace(/^kube: [^:]*: /, '').replace(/ \(HTTP \d+\)$/, '');
}

/** Whether the server could not check without storing: a webhook is in the way that has side effects. */
export function isUncheckable(applied: Applied): boolean {
  return applied.kind === 'refused' && /does not support dry run/i.test(applied.why);
}
