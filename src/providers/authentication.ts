import type { Authentication, HttpHeader } from '../api/providers.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { clientCredentials } from './oauth2.ts';
import type { Ask } from './provider.ts';

/**
 * Who asks, and within which limits. Empty parts of `authentication` count as absent: recorded objects are
 * full of them.
 */
export interface Asker {
  readonly authentication: Authentication | undefined;
  readonly insecure: boolean;
  readonly timeoutSeconds: number;
}

/** The value of the `Authorization` header, null for none. */
export type Authorization = { readonly kind: 'header'; readonly value: string | null } | ErrorReading;

/** Works out the `Authorization` header; for OAuth 2.0 that takes a request to the token address. */
export async function authorize(asker: Asker, ask: Ask): Promise<Authorization> {
  const { username = '', password = '' } = asker.authentication?.basicAuth ?? {};
  const { tokenUrl = '', clientId = '', clientSecret = '', scopes = [] } = asker.authentication?.oauth2 ?? {};
  const isBasic = username !== '' || password !== '';
  if (tokenUrl === '') {
    return { kind: 'header', value: isBasic ? `Basic ${base64(`${username}:${password}`)}` : null };
  }
  if (isBasic) return refuse('authentication: set either basicAuth or oauth2, not both');
  if (clientId === '' || clientSecret === '') {
    return refuse('missing mandatory parameter in metric for OAuth2 setup: clientId or clientSecret');
  }
  const token = await clientCredentials({ tokenUrl, clientId, clientSecret, scopes }, asker, ask);
  return token.kind === 'error' ? token : { kind: 'header', value: `Bearer ${token.token}` };
}

/** Headers with names in lower case; of two with one name the later counts. */
export function headersOf(
  headers: readonly HttpHeader[] | undefined,
  authorization: string | null,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { key, value } of headers ?? []) result[key.toLowerCase()] = value;
  if (authorization !== null) result['authorization'] = authorization;
  return result;
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message, retryable: false };
}

function base64(plain: string): string {
  return Buffer.from(plain, 'utf8').toString('base64');
}
