/**
 * A number without an exponent, as Go's format `f` prints it: as many digits as are needed to read it back.
 */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [digits = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  if (shift === 0) return `${sign}${digits}`;
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
}

/**
 * A sample as the HTTP API prints it: with an exponent below 1e-6 and from 1e21 on, of at least two digits.
 */
export function sampleText(value: number): string {
  if (!Number.isFinite(value)) return goFloat(value);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
