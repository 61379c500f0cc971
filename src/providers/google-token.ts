import { createPrivateKey, sign } from 'node:crypto';
import * as z from 'zod';
import type { MetricSecretRef } from '../api/metric-plugins.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import { readKeys } from './credentials.ts';
import { Kept } from './kept.ts';
import type { Ask } from './provider.ts';
import { askJson, complaint, type Question } from './service.ts';
import { readSmall } from './small-file.ts';

/** An access token of Google's, and when it ends. */
export interface GoogleToken {
  readonly kind: 'token';
  readonly token: string;
  readonly expiresAt: Instant;
}

const scope = 'https://www.googleapis.com/auth/monitoring.read';
const timeoutSeconds = 10;
const lifeSeconds = 3600;

const kept = new Kept<GoogleToken>();

const keySchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https$/ }),
});

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/**
 * An access token to read metrics with: of the service account whose key a Secret holds, else of the key in
 * the file that `GOOGLE_APPLICATION_CREDENTIALS` names, else of the controller's own identity (Workload
 * Identity Federation for GKE), which the metadata service tells. Tokens are used again until five minutes
 * before their end. Source: https://cloud.google.com/docs/authentication/application-default-credentials
 */
export async function googleToken(
  who: string,
  secretRef: MetricSecretRef | undefined,
  ask: Ask,
): Promise<GoogleToken | ErrorReading> {
  if (secretRef !== undefined) {
    const { name, namespaced = false } = secretRef;
    const namespace = namespaced ? null : ask.home;
    const found = await readKeys(who, { namespace, name }, { serviceAccountKey: 'hidden' }, ask);
    return found.kind === 'error' ? found : await byKey(who, found.values.serviceAccountKey, ask);
  }
  const path = ask.env('GOOGLE_APPLICATION_CREDENTIALS') || '';
  if (path === '') return await ofMachine(who, ask);
  const file = await readSmall(path);
  return file.kind === 'text' ? await byKey(who, file.text, ask) : refuse(who, file.message);
}

/** Trades a claim, signed with the key, for a token. Source: https://www.rfc-editor.org/rfc/rfc7523 */
async function byKey(who: string, text: string, ask: Ask): Promise<GoogleToken | ErrorReading> {
  const key = keySchema.safeParse(jsonOf(text)).data;
  if (key === undefined) return refuse(who, 'serviceAccountKey is not the key of a service account as JSON');
  const id = `${key.client_email} ${key.private_key_id ?? ''} ${key.token_uri}`;
  const before = kept.get(id, ask);
  if (before !== null) return before;
  const issued = Math.floor(ask.now / 1000);
  const claim = { iss: key.client_email, scope, aud: key.token_uri, iat: issued, exp: issued + lifeSeconds };
  const assertion = signed(claim, key);
  if (assertion === null) return refuse(who, 'the private_key of serviceAccountKey cannot be read');
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  const question: Question = {
    who,
    secrets: [assertion],
    method: 'POST',
    url: key.token_uri,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    timeoutSeconds,
  };
  return await tokenOf(question, id, ask);
}

async function ofMachine(who: string, ask: Ask): Promise<GoogleToken | ErrorReading> {
  const before = kept.get('machine', ask);
  if (before !== null) return before;
  const host = ask.env('GCE_METADATA_HOST') || 'metadata.google.internal';
  const account = '/computeMetadata/v1/instance/service-accounts/default/token';
  const question: Question = {
    who,
    secrets: [],
    method: 'GET',
    url: `http://${host}${account}?scopes=${encodeURIComponent(scope)}`,
    headers: { 'metadata-flavor': 'Google' },
    body: null,
    timeoutSeconds,
  };
  return await tokenOf(question, 'machine', ask);
}

async function tokenOf(question: Question, id: string, ask: Ask): Promise<GoogleToken | ErrorReading> {
  const parsed = await askJson(question, ask);
  if (parsed.kind === 'error') return parsed;
  const found = tokenSchema.safeParse(parsed.value).data;
  if (found === undefined) return complaint(question, 'the answer holds no access token');
  const expiresAt = ask.now + found.expires_in * 1000;
  return kept.put(id, { kind: 'token', token: found.access_token, expiresAt }, ask);
}

/** A JSON Web Token; null where the key is none. */
function signed(claim: object, { private_key, private_key_id }: z.infer<typeof keySchema>): string | null {
  const kid = private_key_id === undefined ? {} : { kid: private_key_id };
  const parts = [{ alg: 'RS256', typ: 'JWT', ...kid }, claim].map((part) =>
    base64(Buffer.from(JSON.stringify(part))),
  );
  const text = parts.join('.');
  try {
    return `${text}.${base64(sign('sha256', Buffer.from(text), createPrivateKey(private_key)))}`;
  } catch {
    return null;
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refuse(who: string, reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
