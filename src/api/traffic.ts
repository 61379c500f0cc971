import type { Json, StringMap } from './meta.ts';

/**
 * `spec.strategy.canary.trafficRouting`: who splits traffic by weight. Several routers may be set at once.
 */
export interface TrafficRouting {
  readonly nginx?: NginxRouting;
  readonly alb?: AlbRouting;
  readonly istio?: IstioRouting;
  readonly smi?: SmiRouting;
  readonly ambassador?: AmbassadorRouting;
  readonly traefik?: TraefikRouting;
  readonly apisix?: ApisixRouting;
  readonly appMesh?: AppMeshRouting;
  /**
   * Routers outside this list, by name, e.g. `argoproj-labs/gatewayAPI`. The value is the plugin's own
   * configuration.
   */
  readonly plugins?: Readonly<Record<string, Json>>;
  /** Routes that `setHeaderRoute` and `setMirrorRoute` may create. The order is their precedence. */
  readonly managedRoutes?: readonly ManagedRoute[];
  /** What weights are fractions of. Default 100. NGINX and plugins only. */
  readonly maxTrafficWeight?: number;
}

/** A route that the controller may create and delete. */
export interface ManagedRoute {
  readonly name: string;
}

/** Routing by the NGINX ingress controller: a second Ingress, marked as canary, carries the weight. */
export interface NginxRouting {
  /** Default `nginx.ingress.kubernetes.io`. */
  readonly annotationPrefix?: string;
  /** The Ingress that sends traffic to `stableService`. Either this or `stableIngresses`. */
  readonly stableIngress?: string;
  /** Several such Ingresses. */
  readonly stableIngresses?: readonly string[];
  /** Added to the canary Ingress; the keys get `annotationPrefix` and a slash in front. */
  readonly additionalIngressAnnotations?: StringMap;
  /** Added to the canary Ingress as they are. They win over all others. */
  readonly canaryIngressAnnotations?: StringMap;
}

/** Routing by the AWS load balancer controller: an action annotation on the Ingress carries the weights. */
export interface AlbRouting {
  /** Either this or `ingresses`. */
  readonly ingress?: string;
  readonly ingresses?: readonly string[];
  /** Port of the Services, 1 to 65535. */
  readonly servicePort: number;
  /** The Service that the Ingress names. Default `stableService`. */
  readonly rootService?: string;
  /** Default `alb.ingress.kubernetes.io`. */
  readonly annotationPrefix?: string;
  readonly stickinessConfig?: AlbStickiness;
}

/** Keeps a client on the target group that it was sent to first. */
export interface AlbStickiness {
  readonly enabled: boolean;
  /** 1 to 604800 (seven days). */
  readonly durationSeconds: number;
}

/** Routing by Istio: weights in VirtualServices, by host or by subset of a DestinationRule. */
export interface IstioRouting {
  /** Either this or `virtualServices`. */
  readonly virtualService?: IstioVirtualService;
  readonly virtualServices?: readonly IstioVirtualService[];
  /** Set for routing by subset; then no canary and stable Services are needed. */
  readonly destinationRule?: IstioDestinationRule;
}

/** A VirtualService and the routes in it to write. */
export interface IstioVirtualService {
  /** `name`, or `name.namespace` for one in another namespace. */
  readonly name: string;
  /** Names of HTTP routes. May be left out if there is just one. */
  readonly routes?: readonly string[];
  readonly tlsRoutes?: readonly IstioTlsRoute[];
  readonly tcpRoutes?: readonly IstioTcpRoute[];
}

/** Finds a TLS route. */
export interface IstioTlsRoute {
  readonly port?: number;
  readonly sniHosts?: readonly string[];
}

/** Finds a TCP route. */
export interface IstioTcpRoute {
  readonly port?: number;
}

/** A DestinationRule and the names of its two subsets. */
export interface IstioDestinationRule {
  readonly name: string;
  readonly canarySubsetName: string;
  readonly stableSubsetName: string;
  /** Subsets that are left alone. */
  readonly additionalSubsetNames?: readonly string[];
}

/** Routing by a TrafficSplit of the Service Mesh Interface. */
export interface SmiRouting {
  /** The Service that clients call. Default `stableService`. */
  readonly rootService?: string;
  /** Default: the Rollout's name. */
  readonly trafficSplitName?: string;
}

/** Routing by Ambassador (Emissary): a second Mapping carries the weight. */
export interface AmbassadorRouting {
  /** Names of the Mappings of the stable Service. */
  readonly mappings?: readonly string[];
}

/** Routing by a weighted TraefikService. */
export interface TraefikRouting {
  readonly weightedTraefikServiceName: string;
}

/** Routing by APISIX: weights in the rules of an ApisixRoute. */
export interface ApisixRouting {
  readonly route?: ApisixRoute;
}

/** An ApisixRoute and the rules in it to write. */
export interface ApisixRoute {
  readonly name: string;
  readonly rules?: readonly string[];
}

/** Routing by AWS App Mesh: weights in the routes of a VirtualRouter. */
export interface AppMeshRouting {
  readonly virtualService?: AppMeshVirtualService;
  readonly virtualNodeGroup?: AppMeshVirtualNodeGroup;
}

/** A VirtualService and the routes of its router to write. */
export interface AppMeshVirtualService {
  readonly name: string;
  /** May be left out if there is just one. */
  readonly routes?: readonly string[];
}

/** The two VirtualNodes that share the traffic. */
export interface AppMeshVirtualNodeGroup {
  readonly canaryVirtualNodeRef: AppMeshVirtualNodeRef;
  readonly stableVirtualNodeRef: AppMeshVirtualNodeRef;
}

/** Names a VirtualNode. */
export interface AppMeshVirtualNodeRef {
  readonly name: string;
}
