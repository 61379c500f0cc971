import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { Ask } from '../provider.ts';
import { readSmall } from '../small-file.ts';
import type { AwsCredentials } from './credentials.ts';

/** Settings of one profile by their names in small letters; null where no file has such a profile. */
export type Profile = Readonly<Record<string, string>> | null;

/** What counts where no profile is named. */
export const usualProfile = 'default';

/** The keys of a profile that somebody has named. */
export async function fromProfile(
  who: string,
  name: string,
  ask: Ask,
): Promise<AwsCredentials | ErrorReading> {
  const found = await keysOf(name, ask);
  if (found.kind === 'credentials') return found;
  return { kind: 'error', message: `${who}: ${found.reason}`, retryable: false };
}

/**
 * The keys that a profile of the shared files holds. Profiles that lead elsewhere (`role_arn`, `sso_session`,
 * `credential_process`) have none: a role is named by `roleArn`, and programs are not run.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function keysOf(
  name: string,
  ask: Ask,
): Promise<AwsCredentials | { readonly kind: 'none'; readonly reason: string }> {
  const profile = await profileOf(name, ask);
  if (profile === null) {
    return { kind: 'none', reason: `no profile "${name}" in the shared configuration of AWS` };
  }
  const { aws_access_key_id: accessKeyId = '', aws_secret_access_key: secretAccessKey = '' } = profile;
  if (accessKeyId === '' || secretAccessKey === '') {
    const names = 'aws_access_key_id, aws_secret_access_key';
    return { kind: 'none', reason: `the profile "${name}" holds no keys (${names})` };
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
