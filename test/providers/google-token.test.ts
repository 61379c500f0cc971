import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { googleToken } from '../../src/providers/google-token.ts';
import type { HttpClient, HttpRequest } from '../../src/providers/http.ts';
import { ask, line, now } from './support/ask.ts';

// How the key of a service account becomes a token. Whole measurements are in the golden files.

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = {
  type: 'service_account',
  private_key_id: 'k1',
  private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: 'sluice@shop.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
};

const who = 'sluice/google-cloud-monitoring';

/** Google, as far as tokens go: the first is good for ten minutes. */
function google(): { readonly fetch: HttpClient; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const fetch: HttpClient = async (request) => {
    asked.push(request);
    const body = JSON.stringify({
      access_token: `token-${asked.length}`,
      expires_in: 600,
      token_type: 'Bearer',
    });
    return { kind: 'answer', status: 200, headers: {}, body };
  };
  return { fetch, asked };
}

const secrets = (one: object) => ({ 'sluice/google': { serviceAccountKey: JSON.stringify(one) } });
const secretRef = { name: 'google' };

void test('a claim is signed with the key and traded for a token', async () => {
  const { fetch, asked } = google();
  const found = await googleToken(who, secretRef, ask({}, undefined, { fetch, secrets: secrets(key) }));
  assert.deepEqual(found, { kind: 'token', token: 'token-1', expiresAt: now + 600_000 });
  const [request] = asked;
  assert.equal(`${request?.method} ${request?.url}`, `POST ${key.token_uri}`);
  const form = new URLSearchParams(request?.body ?? '');
  assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [head = '', claim = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  assert.deepEqual(read(head), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
  assert.deepEqual(read(claim), {
    iss: key.client_email,
    scope: 'https://www.googleapis.com/auth/monitoring.read',
    aud: key.token_uri,
    iat: Math.floor(now / 1000),
    exp: Math.floor(now / 1000) + 3600,
  });
  const bytes = Buffer.from(signature, 'base64url');
  assert.ok(verify('sha256', Buffer.from(`${head}.${claim}`), pair.publicKey, bytes));
});

void test('a token is used until five minutes before its end', async () => {
  const { fetch } = google();
  const given = ask({}, undefined, { fetch, secrets: secrets(key) });
  const at = async (minutes: number) => {
    const found = await googleToken(who, secretRef, { ...given, now: now + minutes * 60_000 });
    return found.kind === 'token' ? found.token : line(found);
  };
  assert.deepEqual([await at(0), await at(4), await at(6)], ['token-1', 'token-1', 'token-2']);
});

void test('a key may be in the file that the environment names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'google-'));
  try {
    const path = join(folder, 'key.json');
    writeFileSync(path, JSON.stringify(key));
    const { fetch } = google();
    const found = await googleToken(
      who,
      undefined,
      ask({ GOOGLE_APPLICATION_CREDENTIALS: path }, undefined, { fetch }),
    );
    assert.equal(found.kind === 'token' && found.token, 'token-1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const wrong: readonly (readonly [string, object])[] = [
  ['another kind of key', { ...key, type: 'external_account' }],
  ['a token address without TLS', { ...key, token_uri: 'http://oauth2.googleapis.com/token' }],
  ['no key', { ...key, private_key: '' }],
];

for (const [what, one] of wrong) {
  void test(`${what} is refused before anything is asked`, async () => {
    const { fetch, asked } = google();
    const found = await googleToken(who, secretRef, ask({}, undefined, { fetch, secrets: secrets(one) }));
    assert.ok(found.kind === 'error');
    assert.equal(line(found), `error! ${who}: serviceAccountKey is not the key of a service account as JSON`);
    assert.equal(asked.length, 0);
  });
}
