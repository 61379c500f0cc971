import type { StringMap } from '../../api/meta.ts';

/** What stands where a secret was. */
export const MASK = '*****';

/** Hides secrets in texts that others will read. */
export type Mask = (text: string) => string;

/**
 * Hides every one of the secrets, also as it looks in a URL or inside of quotes, with or without the blanks
 * around it. Longer ones go first, so that one that contains another leaves no rest. Blanks alone are no
 * secret: hiding them would leave no text to read.
 */
export function maskOf(secrets: Iterable<string>): Mask {
  const known = [...secrets].filter((secret) => secret.trim() !== '');
  const forms = new Set(known.flatMap((secret) => [...formsOf(secret), ...formsOf(secret.trim())]));
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

/** The values of a map, masked. */
export function maskValues(map: StringMap, mask: Mask): StringMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, mask(value)]));
}

function formsOf(secret: string): readonly string[] {
  // A secret may hold half of a surrogate pair, which cannot be percent-encoded.
  const encoded = encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
  return [secret, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)];
}
