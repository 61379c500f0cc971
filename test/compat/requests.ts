import type { Api } from '../cluster/bed/api.ts';
import { ApiError, type Manifest, type Method } from '../cluster/bed/client.ts';
import { asObject, asText, dig, type Json, type JsonObject, mapTexts } from './json.ts';
import { apiVersionOf, kindOfPlural } from './kinds.ts';
import { type Action, objectName, type Target } from './scenario.ts';

/** A write that must show in the watch before the scenario goes on. */
export interface Written {
  /** `Kind/name`. */
  readonly object: string;
  /** The resource version that it got; null for a deletion. */
  readonly version: number | null;
}

/** What an action's requests led to. */
export interface Outcome {
  readonly result: Json;
  readonly written: readonly Written[];
}

/** How the player reaches the cluster, and how symbols in texts are replaced by what they stand for. */
export interface Hands {
  readonly api: Api;
  readonly namespace: string;
  readonly reveal: (text: string) => string;
}

const fieldManager = 'fieldManager=user';

/** Applies manifests one after the other, server-side and forced. */
export async function applyAll(hands: Hands, manifests: readonly JsonObject[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const manifest of manifests) outcomes.push(await applyOne(hands, manifest));
  const results = outcomes.map((outcome) => outcome.result);
  return {
    result: results.length === 1 ? (results[0] ?? null) : results,
    written: outcomes.flatMap((outcome) => outcome.written),
  };
}

async function applyOne({ api, namespace, reveal }: Hands, manifest: JsonObject): Promise<Outcome> {
  const revealed = asObject(mapTexts(manifest, reveal));
  const kind = asText(revealed['kind']);
  const metadata = { ...asObject(revealed['metadata']), ...(isClusterWide(kind) ? {} : { namespace }) };
  const sent = { ...revealed, metadata } as unknown as Manifest;
  const path = await api.path({ ...sent, namespace: sent.metadata.namespace, name: sent.metadata.name });
  return send(api, {
    method: 'PATCH',
    path: `${path}?${fieldManager}&force=true`,
    body: sent as unknown as Json,
    type: 'application/apply-patch+yaml',
    object: objectName(revealed),
  });
}

function isClusterWide(kind: string): boolean {
  return kind.startsWith('Cluster') || kind === 'Namespace';
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** Patches an object or one of its subresources. */
export async function patch(hands: Hands, action: Action & { readonly kind: 'patch' }): Promise<Outcome> {
  return send(hands.api, {
    method: 'PATCH',
    path: `${await pathOf(hands, action.target, action.subresource)}?${fieldManager}`,
    body: mapTexts(action.body, hands.reveal),
    type: patchTypes[action.type],
    object: nameOf(hands, action.target),
  });
}

/** Sets the number of replicas through the scale subresource. */
export async function scale(hands: Hands, target: Target, replicas: number): Promise<Outcome> {
  return send(hands.api, {
    method: 'PATCH',
    path: `${await pathOf(hands, target, 'scale')}?${fieldManager}`,
    body: { spec: { replicas } },
    type: patchTypes.merge,
    object: nameOf(hands, target),
  });
}

/** Deletes an object; `propagation` null leaves the kind's default. */
export async function remove(hands: Hands, target: Target, propagation: string | null): Promise<Outcome> {
  const options = { apiVersion: 'v1', kind: 'DeleteOptions' };
  return send(hands.api, {
    method: 'DELETE',
    path: await pathOf(hands, target, null),
    body: propagation === null ? options : { ...options, propagationPolicy: propagation },
    type: 'application/json',
    object: nameOf(hands, target),
  });
}

/**
 * Plays a request that the original's plugin made. What it sent whole (PUT) was the object that it had read
 * with another spec, so that is what is sent: the object as it is now, with that spec.
 */
export async function replay(hands: Hands, request: JsonObject): Promise<Outcome> {
  const { api, namespace, reveal } = hands;
  const [plural = '', name, subresource] = reveal(asText(request['path'])).split('/');
  const kind = kindOfPlural(plural);
  if (kind === null) throw new Error(`a plugin's request to ${plural} cannot be played`);
  const method = asText(request['verb']) as Method;
  const body = mapTexts(request['body'] ?? null, reveal);
  const ref = { apiVersion: apiVersionOf(kind), kind, namespace, name };
  const path = await api.path(ref, subresource);
  const object = `${kind}/${name ?? asText(dig(body, 'metadata', 'name'))}`;
  const type = method === 'PATCH' ? `application/${asText(request['type'])}` : 'application/json';
  const sent =
    method === 'PUT' ? await withSpec(api, path, body) : method === 'POST' ? bare(body, namespace) : body;
  return send(api, { method, path: `${path}?${fieldManager}`, body: sent, type, object });
}

async function withSpec(api: Api, path: string, body: Json): Promise<Json> {
  const now = await api.wire.send<JsonObject>('GET', path);
  return { ...now, spec: dig(body, 'spec') ?? null };
}

function bare(body: Json, namespace: string): Json {
  const { metadata, ...rest } = asObject(body);
  const { name, labels, annotations } = asObject(metadata);
  const kept = Object.entries({ name, labels, annotations }).filter(([, value]) => value !== undefined);
  return { ...rest, metadata: { ...(Object.fromEntries(kept) as JsonObject), namespace } };
}

function nameOf({ reveal }: Hands, { kind, name }: Target): string {
  return `${kind}/${reveal(name)}`;
}

async function pathOf(hands: Hands, { kind, name }: Target, subresource: string | null): Promise<string> {
  const ref = { apiVersion: apiVersionOf(kind), kind, namespace: hands.namespace, name: hands.reveal(name) };
  return hands.api.path(ref, subresource ?? undefined);
}

interface Request {
  readonly method: Method;
  readonly path: string;
  readonly body: Json;
  readonly type: string;
  readonly object: string;
}

/** Sends a request. A refusal is a result too: scenarios try refused manifests. */
async function send(api: Api, { method, path, body, type, object }: Request): Promise<Outcome> {
  try {
    const answer = await api.wire.send<JsonObject>(method, path, body, type);
    const version = Number(dig(answer, 'metadata', 'resourceVersion'));
    const written = { object, version: method === 'DELETE' ? null : version };
    // The test client does not tell 201 from 200; the comparison asks only whether it was accepted.
    return { result: { status: 200 }, written: [written] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { result: { status: error.status, message: error.message }, written: [] };
  }
}
