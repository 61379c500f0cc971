import type { StringMap } from '../../../api/meta.ts';
import type { HeaderMatch, StringMatch } from '../../../api/steps.ts';
import { type Fields, fieldsOf, textOf } from '../fields.ts';

/** Conditions on headers, all of which must hold, and what else was asked for and is left out. */
export interface Matched {
  readonly headers: readonly HeaderMatch[];
  readonly lost: readonly string[];
}

/** One entry of `analysis.match`. */
export function matchOf(entry: Fields): Matched {
  const { headers, ...others } = entry;
  const found = Object.entries(fieldsOf(headers)).map(([headerName, value]) => ({
    headerName,
    headerValue: stringMatch(fieldsOf(value)),
  }));
  return {
    headers: found.flatMap(({ headerName, headerValue }) =>
      headerValue === null ? [] : [{ headerName, headerValue }],
    ),
    lost: [
      ...found
        .filter(({ headerValue }) => headerValue === null)
        .map(({ headerName }) => `header ${headerName}`),
      ...Object.keys(others),
    ],
  };
}

function stringMatch(value: Fields): StringMatch | null {
  for (const way of ['exact', 'prefix', 'regex'] as const) {
    const text = value[way];
    if (typeof text === 'string') return { [way]: text };
  }
  const { suffix } = value;
  return typeof suffix === 'string' ? { regex: `.*${escaped(suffix)}$` } : null;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The same for ingress-nginx, which knows one header and one cookie: annotations without their prefix. Of a
 * cookie it knows the name only, whose value says `always` or `never`.
 */
export function nginxMatch(entries: readonly Fields[]): {
  readonly annotations: StringMap;
  readonly lost: readonly string[];
} {
  const all = entries.map(matchOf);
  const matches = all.flatMap(({ headers }) => headers);
  const cookies = matches.filter(({ headerName }) => headerName.toLowerCase() === 'cookie');
  const headers = matches.filter((match) => !cookies.includes(match));
  const [cookie, header] = [cookies[0], headers[0]];
  const { exact, regex } = header?.headerValue ?? {};
  const isUsable = header !== undefined && (exact !== undefined || regex !== undefined);
  return {
    annotations: {
      ...(cookie?.headerValue.exact === undefined ? {} : { 'canary-by-cookie': cookie.headerValue.exact }),
      ...(isUsable ? { 'canary-by-header': header.headerName } : {}),
      ...(isUsable && exact !== undefined ? { 'canary-by-header-value': exact } : {}),
      ...(isUsable && exact === undefined && regex !== undefined
        ? { 'canary-by-header-pattern': regex }
        : {}),
    },
    lost: [
      ...all.flatMap(({ lost }) => lost),
      ...headers
        .filter((match) => match !== header || !isUsable)
        .map(({ headerName }) => `header ${headerName}`),
      ...cookies
        .filter((match) => match !== cookie || textOf(match.headerValue.exact) === '')
        .map(() => 'a cookie by pattern'),
    ],
  };
}
