import { LABEL } from '../../api/keys.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { World } from '../world.ts';
import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';

/** The Services of the two sides of a canary; undefined where the spec names none. */
export interface Sides {
  readonly stable: string | undefined;
  readonly canary: string | undefined;
}

/**
 * The Services of the two sides. Ping-pong Services take turns: whose turn it is to be stable is what the
 * status says, ping before it says anything. Total: the spec may be missing.
 */
export function sidesOf(rollout: Rollout): Sides {
  const canary = rollout.spec?.strategy?.canary;
  if (canary?.pingPong === undefined) return { stable: canary?.stableService, canary: canary?.canaryService };
  const { pingService: ping, pongService: pong } = canary.pingPong;
  const isPong = rollout.status?.canary?.stablePingPong === 'pong';
  return isPong ? { stable: pong, canary: ping } : { stable: ping, canary: pong };
}

/**
 * Whose turn it is to be stable after this pass; undefined without ping-pong Services. A promotion turns
 * them. Where the status has lost it, the one that selects the stable version.
 */
export function turnOf(world: World, release: Release, life: Life): 'ping' | 'pong' | undefined {
  const services = release.canarySpec.pingPong;
  if (services === undefined) return undefined;
  const { status } = release;
  const stored = status.canary?.stablePingPong;
  if (stored === undefined) {
    const selects = (name: string) => selectedHash(world, name) === life.stable;
    return life.stable !== null && selects(services.pongService) && !selects(services.pingService)
      ? 'pong'
      : 'ping';
  }
  const isPromotion =
    status.stableRS !== undefined && status.stableRS !== '' && isOther(status.stableRS, life);
  if (!isPromotion) return stored;
  return stored === 'ping' ? 'pong' : 'ping';
}

function isOther(stable: string, life: Life): boolean {
  return life.stable !== null && life.stable !== stable;
}

/**
 * True where this pass turns the ping-pong Services. Routes and Services were read as they stood before, so
 * nothing is done but to write the turn down.
 */
export function isTurning(world: World, release: Release, life: Life): boolean {
  const turn = turnOf(world, release, life);
  return turn !== undefined && turn !== (release.status.canary?.stablePingPong ?? 'ping');
}

/** The hash in a Service's selector; undefined where it has none. */
export function selectedHash(world: World, service: string | undefined): string | undefined {
  return service === undefined ? undefined : world.services[service]?.spec?.selector?.[LABEL.podTemplateHash];
}

/** The revision that the canary's part of the traffic goes to now; null where it is none of ours. */
export function behindCanary(world: World, release: Release): Revision | null {
  const hash = selectedHash(world, sidesOf(release.rollout).canary);
  return release.all.find((revision) => revision.hash === hash) ?? null;
}
