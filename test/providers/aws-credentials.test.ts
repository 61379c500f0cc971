import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { awsCredentials } from '../../src/providers/aws/credentials.ts';
import { createHttpClient } from '../../src/providers/http-client.ts';
import { prometheus } from '../../src/providers/prometheus.ts';
import { ask, line, now } from './support/ask.ts';
import { json, type Received, type Reply, serve, type TestServer, text } from './support/server.ts';

// Where credentials for Amazon come from. Every address that is asked is that of a server here.

const folder = mkdtempSync(join(tmpdir(), 'aws-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const token = file('token', 'web-token\n');
const podToken = file('pod-token', 'pod-token\n');
const profiles = file(
  'credentials',
  '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = d\n\n' +
    '# a comment\n[ shop ]\naws_access_key_id=SHOP\naws_secret_access_key = s/+= \naws_session_token = t\n',
);
const config = file(
  'config',
  '[profile shop]\nregion = eu-north-1\n[profile role]\nrole_arn = arn:aws:iam::1:role/r\n',
);
const long = file('long', 'x'.repeat(100_000));

const temporary = (key: string, expires = '2026-11-21T09:00:00Z') =>
  `<R><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>hush+/=</SecretAccessKey>` +
  `<SessionToken>session</SessionToken><Expiration>${expires}</Expiration></Credentials></R>`;
const xml = { 'content-type': 'text/xml' };
const sts = (key = 'STS', expires?: string) => text(temporary(key, expires), 200, xml);
const agent = json({
  AccessKeyId: 'AGENT',
  SecretAccessKey: 'hush',
  Token: 'session',
  Expiration: '2026-11-21T09:00:00Z',
});
const refused = text(
  '<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized: web-token</Message></Error></ErrorResponse>',
  403,
  xml,
);

const keys = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'e' };
const web = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/web', AWS_WEB_IDENTITY_TOKEN_FILE: token };
const files = { AWS_SHARED_CREDENTIALS_FILE: profiles, AWS_CONFIG_FILE: config };
const pod = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: '<url>/v1/credentials',
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: podToken,
};
const none =
  "error prometheus: no credentials for AWS: give the controller's service account a role " +
  '(EKS Pod Identity, or AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE), or set AWS_ACCESS_KEY_ID';

interface Row {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly wish?: { readonly profile?: string; readonly roleArn?: string };
  readonly replies?: readonly Reply[];
  /** Key and session, or the error. */
  readonly want: string;
  /** What was asked, in words. */
  readonly asked?: readonly string[];
}

const webAsked =
  'POST /sts/ Action=AssumeRoleWithWebIdentity RoleArn=arn:aws:iam::1:role/web WebIdentityToken=web-token';

