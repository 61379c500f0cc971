import * as z from 'zod';
import type { Manifest } from '../../api/meta.ts';
import type { AdditionalRoute, Routes, RouteTarget } from '../../core/routes.ts';
import { fieldsOf, withField } from '../fields.ts';
import type { GatewayConfig, NamedRoute } from './config.ts';
import { rolloutKey, withAnnotation } from './mark.ts';

/**
 * JSON: the Rollouts that are in the middle of a release in this route, by `namespace/name`, each with what
 * it has made here.
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
const session = z.strictObject({ cookie: z.string(), value: z.string() });
const additional = z.strictObject({ service: z.string(), port: z.number(), weight: z.number() });
const split = z.strictObject({
  stable: z.string(),
  canary: z.string(),
  maxWeight: z.number(),
  rule: text,
  disableInProgressLabel: z.boolean().exactOptional(),
  inProgressLabelKey: text,
  inProgressLabelValue: text,
  activeRolloutsAnnotationKey: text,
});
const entry = z.strictObject({
  split: split.exactOptional(),
  headers: z.array(headerRoute),
  mirrors: z.array(mirrorRoute),
  session: session.exactOptional(),
  additional: z.array(additional).exactOptional(),
});

/** What rules alone cannot tell: the header and mirror routes, the session and the experiments. */
export type Booked = Pick<Routes, 'headers' | 'mirrors' | 'session'> & {
  readonly additional: readonly AdditionalRoute[];
};

/** What is needed to take all of it out again when nobody else can tell any more: how it came in. */
export type BookedSplit = z.infer<typeof split>;

const NOTHING: Booked = { headers: [], mirrors: [], session: null, additional: [] };

/** The Rollout's routes in the route's book. Nothing where there is no book, or one that cannot be read. */
export function bookedIn(route: Manifest, target: RouteTarget): Booked {
  const parsed = entry.safeParse(entriesIn(route)[rolloutKey(target)]);
  if (!parsed.success) return NOTHING;
  const { headers, mirrors, session: kept = null, additional: shares = [] } = parsed.data;
  return { headers, mirrors, session: kept, additional: shares };
}

/** How the Rollouts in the route's book split its traffic, by `namespace/name`. */
export function splitsIn(route: Manifest): ReadonlyMap<string, BookedSplit> {
  const splits = Object.entries(entriesIn(route)).flatMap(([key, value]): [string, BookedSplit][] => {
    const parsed = entry.safeParse(value);
    return parsed.success && parsed.data.split !== undefined ? [[key, parsed.data.split]] : [];
  });
  return new Map(splits);
}

/**
 * The route with these routes of the Rollout in its book, for as long as it splits traffic (null: it does
 * not). An empty book is removed.
 */
export function withBooked(
  route: Manifest,
  booked: Booked & { readonly split: BookedSplit | null },
  target: RouteTarget,
): Manifest {
  const { split: how, headers, mirrors, session: kept, additional: shares } = booked;
  const more = { ...(kept && { session: kept }), ...(shares.length > 0 && { additional: shares }) };
  const page = how && { split: how, headers, mirrors, ...more };
  const entries = withField(entriesIn(route), rolloutKey(target), page === null ? undefined : inOrder(page));
  const keys = Object.keys(entries).sort();
  if (keys.length === 0) return withAnnotation(route, ANNOTATION, undefined);
  const sorted = Object.fromEntries(keys.map((key) => [key, entries[key]]));
  return withAnnotation(route, ANNOTATION, JSON.stringify(sorted));
}

/** With fields in the order in which they are read, so that the same routes are always the same text. */
function inOrder(page: object): unknown {
  const parsed = entry.safeParse(page);
  return parsed.success ? parsed.data : page;
}

/** How a route is split for this target, as the book keeps it. */
export function splitOf({ ruleName }: NamedRoute, config: GatewayConfig, target: RouteTarget): BookedSplit {
  const { disableInProgressLabel, inProgressLabelKey, inProgressLabelValue } = config;
  const { activeRolloutsAnnotationKey } = config;
  return {
    stable: target.stableService,
    canary: target.canaryService,
    maxWeight: target.maxWeight,
    ...(ruleName !== undefined && { rule: ruleName }),
    ...(disableInProgressLabel !== undefined && { disableInProgressLabel }),
    ...(inProgressLabelKey !== undefined && { inProgressLabelKey }),
    ...(inProgressLabelValue !== undefined && { inProgressLabelValue }),
    ...(activeRolloutsAnnotationKey !== undefined && { activeRolloutsAnnotationKey }),
  };
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
