import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwsCredentials } from '../../src/providers/aws/credentials.ts';
import { signing } from '../../src/providers/aws/sign.ts';
import type { HttpRequest } from '../../src/providers/http.ts';

// Signatures that Amazon publishes: its test suite of version 4, and the example of its documentation. That
// what CloudWatch and Prometheus are sent is signed for the right service is in their own tests.

const keys: AwsCredentials = {
  kind: 'credentials',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
  expiresAt: null,
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };

interface Row {
  readonly name: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signed: string;
  readonly signature: string;
}

const rows: readonly Row[] = [
  {
    name: 'get-vanilla',
    url: 'https://example.amazonaws.com/',
    signed: 'host;x-amz-date',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    url: 'https://example.amazonaws.com/?Param2=value2&Param1=value1',
    signed: 'host;x-amz-date',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'post-vanilla',
    url: 'https://example.amazonaws.com/',
    method: 'POST',
    signed: 'host;x-amz-date',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
];

async function sent(row: Partial<Row>, credentials = keys): Promise<HttpRequest> {
  const { url = '', method = 'GET', headers = {}, body = null } = row;
  const requests: HttpRequest[] = [];
  const scope = { service: 'service', region: 'us-east-1', now: Date.parse('2015-08-30T12:36:00Z') };
  const fetch = signing(
    async (request) => {
      requests.push(request);
      return { kind: 'failure', code: 'closed', message: '' };
    },
    credentials,
    scope,
  );
  const fixed = { insecure: false, repeatable: true, timeoutSeconds: 1 } as const;
  const { signal: deadline } = new AbortController();
  await fetch({ ...fixed, url, method, headers, body, deadline });
  const [request] = requests;
  assert.ok(request !== undefined);
  return request;
}

for (const row of rows) {
  void test(`the signature of ${row.name}`, async () => {
    const { headers } = await sent(row);
    assert.equal(
      headers['authorization'],
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=${row.signed}, Signature=${row.signature}`,
    );
    assert.equal(headers['x-amz-date'], '20150830T123600Z');
  });
}

const signatureOf = async (row: Partial<Row>, credentials = keys) =>
  (await sent(row, credentials)).headers['authorization'] ?? '';

const base = { url: 'https://example.amazonaws.com/', method: 'POST', headers: form, body: 'a=1' } as const;

// What is changed on the way, and whether the signature tells of it.
const changes: readonly (readonly [string, Partial<Row>, boolean])[] = [
  ['nothing', {}, false],
  ['the host', { url: 'https://other.amazonaws.com/' }, true],
  ['the port', { url: 'https://example.amazonaws.com:8443/' }, true],
  ['the path', { url: 'https://example.amazonaws.com/x' }, true],
  ['the query', { url: 'https://example.amazonaws.com/?x=1' }, true],
  ['the body', { body: 'a=2' }, true],
  ['a header', { headers: { ...form, 'x-amz-target': 't' } }, true],
];

for (const [what, change, tells] of changes) {
  void test(`a signature ${tells ? 'tells' : 'does not change'} when ${what} is changed`, async () => {
    const differs = (await signatureOf({ ...base, ...change })) !== (await signatureOf(base));
    assert.equal(differs, tells);
  });
}

void test('a session is sent along, and signed', async () => {
  const { headers } = await sent(base, { ...keys, sessionToken: 'session' });
  assert.equal(headers['x-amz-security-token'], 'session');
  assert.match(headers['authorization'] ?? '', /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
  assert.equal(headers['content-type'], form['content-type']);
});
