const SUFFIXES: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1000n,
  m: 1_000_000n,
  '': 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
  Ki: (10n ** 9n) << 10n,
  Mi: (10n ** 9n) << 20n,
  Gi: (10n ** 9n) << 30n,
  Ti: (10n ** 9n) << 40n,
  Pi: (10n ** 9n) << 50n,
  Ei: (10n ** 9n) << 60n,
};

/**
 * A quantity in units of 1e-9, rounded up, for comparing; null if it is none. `1.5`, `100m`, `2Gi`, `1e3` and
 * plain numbers are quantities. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityNanos(value: unknown): bigint | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const match =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d{1,3})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)$/.exec(
      String(value),
    );
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return null;
  const shift = fraction.length - Number((exponent ?? 'e0').slice(1));
  const size = BigInt(whole + fraction) * (SUFFIXES[suffix] ?? 1n) * 10n ** BigInt(Math.max(0, -shift));
  const scale = 10n ** BigInt(Math.max(0, shift));
  const nanos = (size + scale - 1n) / scale;
  return sign === '-' ? -nanos : nanos;
}
