import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { Ask } from '../provider.ts';
import { readSmall } from '../small-file.ts';
import { askAgent } from './agent.ts';
import type { AwsCredentials } from './credentials.ts';

const timeoutSeconds = 5;

/** Where the agent of ECS is. */
const ecsAddress = 'http://169.254.170.2';

/** Agents of ECS and EKS, which are asked without TLS; no other may be. */
const agents: ReadonlySet<string> = new Set([
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
  '127.0.0.1',
  '[::1]',
  'localhost',
]);

/**
 * Asks the agent beside the container, such as that of EKS Pod Identity; null where the environment names
 * none. Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function fromContainer(who: string, ask: Ask): Promise<AwsCredentials | ErrorReading | null> {
  const url = agentOf(ask);
  if (url === '') return null;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && !agents.has(parsed.hostname))) {
    return refuse(who, 'AWS_CONTAINER_CREDENTIALS_FULL_URI names no agent that may be asked without TLS');
  }
  const token = await tokenOf(ask);
  if (token.kind === 'error') return refuse(who, `the agent's token: ${token.message}`);
  const authorization = token.text.trim();
  return await askAgent(
    {
      who,
      secrets: [authorization],
      method: 'GET',
      url,
      headers: authorization === '' ? {} : { authorization },
      body: null,
      timeoutSeconds,
    },
    ask,
  );
}

function agentOf(ask: Ask): string {
  const path = ask.env('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI') || '';
  return path === '' ? ask.env('AWS_CONTAINER_CREDENTIALS_FULL_URI') || '' : `${ecsAddress}${path}`;
}

/** The file counts more: the cluster renews it. */
async function tokenOf(ask: Ask): ReturnType<typeof readSmall> {
  const path = ask.env('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE') || '';
  if (path !== '') return await readSmall(path);
  return { kind: 'text', text: ask.env('AWS_CONTAINER_AUTHORIZATION_TOKEN') ?? '' };
}

function refuse(who: string, reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
