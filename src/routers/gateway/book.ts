import * as z from 'zod';
import type { Manifest } from '../../api/meta.ts';
import type { Routes, RouteTarget } from '../../core/routes.ts';
import { fieldsOf, withField } from '../fields.ts';
import { rolloutKey, withAnnotation } from './mark.ts';

/**
 * JSON: the Rollouts that have header or mirror routes in this route, by `namespace/name`, each with those
 * routes.
 */
const ANNOTATION = 'sluice.dev/gatewayapi-routes';

const text = z.string().exactOptional();
const match = z.strictObject({ exact: text, prefix: text, regex: text });
const headerRoute = z.strictObject({
  name: z.string(),
  match: z.array(z.strictObject({ headerName: z.string(), headerValue: match })),
});
const mirrorRoute = z.strictObject({
  name: z.string(),
  percentage: z.number(),
  match: z.array(
    z.strictObject({
      method: match.exactOptional(),
      path: match.exactOptional(),
      headers: z.record(z.string(), match).exactOptional(),
    }),
  ),
});
const entry = z.strictObject({ headers: z.array(headerRoute), mirrors: z.array(mirrorRoute) });

/** What rules alone cannot tell: the header and mirror routes that were asked for. */
export type Booked = Pick<Routes, 'headers' | 'mirrors'>;

const NOTHING: Booked = { headers: [], mirrors: [] };

/** The Rollout's routes in the route's book. Nothing where there is no book, or one that cannot be read. */
export function bookedIn(route: Manifest, target: RouteTarget): Booked {
  const parsed = entry.safeParse(entriesIn(route)[rolloutKey(target)]);
  return parsed.success ? parsed.data : NOTHING;
}

/** The route with these routes of the Rollout in its book. An empty book is removed. */
export function withBooked(route: Manifest, { headers, mirrors }: Booked, target: RouteTarget): Manifest {
  const isEmpty = headers.length === 0 && mirrors.length === 0;
  const entries = withField(entriesIn(route), rolloutKey(target), isEmpty ? undefined : { headers, mirrors });
  const keys = Object.keys(entries).sort();
  if (keys.length === 0) return withAnnotation(route, ANNOTATION, undefined);
  const sorted = Object.fromEntries(keys.map((key) => [key, entries[key]]));
  return withAnnotation(route, ANNOTATION, JSON.stringify(sorted));
}

function entriesIn(route: Manifest): Readonly<Record<string, unknown>> {
  const book = route.metadata.annotations?.[ANNOTATION];
  if (book === undefined) return {};
  try {
    return fieldsOf(JSON.parse(book));
  } catch {
    // Somebody wrote into it: begin a new one.
    return {};
  }
}
