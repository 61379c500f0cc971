/** The UTF-8 bytes of a text. Go's strings are bytes: indexes into them and slices of them count these. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return Uint8Array.from(bytes);
}

/** The text of UTF-8 bytes. Every byte that is not part of a character becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = sizeOf(bytes, at);
    const code = size === 0 ? 0xfffd : codeAt(bytes, at, size);
    parts.push(String.fromCodePoint(code));
    at += Math.max(1, size);
  }
  return parts.join('');
}

/** Claims that each character of a text is one byte, so that both ways of counting agree. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** How many characters (code points) a text has. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Compares as Go does, by bytes; which is by code point, not by JavaScript's units of 16 bits. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for the highest code points, above all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}

/** The length of the character that begins here; 0 when none does. */
function sizeOf(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let offset = 1; offset < size; offset += 1) {
    if (((bytes[at + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  if (size < 3) return size;
  const code = codeAt(bytes, at, size);
  const lowest = size === 3 ? 0x800 : 0x10000;
  return code < lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : size;
}

function codeAt(bytes: Uint8Array, at: number, size: number): number {
  const lead = bytes[at] ?? 0;
  let code = size === 1 ? lead : lead & (0xff >> (size + 1));
  for (let offset = 1; offset < size; offset += 1) code = (code << 6) | ((bytes[at + offset] ?? 0) & 0x3f);
  return code;
}
