import { LABEL } from '../../../api/keys.ts';
import type { Manifest } from '../../../api/meta.ts';
import type { Rollout } from '../../../api/rollout.ts';

/** The two versions of a release, as metrics may know them. Empty texts stand for what is not known. */
export interface ReleaseSides {
  readonly namespace: string;
  readonly rollout: string;
  readonly canary: VersionSide;
  readonly stable: VersionSide;
  /** Keys of `trafficRouting`, plugins by their names. */
  readonly routers: readonly string[];
  /** The canary's part of the traffic in percent; null where no router splits it. */
  readonly weightPercent: number | null;
}

/** One version of a release. */
export interface VersionSide {
  readonly hash: string;
  readonly service: string;
}

/** What the Rollout of a run says of the two versions that are compared. */
export function sidesOf(rollout: Rollout, run: Pick<Manifest, 'metadata'>): ReleaseSides {
  const { status, spec } = rollout;
  const { canary } = spec?.strategy ?? {};
  const services = servicesOf(rollout);
  const { plugins = {}, managedRoutes: _, maxTrafficWeight = 100, ...named } = canary?.trafficRouting ?? {};
  const weight = status?.canary?.weights?.canary?.weight;
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
    weightPercent: weight === undefined ? null : (100 * weight) / maxTrafficWeight,
  };
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
