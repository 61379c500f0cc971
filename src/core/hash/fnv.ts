/**
 * The sum of 32-bit FNV-1a over the UTF-8 bytes of `text`, going on from `from` (a former sum) if it is
 * given. The text must not hold halves of surrogate pairs. Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string, from: number = emptySum): number {
  let sum = from;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      sum = mix(sum, unit);
    } else if (unit < 0x800) {
      sum = mix(mix(sum, 0xc0 | (unit >> 6)), 0x80 | (unit & 0x3f));
    } else if (unit < 0xd800 || unit > 0xdfff) {
      sum = mix(mix(mix(sum, 0xe0 | (unit >> 12)), 0x80 | ((unit >> 6) & 0x3f)), 0x80 | (unit & 0x3f));
    } else {
      index += 1;
      sum = mixFour(sum, 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(index) & 0x3ff));
    }
  }
  return sum >>> 0;
}

/** Goes on with a 32-bit number, lowest byte first, and four zero bytes. */
export function fnv1aNumber(number: number, from: number): number {
  let sum = from;
  for (const shift of [0, 8, 16, 24]) sum = mix(sum, (number >>> shift) & 0xff);
  for (let zeros = 0; zeros < 4; zeros += 1) sum = mix(sum, 0);
  return sum >>> 0;
}

/**
 * A sum as Kubernetes puts it into names: its decimal digits, each replaced by a letter or digit that cannot
 * form a bad word. Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/util/rand#SafeEncodeString
 */
export function safeName(sum: number): string {
  let name = '';
  for (const digit of String(sum)) name += alphabet.charAt(digit.charCodeAt(0) % alphabet.length);
  return name;
}

const emptySum = 0x811c9dc5;
const prime = 0x01000193;
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function mix(sum: number, byte: number): number {
  return Math.imul(sum ^ byte, prime);
}

function mixFour(sum: number, point: number): number {
  const high = mix(mix(sum, 0xf0 | (point >> 18)), 0x80 | ((point >> 12) & 0x3f));
  return mix(mix(high, 0x80 | ((point >> 6) & 0x3f)), 0x80 | (point & 0x3f));
}
