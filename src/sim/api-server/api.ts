import type { Manifest } from '../../api/meta.ts';
import type { Resource } from '../../api/resources.ts';
import type { Cancel } from '../clock.ts';

/** A kind that the API server serves. */
export type Kind = Resource;

/** Names one object. The namespace is absent for what lives in none. */
export interface Place {
  readonly namespace?: string;
  readonly name: string;
}

/** What became of an object. `before` is null for a new one, `after` for one that is gone. */
export interface Change {
  readonly kind: Kind;
  readonly before: Manifest | null;
  readonly after: Manifest | null;
  /** The resourceVersion that this change made. */
  readonly version: number;
}

/** What a write says about itself. */
export interface Writing {
  /** The field manager, such as `kube-controller-manager`. */
  readonly manager: string;
  /** `finalize`: of namespaces, whose spec it changes. `binding`: of pods, which get their node. */
  readonly subresource?: 'status' | 'scale' | 'finalize' | 'binding';
}

/** How an object is deleted. */
export interface Deletion {
  /** Default: as the real server for that kind, mostly `Background`. */
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
  /** Pods: 0 means at once. Default: the pod's own. */
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/**
 * The simulated API server for those who live in its process: controllers, kubelet, test users. The same
 * rules as over HTTP (validation, versions, generations, ownership), but at once. Objects are raw JSON and
 * frozen; whoever writes makes new ones. Every method throws an ApiError.
 */
export interface LocalApi {
  /** Null when it does not exist. */
  get(kind: Kind, place: Place): Manifest | null;
  /** In the order of their keys. `labels`: every one of them must be there with this value. */
  list(
    kind: Kind,
    selection?: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  ): readonly Manifest[];
  /** `metadata.generateName` is completed; the namespace is taken from the object. */
  create(kind: Kind, object: object, writing: Writing): Manifest;
  /**
   * Replaces; with a resourceVersion in it only if nobody wrote since (else 409). No event when unchanged.
   */
  update(kind: Kind, object: object, writing: Writing): Manifest;
  /** JSON merge patch. */
  merge(kind: Kind, place: Place, patch: object, writing: Writing): Manifest;
  delete(kind: Kind, place: Place, deletion?: Deletion): void;
  /** Told of every change, in order, synchronously after it is stored. Must not throw. */
  onChange(listener: (change: Change) => void): Cancel;
}

/** What the API server answers instead of an object: a Status. `code` is the HTTP status. */
export class ApiError extends Error {
  readonly code: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`, ... */
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
