import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { Ask } from '../provider.ts';
import { readSmall } from '../small-file.ts';
import type { AwsCredentials } from './credentials.ts';

/** Settings of one profile by their names in small letters; null where no file has such a profile. */
export type Profile = Readonly<Record<string, string>> | null;

/**
 * The keys that a profile of the shared files holds. Profiles that lead elsewhere (`role_arn`, `sso_session`,
 * `credential_process`) are refused: a role is named by `roleArn`, and programs are not run.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function fromProfile(
  who: string,
  name: string,
  ask: Ask,
): Promise<AwsCredentials | ErrorReading> {
  const profile = await profileOf(name, ask);
  if (profile === null) return refuse(who, `no profile "${name}" in the shared configuration of AWS`);
  const { aws_access_key_id: accessKeyId = '', aws_secret_access_key: secretAccessKey = '' } = profile;
  if (accessKeyId === '' || secretAccessKey === '') {
    return refuse(who, `the profile "${name}" holds no keys (aws_access_key_id, aws_secret_access_key)`);
  }
  const sessionToken = profile['aws_session_token'] || null;
  return { kind: 'credentials', accessKeyId, secretAccessKey, sessionToken, expiresAt: null };
}

/** Both shared files, of which that with the credentials counts more. A file that is not there is empty. */
export async function profileOf(name: string, ask: Ask): Promise<Profile> {
  const config = await sections(ask.env('AWS_CONFIG_FILE') || join(homedir(), '.aws', 'config'));
  const keys = await sections(
    ask.env('AWS_SHARED_CREDENTIALS_FILE') || join(homedir(), '.aws', 'credentials'),
  );
  const parts = [config.get(`profile ${name}`) ?? config.get(name), keys.get(name)];
  const found = parts.filter((part) => part !== undefined);
  return found.length === 0 ? null : Object.assign({}, ...found);
}

async function sections(path: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const file = await readSmall(path);
  const found = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of file.kind === 'text' ? file.text.split(/\r?\n/) : []) {
    const name = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
    if (name !== undefined) {
      current = found.get(name) ?? {};
      found.set(name, current);
      continue;
    }
    const [, key, value] = /^([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) current[key.toLowerCase()] = value;
  }
  return found;
}

function refuse(who: string, reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
