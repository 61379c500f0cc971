import * as z from 'zod';

const route = z.strictObject({
  name: z.string().min(1),
  /** Whether header routes are made in this route, too. */
  useHeaderRoutes: z.boolean().exactOptional(),
  /** Only the rule of this name is written. Default: every rule that holds both Services. */
  ruleName: z.string().exactOptional(),
});
const named = z.string().exactOptional();
const several = z.array(route).exactOptional();
/** Known to the plugin. Checked field by field, so that it shows beside other mistakes. */
const later = z
  .unknown()
  .optional()
  .refine((value) => value === undefined || value === '', {
    error: 'not supported yet: routes other than HTTPRoutes and GRPCRoutes that are named one by one',
  });

/** As users of the plugin `argoproj-labs/gatewayAPI` write it. */
const fields = z.strictObject({
  httpRoute: named,
  httpRouteRuleName: named,
  httpRoutes: several,
  grpcRoute: named,
  grpcRouteRuleName: named,
  grpcRoutes: several,
  /** Of all routes. Default: the Rollout's. */
  namespace: named,
  /** Accepted, without effect: the plugin kept its book there; ours is in the routes. */
  configMap: named,
  disableInProgressLabel: z.boolean().exactOptional(),
  inProgressLabelKey: named,
  inProgressLabelValue: named,
  activeRolloutsAnnotationKey: named,
  tcpRoute: later,
  tcpRouteRuleName: later,
  tcpRoutes: later,
  tlsRoute: later,
  tlsRouteRuleName: later,
  tlsRoutes: later,
  httpRouteSelector: later,
  grpcRouteSelector: later,
  tcpRouteSelector: later,
  tlsRouteSelector: later,
});

/** Fields that name routes which are not supported yet. */
const LATER = [
  'tcpRoute',
  'tcpRoutes',
  'tlsRoute',
  'tlsRoutes',
  'httpRouteSelector',
  'grpcRouteSelector',
  'tcpRouteSelector',
  'tlsRouteSelector',
] as const;

/** `trafficRouting.plugins["argoproj-labs/gatewayAPI"]`. */
export type GatewayConfig = z.infer<typeof fields>;

/**
 * Checks the configuration: shape, unknown fields, what is not supported yet, and that each route is named
 * once.
 */
export const gatewaySchema: z.ZodType<GatewayConfig> = z.preprocess(
  inOurCase,
  fields.superRefine((config, context) => {
    for (const issue of configIssues(config)) context.addIssue({ code: 'custom', ...issue });
  }),
);

/** The kinds of routes that are written. Both have rules with weighted `backendRefs`. */
export type RouteKind = 'HTTPRoute' | 'GRPCRoute';

/** One route that the configuration names. */
export interface NamedRoute {
  readonly kind: RouteKind;
  readonly name: string;
  /** Where it is named, from the configuration on. */
  readonly path: string;
  readonly useHeaderRoutes: boolean;
  readonly ruleName: string | undefined;
}

/**
 * The routes that the configuration names: the lists first, then the single ones, which always take header
 * routes.
 */
export function routesIn(config: GatewayConfig): readonly NamedRoute[] {
  return [
    ...listed('HTTPRoute', 'httpRoutes', config.httpRoutes),
    ...single('HTTPRoute', 'httpRoute', config.httpRoute, config.httpRouteRuleName),
    ...listed('GRPCRoute', 'grpcRoutes', config.grpcRoutes),
    ...single('GRPCRoute', 'grpcRoute', config.grpcRoute, config.grpcRouteRuleName),
  ];
}

function configIssues(
  config: GatewayConfig,
): readonly { readonly message: string; readonly path: string[] }[] {
  const routes = routesIn(config);
  const isOther = LATER.some((key) => config[key] !== undefined);
  if (routes.length === 0 && !isOther) {
    return [{ path: [], message: 'names no route: set httpRoute, httpRoutes, grpcRoute or grpcRoutes' }];
  }
  const twice = routes.filter((one, i) =>
    routes.slice(0, i).some((other) => other.kind === one.kind && other.name === one.name),
  );
  return twice.map(({ kind, name }) => ({ path: [], message: `names the ${kind} "${name}" twice` }));
}

/** The plugin passes over null, and does not mind the case of letters: some users write `httproute`. */
function inOurCase(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const ours = new Map(Object.keys(fields.shape).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [ours.get(key.toLowerCase()) ?? key, value]),
  );
}

function listed(kind: RouteKind, field: string, routes: GatewayConfig['httpRoutes']): readonly NamedRoute[] {
  return (routes ?? []).map(({ name, useHeaderRoutes = false, ruleName }, i) => ({
    kind,
    name,
    path: `${field}[${i}]`,
    useHeaderRoutes,
    ruleName: ruleName || undefined,
  }));
}

function single(
  kind: RouteKind,
  field: string,
  name: string | undefined,
  ruleName: string | undefined,
): readonly NamedRoute[] {
  if (name === undefined || name === '') return [];
  return [{ kind, name, path: field, useHeaderRoutes: true, ruleName: ruleName || undefined }];
}
