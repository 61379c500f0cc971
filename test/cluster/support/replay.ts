import type { Application } from './application.ts';
import type { Chronicle, Sighting } from './chronicle.ts';
import { canaryIngress, ingressWeight, routeWeights } from './routing.ts';
import { availableOf, hashOf, selectedHash, sizeOf } from './sizes.ts';

/** How an application stood at some version: available pods and wanted sizes by hash, and who gets traffic. */
interface Standing {
  readonly available: ReadonlyMap<string, number>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly canary: string;
  readonly stable: string;
  readonly weight: number;
}

const NOTHING: Standing = { available: new Map(), sizes: new Map(), canary: '', stable: '', weight: 0 };

/**
 * Goes through everything that was seen of an application, write by write, and says where traffic was sent to
 * a version without pods, or pods were taken from a version with traffic. Nobody else may write its routes.
 */
export function faultsIn(chronicle: Chronicle, app: Application): readonly string[] {
  let now = NOTHING;
  const faults: string[] = [];
  for (const sighting of chronicle.sightings()) {
    const next = after(now, sighting, app);
    for (const fault of judge(now, next)) faults.push(`${app.name} at ${sighting.version}: ${fault}`);
    now = next;
  }
  return faults;
}

function after(now: Standing, sighting: Sighting, app: Application): Standing {
  const { kind, name, type, object } = sighting;
  const isGone = type === 'DELETED';
  if (kind === 'ReplicaSet' && object.metadata.labels?.['app'] === app.name) {
    const hash = hashOf(object);
    const available = new Map(now.available).set(hash, isGone ? 0 : availableOf(object));
    return { ...now, available, sizes: new Map(now.sizes).set(hash, isGone ? 0 : sizeOf(object)) };
  }
  const selected = selectedHash(object) ?? '';
  if (kind === 'Service' && name === `${app.name}-canary`) return { ...now, canary: selected };
  if (kind === 'Service' && name === `${app.name}-stable`) return { ...now, stable: selected };
  if (kind === 'Ingress' && name === canaryIngress(app))
    return { ...now, weight: isGone ? 0 : (ingressWeight(object) ?? 0) };
  // Until a controller has written a route, its backends have no weights.
  if (kind === 'HTTPRoute' && name === app.name && routeWeights(object).join() !== '1,1')
    return { ...now, weight: routeWeights(object)[1] };
  return now;
}

function judge(before: Standing, now: Standing): readonly string[] {
  const { canary, stable, weight } = now;
  const has = (hash: string) => (now.available.get(hash) ?? 0) > 0;
  const isEmptied = (hash: string) => now.sizes.get(hash) === 0 && (before.sizes.get(hash) ?? 0) > 0;
  const moved = canary !== before.canary || weight > before.weight;
  return [
    ...(moved && weight > 0 && !has(canary) ? [`weight ${weight} is sent to ${canary}, without pods`] : []),
    ...(stable !== before.stable && !has(stable) ? [`${stable} became stable, without pods`] : []),
    ...(weight > 0 && isEmptied(canary) ? [`${canary} lost its pods at weight ${weight}`] : []),
    ...(weight < 100 && isEmptied(stable) ? [`${stable} lost its pods while it was stable`] : []),
  ];
}
