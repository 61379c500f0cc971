import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwsCredentials } from '../../src/providers/aws/credentials.ts';
import { signing } from '../../src/providers/aws/sign.ts';
import type { HttpRequest } from '../../src/providers/http.ts';

// Signatures that Amazon publishes, in its test suite of version 4, and those that its SDK for Python makes.

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

const suite = { service: 'service', region: 'us-east-1', now: Date.parse('2015-08-30T12:36:00Z') };

async function sent(row: Partial<Row>, credentials = keys, scope = suite): Promise<HttpRequest> {
  const { url = '', method = 'GET', headers = {}, body = null } = row;
  const requests: HttpRequest[] = [];
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

/** Signatures that botocore 1.44.5 makes of what we ask, at 2026-11-21T08:00:00Z. */
const ours: readonly (Row & {
  readonly service: string;
  readonly region: string;
  readonly session?: string;
})[] = [
  {
    name: 'a query to Prometheus',
    service: 'aps',
    region: 'eu-west-1',
    method: 'POST',
    url: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/query',
    body: 'query=sum%28up%29&time=1795248000.25',
    signed: 'host;x-amz-date',
    signature: '8922504cb325a9595f34b9bb97af3e07d2b093dc460b6f1128c31b7f5d0052bc',
  },
  {
    name: 'a query to Prometheus in its address',
    service: 'aps',
    region: 'eu-west-1',
    method: 'GET',
    url: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/query?query=rate%28x%7Ba%3D%22b%20c%22%2Cd%3D~%22e%7C%5B%27f%27%5D%2A%21%22%7D%5B5m%5D%29&time=1795248000.25',
    headers: { 'x-scope': 'a  b' },
    session: 'session/+=',
    signed: 'host;x-amz-date;x-amz-security-token;x-scope',
    signature: '218d08be73be7e9595659bef36a2edcc29c05eaf0c35b18f2ae837cfb07c4b5b',
  },
  {
    name: 'a question to CloudWatch',
    service: 'monitoring',
    region: 'cn-north-1',
    method: 'POST',
    url: 'https://monitoring.cn-north-1.amazonaws.com.cn/',
    headers: { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' },
    body: '{"StartTime":1,"Label":"ü"}',
    session: 'session',
    signed: 'host;x-amz-date;x-amz-security-token;x-amz-target',
    signature: 'c0f06ac24a722173c98c4da4ab66ba8cb935c75fb82e77e8e515ac8d2aebffb5',
  },
  {
    name: 'a question for a role',
    service: 'sts',
    region: 'us-gov-west-1',
    method: 'POST',
    url: 'https://sts.us-gov-west-1.amazonaws.com/',
    body: 'Action=AssumeRole',
    signed: 'host;x-amz-date',
    signature: 'ce2917a5547b24036bd723cd2b6179c92ddc9da7f2e66d6e1a60296202e6b185',
  },
  {
    name: 'a path and a port',
    service: 'monitoring',
    region: 'eu-west-1',
    method: 'POST',
    url: 'https://vpce-1.monitoring.eu-west-1.vpce.amazonaws.com:8443/a%20b/c',
    body: 'x',
    signed: 'host;x-amz-date',
    signature: '7dc8c4ccf5b849537fbf5ccb7e3b051c988989477d4af7769326fe56d652ee2b',
  },
];

for (const row of ours) {
  void test(`the signature of ${row.name} is that of Amazon's SDK`, async () => {
    const scope = { service: row.service, region: row.region, now: Date.parse('2026-11-21T08:00:00Z') };
    const { headers } = await sent(row, { ...keys, sessionToken: row.session ?? null }, scope);
    const [, signed, signature] =
      /SignedHeaders=(.*), Signature=(.*)$/.exec(headers['authorization'] ?? '') ?? [];
    assert.deepEqual([signed, signature], [row.signed, row.signature]);
  });
}

void test('blanks in a query are sent in the spelling that is signed', async () => {
  const { url, headers } = await sent({ url: 'https://example.amazonaws.com/?q=a+b%2Bc' });
  const other = await sent({ url: 'https://example.amazonaws.com/?q=a%20b%2Bc' });
  assert.equal(url, 'https://example.amazonaws.com/?q=a%20b%2Bc');
  assert.equal(headers['authorization'], other.headers['authorization']);
});

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
