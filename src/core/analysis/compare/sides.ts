import { LABEL } from '../../../api/keys.ts';
import type { Manifest } from '../../../api/meta.ts';
import type { Rollout, TrafficWeights } from '../../../api/rollout.ts';

/** The two versions of a release, as metrics may know them. Empty texts stand for what is not known. */
export interface ReleaseSides {
  readonly namespace: string;
  readonly rollout: string;
  readonly canary: VersionSide;
  readonly stable: VersionSide;
  /** Keys of `trafficRouting`, plugins by their names. */
  readonly routers: readonly string[];
  /**
   * The canary's part of what goes to it and to the stable version, in percent; null where no router splits
   * the traffic.
   */
  readonly weightPercent: number | null;
  /** What is routed beside the stable version; null, or absent, where no router splits the traffic. */
  readonly routed?: RoutedSides | null;
  /** Why there cannot be a fresh copy of the stable version; null, or absent: nothing is in the way. */
  readonly obstacle?: string | null;
}

/** Weights in one unit: to the canary, and to Services of experiments. */
export interface RoutedSides {
  readonly canary: number;
  readonly experiments: readonly { readonly service: string; readonly weight: number }[];
}

/** One version of a release. */
export interface VersionSide {
  readonly hash: string;
  readonly service: string;
}

/** Nothing is said of the versions: the run has no Rollout, and is in this namespace. */
export function unnamedSides(namespace: string): ReleaseSides {
  const side = { hash: '', service: '' };
  return { namespace, rollout: '', canary: side, stable: side, routers: [], ...NOT_ROUTED };
}

/** What the Rollout of a run says of the two versions that are compared. */
export function sidesOf(rollout: Rollout, run: Pick<Manifest, 'metadata'>): ReleaseSides {
  const { status, spec } = rollout;
  const { canary } = spec?.strategy ?? {};
  const services = servicesOf(rollout);
  const { plugins = {}, managedRoutes: _, maxTrafficWeight: __, ...named } = canary?.trafficRouting ?? {};
  return {
    namespace: rollout.metadata.namespace ?? '',
    rollout: rollout.metadata.name,
    // The run is about the version that it was made for, whatever has come since.
    canary: {
      hash: run.metadata.labels?.[LABEL.podTemplateHash] ?? status?.currentPodHash ?? '',
      service: services.canary,
    },
    stable: { hash: status?.stableRS ?? '', service: services.stable },
    routers: [...Object.keys(named), ...Object.keys(plugins)],
    ...(canary?.trafficRouting === undefined ? NOT_ROUTED : weightsOf(status?.canary?.weights)),
  };
}

const NOT_ROUTED = { weightPercent: null, routed: null };

/** What experiments have is taken from the stable version's. */
function weightsOf(weights: Partial<TrafficWeights> = {}): Pick<ReleaseSides, 'weightPercent' | 'routed'> {
  const canary = weights.canary?.weight ?? 0;
  const both = canary + (weights.stable?.weight ?? 0);
  const experiments = (weights.additional ?? []).map(({ serviceName: service = '', weight }) => ({
    service,
    weight,
  }));
  return { weightPercent: both === 0 ? null : (100 * canary) / both, routed: { canary, experiments } };
}

function servicesOf({ spec, status }: Rollout): { readonly canary: string; readonly stable: string } {
  const { canary, blueGreen } = spec?.strategy ?? {};
  if (blueGreen !== undefined)
    return { canary: blueGreen.previewService ?? '', stable: blueGreen.activeService };
  const { pingPong } = canary ?? {};
  if (pingPong === undefined)
    return { canary: canary?.canaryService ?? '', stable: canary?.stableService ?? '' };
  const { pingService: ping, pongService: pong } = pingPong;
  return status?.canary?.stablePingPong === 'pong'
    ? { canary: ping, stable: pong }
    : { canary: pong, stable: ping };
}