const rows: readonly Row[] = [
  { name: 'the environment', environment: { ...keys, ...web, ...files }, want: 'ENV -' },
  {
    name: 'a session in the environment',
    environment: { ...keys, AWS_SESSION_TOKEN: 't' },
    want: 'ENV t',
  },
  {
    name: 'a web identity',
    environment: { ...web, ...pod },
    replies: [sts()],
    want: 'STS session',
    asked: [webAsked],
  },
  {
    name: 'a web identity that Amazon refuses',
    environment: web,
    replies: [refused],
    want: 'error! prometheus: Post "<url>/sts/": received authentication error response code: 403: Not authorized: *****',
    asked: [webAsked],
  },
  {
    name: 'a web identity without role',
    environment: { AWS_WEB_IDENTITY_TOKEN_FILE: token },
    want: 'error! prometheus: AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN',
  },
  {
    name: 'a token that is not there',
    environment: { ...web, AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token' },
    want: 'error! prometheus: the web identity token: /nowhere/token cannot be read (ENOENT)',
  },
  {
    name: 'a token that is none',
    environment: { ...web, AWS_WEB_IDENTITY_TOKEN_FILE: long },
    want: `error! prometheus: the web identity token: ${long} is larger than 65536 bytes`,
  },
  {
    name: 'an answer without credentials',
    environment: web,
    replies: [text('<html></html>')],
    want: 'error prometheus: Post "<url>/sts/": the answer holds no credentials',
    asked: [webAsked],
  },
  {
    name: 'a profile that is asked for',
    environment: { ...keys, ...files },
    wish: { profile: 'shop' },
    want: 'SHOP t',
  },
  {
    name: 'a profile of the environment',
    environment: { ...files, AWS_PROFILE: 'default' },
    want: 'DEFAULT -',
  },
  { name: 'the usual profile', environment: { ...files, ...pod }, want: 'DEFAULT -' },
  {
    name: 'a profile that leads elsewhere',
    environment: files,
    wish: { profile: 'role' },
    want: 'error! prometheus: the profile "role" holds no keys (aws_access_key_id, aws_secret_access_key)',
  },
  {
    name: 'a profile that is not there',
    environment: files,
    wish: { profile: 'nobody' },
    want: 'error! prometheus: no profile "nobody" in the shared configuration of AWS',
  },
  {
    name: 'a role that is taken on',
    environment: keys,
    wish: { roleArn: 'arn:aws:iam::2:role/r' },
    replies: [sts('ROLE')],
    want: 'ROLE session',
    asked: ['POST /sts/ signed by ENV Action=AssumeRole RoleArn=arn:aws:iam::2:role/r'],
  },
  {
    name: 'a role that is taken on by a web identity',
    environment: web,
    wish: { roleArn: 'arn:aws:iam::2:role/r' },
    replies: [sts(), sts('ROLE')],
    want: 'ROLE session',
    asked: [webAsked, 'POST /sts/ signed by STS Action=AssumeRole RoleArn=arn:aws:iam::2:role/r'],
  },
  {
    name: 'the agent of EKS Pod Identity',
    environment: pod,
    replies: [agent],
    want: 'AGENT session',
    asked: ['GET /v1/credentials pod-token'],
  },
  {
    name: 'an agent that is a stranger',
    environment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://agent.example/' },
    want: 'error! prometheus: AWS_CONTAINER_CREDENTIALS_FULL_URI names no agent that may be asked without TLS',
  },
  {
    name: 'an agent that is ill',
    environment: pod,
    replies: [json({ AccessKeyId: 'A' })],
    want: 'error prometheus: Get "<url>/v1/credentials": the answer holds no credentials',
    asked: ['GET /v1/credentials pod-token'],
  },
  {
    name: 'the machine',
    environment: {},
    replies: [text('imds'), text('node-role\n'), agent],
    want: 'AGENT session',
    asked: [
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/ imds',
      'GET /latest/meta-data/iam/security-credentials/node-role imds',
    ],
  },
  {
    name: 'a machine that pods may not ask',
    environment: {},
    replies: [text('', 403)],
    want: `${none} (Put "<url>/latest/api/token": received authentication error response code: 403)`,
    asked: ['PUT /latest/api/token'],
  },
  { name: 'nobody', environment: { AWS_EC2_METADATA_DISABLED: 'true' }, want: none },
];

function environmentOf(row: Row, { url }: TestServer): Record<string, string> {
  const given = {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: '<url>',
    AWS_ENDPOINT_URL_STS: '<url>/sts',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    AWS_CONFIG_FILE: '/nowhere/config',
    ...row.environment,
  };
  return Object.fromEntries(
    Object.entries<string>(given).map(([name, value]) => [name, value.replace('<url>', url)]),
  );
}

for (const row of rows) {
  void test(`credentials of ${row.name}`, async () => {
    await using server = await serve(row.replies ?? [text('', 404)]);
    const wish = { who: 'prometheus', region: 'eu-west-1', profile: '', roleArn: '', ...row.wish };
    const found = await awsCredentials(
      wish,
      ask(environmentOf(row, server), undefined, { fetch: createHttpClient({}) }),
    );
    const got = found.kind === 'error' ? line(found) : `${found.accessKeyId} ${found.sessionToken ?? '-'}`;
    assert.equal(got, row.want.replace('<url>', server.url));
    assert.deepEqual(server.received.map(told), row.asked ?? []);
  });
}

function told({ method, url, headers, body }: Received): string {
  const by = /Credential=(\w+)\/\d{8}\/eu-west-1\/sts\//.exec(headers['authorization'] ?? '')?.[1];
  const shown =
    headers['x-aws-ec2-metadata-token'] ?? (by === undefined ? headers['authorization'] : `signed by ${by}`);
  const fields = [...new URLSearchParams(body)]
    .filter(([name]) => name !== 'Version' && name !== 'RoleSessionName')
    .map(([name, value]) => `${name}=${value}`);
  return [method, url, ...(shown === undefined ? [] : [shown]), ...fields].join(' ');
}

void test('temporary credentials are used until five minutes before their end', async () => {
  await using server = await serve([sts('FIRST', '2026-11-21T08:20:00Z'), sts('SECOND')]);
  const fetch = createHttpClient({});
  const environment = { ...web, AWS_ENDPOINT_URL_STS: server.url };
  const wish = { who: 'prometheus', region: 'eu-west-1', profile: '', roleArn: '' };
  const at = async (minutes: number, roleArn = '') => {
    const asked = { ...ask(environment, undefined, { fetch }), now: now + minutes * 60_000 };
    const found = await awsCredentials({ ...wish, roleArn }, asked);
    return found.kind === 'error' ? line(found) : found.accessKeyId;
  };
  assert.deepEqual(
    [await at(0), await at(14), await at(16), await at(40)],
    ['FIRST', 'FIRST', 'SECOND', 'SECOND'],
  );
  assert.equal(server.received.length, 2);
  await at(40, 'arn:aws:iam::2:role/r');
  assert.equal(server.received.length, 4);
});

// Addresses of Prometheus, and the region and service in the signature that is sent there.
const addresses: readonly (readonly [string, string])[] = [
  ['https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/', 'eu-west-1/aps'],
  ['https://aps-workspaces-fips.us-gov-west-1.amazonaws.com/workspaces/ws-1', 'us-gov-west-1/aps'],
  ['https://vpce-1.aps-workspaces.us-east-1.vpce.amazonaws.com/workspaces/ws-1', 'us-east-1/aps'],
  ['https://aps-workspaces.cn-north-1.amazonaws.com.cn/workspaces/ws-1', 'cn-north-1/aps'],
  ['https://aps-workspaces.example.com/workspaces/ws-1', 'none'],
  ['https://prometheus.example.com/aps-workspaces.eu-west-1.amazonaws.com', 'none'],
  ['https://aps-workspaces.eu-west-1.amazonaws.com.example.com/', 'none'],
];

for (const [address, want] of addresses) {
  void test(`what is asked of ${address} is signed for ${want}`, async () => {
    await using server = await serve([
      json({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }),
    ]);
    const client = createHttpClient({});
    const fetch: typeof client = (request) => {
      const { pathname, search } = new URL(request.url);
      return client({ ...request, url: `${server.url}${pathname}${search}` });
    };
    const metric = { address, query: 'up', authentication: { sigv4: {} } };
    assert.equal(line(await prometheus.start(metric, ask(keys, undefined, { fetch }))), '1');
    const [{ headers } = { headers: {} as Record<string, string> }] = server.received;
    const scope = /Credential=ENV\/\d{8}\/([^/]+\/[^/]+)\/aws4_request/.exec(
      headers['authorization'] ?? '',
    )?.[1];
    assert.equal(scope ?? 'none', want);
  });
}
