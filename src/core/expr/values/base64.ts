const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard Base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]).join('');
    const missing = Math.max(0, at + 3 - bytes.length);
    parts.push(digits.slice(0, 4 - missing) + '='.repeat(missing));
  }
  return parts.join('');
}

/** Reads standard Base64 with padding; line ends are skipped. Null when it is malformed. */
export function decodeBase64(text: string): Uint8Array | null {
  const clean = text.replace(/[\r\n]/g, '');
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return null;
  const bytes: number[] = [];
  for (let at = 0; at < clean.length; at += 4) {
    const digits = clean.slice(at, at + 4).replace(/=+$/, '');
    let bits = 0;
    for (let index = 0; index < 4; index += 1)
      bits = (bits << 6) | Math.max(0, ALPHABET.indexOf(digits[index] ?? 'A'));
    bytes.push(...[bits >> 16, (bits >> 8) & 255, bits & 255].slice(0, digits.length - 1));
  }
  return Uint8Array.from(bytes);
}
