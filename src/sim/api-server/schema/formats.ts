import { isIP } from 'node:net';
import { parseDuration } from '../../../api/duration.ts';

type Format = (text: string) => boolean;

/**
 * The formats of text that the API server checks; others are only words to it.
 * Source: https://pkg.go.dev/k8s.io/apiextensions-apiserver/pkg/apiserver/validation (supportedVersionedFormats)
 */
const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['date-time', isDateTime],
  ['datetime', isDateTime],
  ['date', (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDateTime(`${text}T00:00:00Z`)],
  ['byte', (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)],
  ['uuid', (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text)],
  ['ipv4', (text) => isIP(text) === 4],
  ['ipv6', (text) => isIP(text) === 6],
  ['cidr', isCidr],
  ['mac', (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text)],
  ['hostname', isHostname],
  ['email', (text) => /^[^\s@]+@[^\s@]+$/.test(text)],
  ['uri', (text) => !/\s/.test(text) && (text.startsWith('/') || URL.canParse(text))],
  ['duration', (text) => parseDuration(text) !== null],
]);

/** Claims that a text has the format, or that the format is none that is checked. */
export function hasFormat(text: string, format: string): boolean {
  return formats.get(format)?.(text) ?? true;
}

const moment = /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function isDateTime(text: string): boolean {
  const day = moment.exec(text)?.[1];
  if (day === undefined) return false;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}

function isHostname(text: string): boolean {
  return (
    text.length <= 255 &&
    text.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
  );
}
