import type { MetricSecretRef } from '../api/metric-plugins.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { readKeys } from './credentials.ts';
import type { Ask } from './provider.ts';

/** Where a metric says that its service and its credentials are. */
export interface Place {
  readonly address?: string;
  readonly secretRef?: MetricSecretRef;
}

/** The address of a service, and what a Secret holds for it; a key that is not there is empty. */
export interface Credentials<Key extends string> {
  readonly kind: 'credentials';
  readonly address: string;
  readonly values: Readonly<Record<Key, string>>;
}

/**
 * Finds address and credentials. Those of the run's namespace go wherever the metric says. Those of the
 * controller's go only where their Secret says: else whoever writes a metric could have them sent to himself.
 */
export async function credentialsIn<Key extends string>(
  who: string,
  { address = '', secretRef }: Place,
  keys: readonly Key[],
  ask: Ask,
): Promise<Credentials<Key> | ErrorReading> {
  const hidden = Object.fromEntries(keys.map((key) => [key, 'hidden'])) as Record<Key, 'hidden'>;
  if (secretRef === undefined) {
    if (address === '') return refuse(who, 'address is not set');
    const values = Object.fromEntries(keys.map((key) => [key, ''])) as Record<Key, string>;
    return { kind: 'credentials', address, values };
  }
  const { name, namespaced = false } = secretRef;
  const namespace = namespaced ? null : ask.home;
  const found = await readKeys(who, { namespace, name }, { ...hidden, address: 'public' }, ask);
  if (found.kind === 'error') return found;
  const { values } = found;
  const known = values['address'];
  const shown = namespace === null ? name : `${namespace}/${name}`;
  if (!namespaced && known === '') return refuse(who, `the Secret ${shown} has no key address`);
  if (!namespaced && address !== '' && address !== known) {
    return refuse(who, `address must be left out: the Secret ${shown} says which service it is for`);
  }
  const wanted = address || known;
  return wanted === '' ? refuse(who, 'address is not set') : { kind: 'credentials', address: wanted, values };
}

/** The value of the `Authorization` header: a token counts before a user. Null where there is neither. */
export function authorizationOf(
  { token, username, password }: Readonly<Record<'token' | 'username' | 'password', string>>,
  scheme: 'Bearer' | 'Api-Token' | 'ApiKey' = 'Bearer',
): string | null {
  if (token !== '') return `${scheme} ${token}`;
  if (username === '' && password === '') return null;
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function refuse(who: string, reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
