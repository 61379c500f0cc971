import type { DatadogSecretRef } from '../api/providers.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { readKeys } from './credentials.ts';
import type { Ask, SecretRef } from './provider.ts';

/** The two keys of Datadog, and the site that they are for. */
export interface Credentials {
  readonly kind: 'credentials';
  readonly address: string;
  readonly apiKey: string;
  readonly appKey: string;
}

const defaultSecret = 'datadog';
const defaultAddress = 'https://api.datadoghq.com';

/**
 * Finds the credentials. With a name they are in that Secret, of the run's namespace or of the controller's;
 * without one they are in the environment, where all three variables are set, or in the Secret `datadog` of
 * the controller's namespace.
 */
export async function credentialsOf(
  secretRef: DatadogSecretRef,
  ask: Ask,
): Promise<Credentials | ErrorReading> {
  const { name = '', namespaced = false } = secretRef;
  if (namespaced && name === '') return refuse('secret name is required for namespaced credentials');
  if (name !== '') return await inSecret({ namespace: namespaced ? null : ask.home, name }, ask);
  return inEnvironment(ask) ?? (await inSecret({ namespace: ask.home, name: defaultSecret }, ask));
}

function inEnvironment(ask: Ask): Credentials | null {
  const [address, apiKey, appKey] = ['DD_ADDRESS', 'DD_API_KEY', 'DD_APP_KEY'].map((name) => ask.env(name));
  if (address === undefined || !apiKey || !appKey) return null;
  return { kind: 'credentials', address: address || defaultAddress, apiKey, appKey };
}

async function inSecret(
  secret: Pick<SecretRef, 'namespace' | 'name'>,
  ask: Ask,
): Promise<Credentials | ErrorReading> {
  const keys = { address: 'public', 'api-key': 'hidden', 'app-key': 'hidden' } as const;
  const found = await readKeys('datadog', secret, keys, ask);
  if (found.kind === 'error') return found;
  const { address, 'api-key': apiKey, 'app-key': appKey } = found.values;
  if (apiKey === '' || appKey === '') {
    const place = secret.namespace === null ? secret.name : `${secret.namespace}/${secret.name}`;
    return refuse(`api-key or app-key not found in Secret ${place}`);
  }
  return { kind: 'credentials', address: address || defaultAddress, apiKey, appKey };
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `datadog: ${reason}`, retryable: false };
}
