import type {
  AlbRouting,
  AlbStickiness,
  AmbassadorRouting,
  ApisixRoute,
  ApisixRouting,
  AppMeshRouting,
  AppMeshVirtualNodeGroup,
  AppMeshVirtualNodeRef,
  AppMeshVirtualService,
  IstioDestinationRule,
  IstioRouting,
  IstioTcpRoute,
  IstioTlsRoute,
  IstioVirtualService,
  ManagedRoute,
  NginxRouting,
  SmiRouting,
  TraefikRouting,
  TrafficRouting,
} from '../traffic.ts';
import { flag, int32, int64, json, listOf, mapOf, object, stringMap, text } from './build.ts';

/** Schema of `NginxRouting`. */
export const nginxRouting = object<NginxRouting>('NginxRouting', {
  annotationPrefix: text.optional(),
  stableIngress: text.optional(),
  stableIngresses: listOf(text).optional(),
  additionalIngressAnnotations: stringMap.optional(),
  canaryIngressAnnotations: stringMap.optional(),
});

/** Schema of `AlbRouting`. */
export const albRouting = object<AlbRouting>('AlbRouting', {
  ingress: text.optional(),
  ingresses: listOf(text).optional(),
  servicePort: int32(),
  rootService: text.optional(),
  annotationPrefix: text.optional(),
  stickinessConfig: object<AlbStickiness>('AlbStickiness', {
    enabled: flag,
    durationSeconds: int64(),
  }).optional(),
});

const istioVirtualService = object<IstioVirtualService>('IstioVirtualService', {
  name: text,
  routes: listOf(text).optional(),
  tlsRoutes: listOf(
    object<IstioTlsRoute>('IstioTlsRoute', { port: int64().optional(), sniHosts: listOf(text).optional() }),
  ).optional(),
  tcpRoutes: listOf(object<IstioTcpRoute>('IstioTcpRoute', { port: int64().optional() })).optional(),
});

/** Schema of `IstioRouting`. */
export const istioRouting = object<IstioRouting>('IstioRouting', {
  virtualService: istioVirtualService.optional(),
  virtualServices: listOf(istioVirtualService).optional(),
  destinationRule: object<IstioDestinationRule>('IstioDestinationRule', {
    name: text,
    canarySubsetName: text,
    stableSubsetName: text,
    additionalSubsetNames: listOf(text).optional(),
  }).optional(),
});

/** Schema of `SmiRouting`. */
export const smiRouting = object<SmiRouting>('SmiRouting', {
  rootService: text.optional(),
  trafficSplitName: text.optional(),
});

/** Schema of `AmbassadorRouting`. */
export const ambassadorRouting = object<AmbassadorRouting>('AmbassadorRouting', {
  mappings: listOf(text).optional(),
});

/** Schema of `TraefikRouting`. */
export const traefikRouting = object<TraefikRouting>('TraefikRouting', { weightedTraefikServiceName: text });

/** Schema of `ApisixRouting`. */
export const apisixRouting = object<ApisixRouting>('ApisixRouting', {
  route: object<ApisixRoute>('ApisixRoute', { name: text, rules: listOf(text).optional() }).optional(),
});

const virtualNodeRef = object<AppMeshVirtualNodeRef>('AppMeshVirtualNodeRef', { name: text });

/** Schema of `AppMeshRouting`. */
export const appMeshRouting = object<AppMeshRouting>('AppMeshRouting', {
  virtualService: object<AppMeshVirtualService>('AppMeshVirtualService', {
    name: text,
    routes: listOf(text).optional(),
  }).optional(),
  virtualNodeGroup: object<AppMeshVirtualNodeGroup>('AppMeshVirtualNodeGroup', {
    canaryVirtualNodeRef: virtualNodeRef,
    stableVirtualNodeRef: virtualNodeRef,
  }).optional(),
});

/** Schema of `TrafficRouting`. */
export const trafficRouting = object<TrafficRouting>('TrafficRouting', {
  nginx: nginxRouting.optional(),
  alb: albRouting.optional(),
  istio: istioRouting.optional(),
  smi: smiRouting.optional(),
  ambassador: ambassadorRouting.optional(),
  traefik: traefikRouting.optional(),
  apisix: apisixRouting.optional(),
  appMesh: appMeshRouting.optional(),
  plugins: mapOf(json).optional(),
  managedRoutes: listOf(object<ManagedRoute>('ManagedRoute', { name: text })).optional(),
  maxTrafficWeight: int32().optional(),
});
