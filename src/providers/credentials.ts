import type { ErrorReading } from '../core/analysis/reading.ts';
import type { Ask, SecretRef } from './provider.ts';

/** Values of a Secret by key; a key that is not there is empty. Or why the Secret cannot be read. */
export type Keys<Key extends string> =
  | { readonly kind: 'keys'; readonly values: Readonly<Record<Key, string>> }
  | ErrorReading;

/**
 * Reads some keys of one Secret for a provider. Blanks around a value are cut off: a file that ends with a
 * line break is the usual way to make a Secret. The message names the Secret with its namespace.
 */
export async function readKeys<Key extends string>(
  who: string,
  secret: Pick<SecretRef, 'namespace' | 'name'>,
  keys: Readonly<Record<Key, 'hidden' | 'public'>>,
  ask: Ask,
): Promise<Keys<Key>> {
  const values: Partial<Record<Key, string>> = {};
  for (const key of Object.keys(keys) as Key[]) {
    const found = await ask.secret({ ...secret, key, ...(keys[key] === 'public' ? { isPublic: true } : {}) });
    if (found.kind === 'error' && found.code !== 'no-key') {
      const place = secret.namespace === null ? '' : ` in namespace ${secret.namespace}`;
      const message = `${who}: ${found.message}${place}`;
      return { kind: 'error', message, retryable: found.code === 'failed' };
    }
    values[key] = found.kind === 'error' ? '' : found.value.trim();
  }
  return { kind: 'keys', values: values as Record<Key, string> };
}

/** Appends a path to an address that may end with a slash. User and password stay in. */
export function under(address: string, path: string): string {
  const url = URL.parse(address);
  if (url === null) return `${address}${path}`;
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url.href;
}
