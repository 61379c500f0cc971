import * as z from 'zod';
import type { ErrorReading } from '../core/analysis/reading.ts';
import type { HttpAnswer, HttpOutcome } from './http.ts';
import type { Ask } from './provider.ts';
import { failed, isTransient } from './trouble.ts';

/** OAuth 2.0 client credentials, all parts given. */
export interface Credentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

interface Limits {
  readonly insecure: boolean;
  readonly timeoutSeconds: number;
}

/** An access token, or why there is none. */
export type Token = { readonly kind: 'token'; readonly token: string } | ErrorReading;

/**
 * Fetches an access token. Servers differ in where they want the credentials, so the header is tried first
 * and then the body, as Go's client does. Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.4 and
 * section 2.3.1.
 */
export async function clientCredentials(credentials: Credentials, limits: Limits, ask: Ask): Promise<Token> {
  const inHeader = await request(credentials, limits, ask, 'header');
  const wantsBody = inHeader.kind === 'answer' && inHeader.status >= 400 && inHeader.status < 500;
  const outcome =
    wantsBody && inHeader.status !== 429 ? await request(credentials, limits, ask, 'body') : inHeader;
  if (outcome.kind === 'failure') return failed(outcome, 'oauth2: ');
  const token = outcome.status < 300 ? tokenIn(outcome) : null;
  return token === null ? refused(outcome) : { kind: 'token', token };
}

function request(
  { tokenUrl, clientId, clientSecret, scopes }: Credentials,
  limits: Limits,
  ask: Ask,
  place: 'header' | 'body',
): Promise<HttpOutcome> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (place === 'header') {
    const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const { insecure, timeoutSeconds } = limits;
  const { deadline } = ask;
  const body = form.toString();
  const fixed = { method: 'POST', repeatable: true } as const;
  return ask.fetch({ ...fixed, url: tokenUrl, headers, body, insecure, timeoutSeconds, deadline });
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

const tokenAnswer = z.object({ access_token: z.string().min(1) });
const errorAnswer = z.object({ error: z.string().regex(/^[\w.-]{1,64}$/) });

function tokenIn(answer: HttpAnswer): string | null {
  return tokenAnswer.safeParse(json(answer.body)).data?.access_token ?? null;
}

/** Only the error's code is repeated: descriptions may quote what was sent. */
function refused(answer: HttpAnswer): ErrorReading {
  if (answer.status < 300) {
    return { kind: 'error', message: 'oauth2: server response missing access_token', retryable: false };
  }
  const code = errorAnswer.safeParse(json(answer.body)).data?.error;
  const message = `oauth2: cannot fetch token: ${answer.status}${code === undefined ? '' : ` ${code}`}`;
  return { kind: 'error', message, retryable: isTransient(answer.status) };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
