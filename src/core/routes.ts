/**
 * What a traffic router routes, in one vocabulary for all routers. Names of routes are unique among headers
 * and mirrors.
 */
export interface Routes {
  /** Share of traffic that goes to the canary Service, 0 to `RouteTarget.maxWeight`; stable gets the rest. */
  readonly canaryWeight: number;
  /** Header routes in force, highest priority first. Empty where the router cannot route by header. */
  readonly headers: readonly HeaderRoute[];
  /** Mirror routes in force. Empty where the router cannot mirror. */
  readonly mirrors: readonly MirrorRoute[];
  /** By its cookie, who has seen the canary stays with it. Null: everybody is drawn each time. */
  readonly session: Session | null;
  /** Shares of experiments, taken from stable's; absent where there are none, never empty. */
  readonly additional?: readonly AdditionalRoute[];
}

/** A share of the traffic for the Service of an experiment. */
export interface AdditionalRoute {
  readonly service: string;
  /** Of the Service. */
  readonly port: number;
  /** With all others and the canary's at most `RouteTarget.maxWeight`. */
  readonly weight: number;
}

/** A cookie that says of a user that he has seen one canary. No other canary sets or takes this value. */
export interface Session {
  /** Its name: letters, digits and `._-`. */
  readonly cookie: string;
  /** Its value: the pod-template hash of the canary. */
  readonly value: string;
}

/** Requests that match all of `match` go to the canary. */
export interface HeaderRoute {
  readonly name: string;
  readonly match: readonly { readonly headerName: string; readonly headerValue: StringMatch }[];
}

/** A percentage of the requests that match is copied to the canary. */
export interface MirrorRoute {
  readonly name: string;
  readonly percentage: number;
  readonly match: readonly {
    readonly method?: StringMatch;
    readonly path?: StringMatch;
    readonly headers?: Readonly<Record<string, StringMatch>>;
  }[];
}

/** Exactly one of the three is set. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** All traffic to stable and nothing managed: what every release begins and ends with. */
export const ALL_STABLE: Routes = { canaryWeight: 0, headers: [], mirrors: [], session: null };

/** Between what and for whom a router routes. */
export interface RouteTarget {
  readonly rollout: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly stableService: string;
  readonly canaryService: string;
  /** The weight that means all traffic; 100 unless `trafficRouting.maxTrafficWeight` says otherwise. */
  readonly maxWeight: number;
  /**
   * Names in `trafficRouting.managedRoutes`, highest priority first: the only routes that may be made and
   * removed.
   */
  readonly managedRoutes: readonly string[];
  /** True where the user wants sessions, so that what stands in their way is an issue. */
  readonly sessions?: boolean;
}

/** What a router's manifests say. */
export interface RouteReading {
  /** Where the manifests disagree with one another, the greatest canary weight among them. */
  readonly routes: Routes;
  /**
   * True where writing `routes` back would change nothing. False where the manifests disagree, were edited by
   * hand, or are yet to be created: then the routes must be written again even if they are the ones that are
   * wanted.
   */
  readonly settled: boolean;
}
