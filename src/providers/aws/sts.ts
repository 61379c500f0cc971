import type { ErrorReading } from '../../core/analysis/reading.ts';
import { parseInstant } from '../../core/time.ts';
import type { Ask } from '../provider.ts';
import { askService, complaint, type Question } from '../service.ts';
import { readSmall } from '../small-file.ts';
import type { AwsCredentials, Wish } from './credentials.ts';
import { endpointOf } from './region.ts';
import { signing } from './sign.ts';

const timeoutSeconds = 10;

/** What CloudTrail shows of us. */
const sessionName = 'sluice';

/**
 * Trades the token that the cluster gave the controller's pod for the credentials of a role. Source:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function withWebIdentity(wish: Wish, ask: Ask): Promise<AwsCredentials | ErrorReading> {
  const roleArn = ask.env('AWS_ROLE_ARN') ?? '';
  if (roleArn === '') return refuse(wish.who, 'AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN');
  const file = await readSmall(ask.env('AWS_WEB_IDENTITY_TOKEN_FILE') ?? '');
  if (file.kind === 'error') return refuse(wish.who, `the web identity token: ${file.message}`);
  const token = file.text.trim();
  const form = { RoleArn: roleArn, WebIdentityToken: token };
  return await askSts('AssumeRoleWithWebIdentity', form, [token], wish, ask);
}

/** Takes a role on. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  own: AwsCredentials,
  roleArn: string,
  wish: Wish,
  ask: Ask,
): Promise<AwsCredentials | ErrorReading> {
  const { secretAccessKey, sessionToken } = own;
  const fetch = signing(ask.fetch, own, { service: 'sts', region: wish.region, now: ask.now });
  const secrets = [secretAccessKey, sessionToken ?? ''];
  return await askSts('AssumeRole', { RoleArn: roleArn }, secrets, wish, { ...ask, fetch });
}

async function askSts(
  action: 'AssumeRole' | 'AssumeRoleWithWebIdentity',
  form: Readonly<Record<string, string>>,
  secrets: readonly string[],
  { who, region }: Wish,
  ask: Ask,
): Promise<AwsCredentials | ErrorReading> {
  const name = ask.env('AWS_ROLE_SESSION_NAME') || sessionName;
  const fields = { Action: action, Version: '2011-06-15', RoleSessionName: name, ...form };
  const question: Question = {
    who,
    secrets,
    method: 'POST',
    url: `${endpointOf('sts', region, ask).replace(/\/+$/, '')}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    timeoutSeconds,
  };
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const accessKeyId = element(answer.body, 'AccessKeyId');
  const secretAccessKey = element(answer.body, 'SecretAccessKey');
  const sessionToken = element(answer.body, 'SessionToken');
  const expiresAt = parseInstant(element(answer.body, 'Expiration'));
  if (accessKeyId === '' || secretAccessKey === '' || sessionToken === '' || expiresAt === null) {
    return complaint(question, 'the answer holds no credentials');
  }
  return { kind: 'credentials', accessKeyId, secretAccessKey, sessionToken, expiresAt };
}

/** The text of an element that stands once in the answer and holds no others; empty where there is none. */
function element(xml: string, name: string): string {
  return new RegExp(`<${name}>\\s*([^<&]*?)\\s*</${name}>`).exec(xml)?.[1] ?? '';
}

function refuse(who: string, reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
