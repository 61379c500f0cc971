import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { Instant } from '../../core/time.ts';
import { Kept } from '../kept.ts';
import type { Ask } from '../provider.ts';
import { fromContainer } from './container.ts';
import { fromInstance } from './instance.ts';
import { fromProfile, keysOf, usualProfile } from './profile.ts';
import { assumeRole, withWebIdentity } from './sts.ts';

/** What requests to Amazon are signed with. */
export interface AwsCredentials {
  readonly kind: 'credentials';
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null for keys that are not temporary. */
  readonly sessionToken: string | null;
  /** Null: they do not end. */
  readonly expiresAt: Instant | null;
}

/** Whose credentials are wanted, and who wants them. */
export interface Wish {
  /** The provider, with which messages begin. */
  readonly who: string;
  readonly region: string;
  /** A profile of the shared files; empty for the usual search. */
  readonly profile: string;
  /** A role to take on with what was found; empty for none. */
  readonly roleArn: string;
}

const kept = new Kept<AwsCredentials>();

/**
 * Finds the controller's own credentials where Amazon's SDKs look, in their order: the environment, a web
 * identity (EKS: IAM roles for service accounts), a profile with keys, the container's agent (EKS: Pod
 * Identity), and last the machine's role. Temporary ones are used again until five minutes before their end.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export async function awsCredentials(wish: Wish, ask: Ask): Promise<AwsCredentials | ErrorReading> {
  const key = [wish.region, wish.profile, wish.roleArn].join(' ');
  const before = kept.get(key, ask);
  if (before !== null) return before;
  const own = await search(wish, ask);
  const found =
    own.kind === 'error' || wish.roleArn === '' ? own : await assumeRole(own, wish.roleArn, wish, ask);
  return found.kind === 'error' ? found : kept.put(key, found, ask);
}

async function search(wish: Wish, ask: Ask): Promise<AwsCredentials | ErrorReading> {
  if (wish.profile !== '') return await fromProfile(wish.who, wish.profile, ask);
  const inEnvironment = fromEnvironment(ask);
  if (inEnvironment !== null) return inEnvironment;
  if (ask.env('AWS_WEB_IDENTITY_TOKEN_FILE')) return await withWebIdentity(wish, ask);
  const profile = ask.env('AWS_PROFILE') ?? '';
  if (profile !== '') return await fromProfile(wish.who, profile, ask);
  const usual = await keysOf(usualProfile, ask);
  if (usual.kind === 'credentials') return usual;
  return (await fromContainer(wish.who, ask)) ?? (await fromInstance(wish.who, ask));
}

function fromEnvironment(ask: Ask): AwsCredentials | null {
  const accessKeyId = ask.env('AWS_ACCESS_KEY_ID') ?? '';
  const secretAccessKey = ask.env('AWS_SECRET_ACCESS_KEY') ?? '';
  if (accessKeyId === '' || secretAccessKey === '') return null;
  const sessionToken = ask.env('AWS_SESSION_TOKEN') || null;
  return { kind: 'credentials', accessKeyId, secretAccessKey, sessionToken, expiresAt: null };
}
