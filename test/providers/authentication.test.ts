import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authentication } from '../../src/api/providers.ts';
import { authorize, headersOf } from '../../src/providers/authentication.ts';
import { ask, line } from './support/ask.ts';
import { json, type Received, type Reply, serve, text } from './support/server.ts';

const secret = 'hush hush%';

async function authorization(authentication: Authentication | undefined): Promise<string> {
  const asker = { authentication, insecure: false, timeoutSeconds: 1 };
  const result = await authorize(asker, ask());
  return result.kind === 'header' ? (result.value ?? 'none') : line(result);
}

const oauth2 = { tokenUrl: 'http://127.0.0.1:1/token', clientId: 'me', clientSecret: secret };
const incomplete = 'error! missing mandatory parameter in metric for OAuth2 setup: clientId or clientSecret';

const rows: readonly (readonly [string, Authentication | undefined, string])[] = [
  ['none', undefined, 'none'],
  ['empty', { basicAuth: {}, oauth2: {}, sigv4: {} }, 'none'],
  ['a user', { basicAuth: { username: 'ü', password: 'p:q' } }, 'Basic w7w6cDpx'],
  ['a user without password', { basicAuth: { username: 'u' } }, 'Basic dTo='],
  ['a password without user', { basicAuth: { password: 'p' } }, 'Basic OnA='],
  [
    'two ways',
    { basicAuth: { username: 'u' }, oauth2 },
    'error! authentication: set either basicAuth or oauth2, not both',
  ],
  ['OAuth 2.0 without id', { oauth2: { ...oauth2, clientId: '' } }, incomplete],
  ['OAuth 2.0 without secret', { oauth2: { ...oauth2, clientSecret: '' } }, incomplete],
  ['Amazon elsewhere than at Amazon', { sigv4: { region: 'eu-west-1' } }, 'none'],
];

for (const [name, authentication, want] of rows) {
  void test(`authentication with ${name}`, async () =>
    assert.equal(await authorization(authentication), want));
}

const token = json({ access_token: 'abc', token_type: 'bearer' });
const encoded = Buffer.from('me:hush+hush%25').toString('base64');
const byHeader = `grant_type=client_credentials&scope=a+b Basic ${encoded}`;
const byBody = 'grant_type=client_credentials&scope=a+b&client_id=me&client_secret=hush+hush%25 none';

function sent({ method, url, headers, body }: Received): string {
  assert.equal(
    `${method} ${url} ${headers['content-type']}`,
    'POST /token application/x-www-form-urlencoded',
  );
  return `${body} ${headers['authorization'] ?? 'none'}`;
}

// The answers of the token server, what comes of them, and what it was asked.
const exchanges: readonly (readonly [string, readonly Reply[], string, readonly string[]])[] = [
  ['the header', [token], 'Bearer abc', [byHeader]],
  ['the body, when the header is refused', [text('', 401), token], 'Bearer abc', [byHeader, byBody]],
  [
    'neither',
    [json({ error: 'invalid_client', error_description: secret }, 401)],
    'error! oauth2: cannot fetch token: 401 invalid_client',
    [byHeader, byBody],
  ],
  ['text for an error', [text(secret, 400)], 'error! oauth2: cannot fetch token: 400', [byHeader, byBody]],
  [
    'an error with a secret in it',
    [json({ error: secret }, 400)],
    'error! oauth2: cannot fetch token: 400',
    [byHeader, byBody],
  ],
  ['too many requests', [text('', 429)], 'error oauth2: cannot fetch token: 429', [byHeader]],
  ['a server error', [text('', 503)], 'error oauth2: cannot fetch token: 503', [byHeader]],
  [
    'an answer without a token',
    [json({})],
    'error! oauth2: server response missing access_token',
    [byHeader],
  ],
  [
    'an answer that is HTML',
    [text('<html>')],
    'error! oauth2: server response missing access_token',
    [byHeader],
  ],
  [
    'silence',
    [{ kind: 'silence' }],
    'error oauth2: Post "<url>/token": context deadline exceeded: no answer within 1s',
    [byHeader],
  ],
];

for (const [name, replies, want, requests] of exchanges) {
  void test(`a token server that takes ${name}`, async () => {
    await using server = await serve(replies);
    const credentials = { ...oauth2, tokenUrl: `${server.url}/token`, scopes: ['a', 'b'] };
    const got = await authorization({ oauth2: credentials });
    assert.equal(got, want.replace('<url>', server.url));
    assert.ok(!got.includes(secret));
    assert.deepEqual(server.received.map(sent), requests);
  });
}

void test('of two headers with one name the later counts, and authentication before both', () => {
  const headers = [
    { key: 'X-A', value: '1' },
    { key: 'x-a', value: '2' },
    { key: 'Authorization', value: 'mine' },
  ];
  assert.deepEqual(headersOf(headers, null), { 'x-a': '2', authorization: 'mine' });
  assert.deepEqual(headersOf(headers, 'Bearer t'), { 'x-a': '2', authorization: 'Bearer t' });
});
