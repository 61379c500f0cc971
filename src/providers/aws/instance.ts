import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { HttpAnswer } from '../http.ts';
import type { Ask } from '../provider.ts';
import { askService, type Question } from '../service.ts';
import { askAgent } from './agent.ts';
import type { AwsCredentials } from './credentials.ts';

const defaultAddress = 'http://169.254.169.254';
/** It answers at once or is not there. */
const timeoutSeconds = 2;
const tokenSeconds = '60';

/**
 * Asks the metadata service of the machine, which hands out the credentials of the machine's role. Where pods
 * may not reach it, as is good practice, there is nobody left to ask. Source:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
export async function fromInstance(who: string, ask: Ask): Promise<AwsCredentials | ErrorReading> {
  if ((ask.env('AWS_EC2_METADATA_DISABLED') ?? '').toLowerCase() === 'true') return nowhere(who, '');
  const address = ask.env('AWS_EC2_METADATA_SERVICE_ENDPOINT') || defaultAddress;
  const base = `${address.replace(/\/+$/, '')}/latest`;
  const fixed = { who, secrets: [], body: null, timeoutSeconds } as const;
  const wanted = { 'x-aws-ec2-metadata-token-ttl-seconds': tokenSeconds };
  const session = await tell({ ...fixed, method: 'PUT', url: `${base}/api/token`, headers: wanted }, ask);
  if (session.kind === 'error') return nowhere(who, session.message);
  const headers = { 'x-aws-ec2-metadata-token': session.body };
  const roles = `${base}/meta-data/iam/security-credentials/`;
  const role = await tell({ ...fixed, method: 'GET', url: roles, headers }, ask);
  if (role.kind === 'error') return nowhere(who, role.message);
  const url = `${roles}${encodeURIComponent(role.body.split('\n')[0] ?? '')}`;
  return await askAgent({ ...fixed, secrets: [session.body], method: 'GET', url, headers }, ask);
}

async function tell(question: Question, ask: Ask): Promise<HttpAnswer | ErrorReading> {
  const answer = await askService(question, ask);
  return answer.kind === 'error' ? answer : { ...answer, body: answer.body.trim() };
}

/** What was tried last says little: the person on call needs to know what is wanted. */
function nowhere(who: string, last: string): ErrorReading {
  const tried = last === '' ? '' : ` (${last.replace(`${who}: `, '')})`;
  const message =
    `${who}: no credentials for AWS: give the controller's service account a role ` +
    `(EKS Pod Identity, or AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE), or set AWS_ACCESS_KEY_ID${tried}`;
  return { kind: 'error', message, retryable: true };
}
