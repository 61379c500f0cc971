import type { Manifest, StringMap } from '../../api/meta.ts';
import type { LocalApi } from '../api-server/api.ts';

/** What a data plane looks at: the API server itself, or a view that lags behind it. */
export type Objects = Pick<LocalApi, 'get' | 'list'>;

/** A request as a data plane sees it. */
export interface MeshRequest {
  /** As in the Host header, with or without a port. */
  readonly host: string;
  /** Begins with a slash; may have a query. */
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: StringMap;
}

/** A port of a Service. */
export interface ServicePortRef {
  readonly namespace: string;
  readonly name: string;
  /** Its number or name; null: the first one. */
  readonly port: number | string | null;
}

/** What becomes of headers on their way, in this order: removed, set, added. */
export interface HeaderEdits {
  readonly remove: readonly string[];
  readonly set: StringMap;
  /** One name may be there several times, as several cookies are. */
  readonly add: readonly (readonly [name: string, value: string])[];
}

/** Where a share of the requests goes. */
export type Destination =
  | { readonly kind: 'service'; readonly service: ServicePortRef }
  | { readonly kind: 'answer'; readonly status: number; readonly reason: string };

/** One of those between whom requests are split. */
export interface Backend {
  readonly to: Destination;
  /** Positive. The share is this by the sum of all. */
  readonly weight: number;
  /** True for what a canary Ingress brought in. */
  readonly isAlternative: boolean;
  readonly request: HeaderEdits;
  readonly response: HeaderEdits;
}

/** Copies of requests, whose answers nobody waits for. */
export interface Mirror {
  readonly service: ServicePortRef;
  /** Of the requests, 0 to 1. */
  readonly share: number;
}

/** The object that decided, for metrics and messages. */
export interface Via {
  readonly kind: 'Ingress' | 'HTTPRoute' | 'GRPCRoute' | 'Service';
  readonly namespace: string;
  readonly name: string;
  /** The host and path of the rule; empty where it has none. */
  readonly host: string;
  readonly path: string;
  /** Of an Ingress: the Service of the rule, which need not be the one that answers. */
  readonly service: string;
}

/** What a data plane does with a request. */
export type Routing =
  | {
      readonly kind: 'backends';
      readonly via: Via;
      /** At least one. */
      readonly backends: readonly Backend[];
      readonly mirrors: readonly Mirror[];
      /** How often it turns to another pod when one refuses the connection; at least 1, the first. */
      readonly tries: number;
      /** How the pods of one backend are chosen. */
      readonly spread: 'in turn' | 'at random';
    }
  | { readonly kind: 'answer'; readonly status: number; readonly reason: string }
  /** The simulated data plane cannot do what the object asks for; the real one could. */
  | { readonly kind: 'refused'; readonly message: string };

/** One kind of router: from the objects as they are now to what it does with a request. Pure. */
export interface DataPlane {
  readonly name: string;
  /** Null where nothing is there for this request, and it would not come here at all. */
  route(objects: Objects, request: MeshRequest): Routing | null;
}

/** Headers stay as they are. */
export const NO_EDITS: HeaderEdits = { remove: [], set: {}, add: [] };

/** A backend whose headers stay as they are. */
export function backend(service: ServicePortRef, weight: number, isAlternative = false): Backend {
  const to = { kind: 'service', service } as const;
  return { to, weight, isAlternative, request: NO_EDITS, response: NO_EDITS };
}

/** The host without its port, in lower case. */
export function hostOf(request: MeshRequest): string {
  return request.host.replace(/:\d*$/, '').toLowerCase();
}

/** The path without its query. */
export function pathOf(request: MeshRequest): string {
  return request.path.replace(/[?#].*$/s, '');
}

/** The oldest first; of the same second, in the order of `namespace/name`. */
export function byAge(one: Manifest, other: Manifest): number {
  const key = ({ metadata }: Manifest) =>
    `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
  return key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;
}
