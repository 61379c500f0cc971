import type { Issue } from '../meta.ts';
import { invalid, required } from './issue.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** A name of at most 63 characters, as containers, volumes and Services have. Source: RFC 1123. */
export function dnsLabel(path: string, name: string | undefined): readonly Issue[] {
  if (name === undefined || name === '') return [required(path)];
  if (name.length > 63) return [invalid(path, name, 'must be no more than 63 characters')];
  if (LABEL.test(name)) return [];
  const rule = 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-"';
  return [invalid(path, name, `${rule}, and must start and end with an alphanumeric character`)];
}

/** A name of at most 253 characters with dots, as most objects have. Source: RFC 1123. */
export function dnsSubdomain(path: string, name: string): readonly Issue[] {
  if (name.length > 253) return [invalid(path, name, 'must be no more than 253 characters')];
  if (SUBDOMAIN.test(name)) return [];
  const rule =
    'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or "."';
  return [invalid(path, name, `${rule}, and must start and end with an alphanumeric character`)];
}

/** A key of a label or an annotation: `name` or `example.com/name`. */
export function qualifiedName(path: string, key: string): readonly Issue[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const isValid =
    parts.length <= 2 &&
    name.length <= 63 &&
    NAME_PART.test(name) &&
    (prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix)));
  if (isValid) return [];
  const rule = 'a key must be a name of at most 63 letters, digits, "-", "_" and "."';
  return [invalid(path, key, `${rule}, with an optional DNS subdomain and "/" in front`)];
}

/** Keys and values of labels. */
export function labelsIssues(path: string, labels: unknown): readonly Issue[] {
  return entries(labels).flatMap(([key, value]) => {
    const rule = 'a label value must be empty or at most 63 letters, digits, "-", "_" and "."';
    const isValid = value === '' || (value.length <= 63 && NAME_PART.test(value));
    return [...qualifiedName(path, key), ...(isValid ? [] : [invalid(path, value, rule)])];
  });
}

/** Keys of annotations. Their values may be anything. */
export function annotationsIssues(path: string, annotations: unknown): readonly Issue[] {
  return entries(annotations).flatMap(([key]) => qualifiedName(path, key.toLowerCase()));
}

function entries(map: unknown): readonly (readonly [string, string])[] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).map(([key, value]) => [key, String(value)]);
}
