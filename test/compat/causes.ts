import type { Difference } from './difference.ts';
import { asObject, dig, type Json, type JsonObject, show } from './json.ts';
import { fieldsOf } from './milestones.ts';
import type { Seen } from './seen.ts';
import { kindOf, type Version } from './timeline.ts';

/** Something that happened, and whether what ought to come before it had come. */
interface Fact {
  readonly object: string;
  /** What happened and what was asked of the world at that moment. */
  readonly claim: string;
  readonly holds: boolean;
  readonly t: number;
  readonly seen: string;
}

/** The objects as they are when something happens. */
type World = ReadonlyMap<string, JsonObject>;

/**
 * What one object's change needs of another. A claim that the original kept every time must be kept by ours
 * every time; a claim that it broke itself (an abort that takes the pods at once) says nothing.
 */
export function compareCauses(mine: Seen, theirs: Seen): readonly Difference[] {
  const original = Map.groupBy(factsOf(theirs.versions), keyOf);
  const kept = new Set(
    [...original].filter(([, facts]) => facts.every((fact) => fact.holds)).map(([key]) => key),
  );
  const broken = factsOf(mine.versions).filter((fact) => !fact.holds && kept.has(keyOf(fact)));
  return [...Map.groupBy(broken, keyOf).values()].flatMap(([first]): readonly Difference[] => {
    if (first === undefined) return [];
    const before = original.get(keyOf(first))?.[0];
    return [
      {
        rule: 'causes',
        object: first.object,
        field: first.claim,
        original: `always so (${before?.seen ?? ''})`,
        ours: `not so: ${first.seen}`,
        at: { original: before?.t ?? null, ours: first.t },
      },
    ];
  });
}

function keyOf(fact: Fact): string {
  return `${fact.object} ${fact.claim}`;
}

/** The facts of a recording. What the user wrote is nobody's decision and leaves none. */
function factsOf(versions: readonly Version[]): readonly Fact[] {
  const world = new Map<string, JsonObject>();
  const facts: Fact[] = [];
  for (const version of versions) {
    const before = world.get(version.object);
    if (version.state === null) world.delete(version.object);
    else world.set(version.object, version.state);
    const decided = version.by === 'controller' && version.state !== null && version.wobble === null;
    if (decided && version.state !== null)
      facts.push(...factsOfChange(version, before, version.state, world));
  }
  return facts;
}

function factsOfChange(
  { object, t }: Version,
  before: JsonObject | undefined,
  after: JsonObject,
  world: World,
): readonly Fact[] {
  const was = before === undefined ? {} : fieldsOf(object, before);
  const is = fieldsOf(object, after);
  const fact = (claim: string, holds: boolean, seen: string): Fact => ({ object, t, claim, holds, seen });
  switch (kindOf(object)) {
    case 'Service':
      return is['hash'] === was['hash'] ? [] : serviceFacts(is['hash'] ?? null, world, fact);
    case 'ReplicaSet':
      return shrinks(was['replicas'], is['replicas']) ? shrinkFacts(after, world, fact) : [];
    case 'Ingress':
      return Object.entries(is).flatMap(([field, value]) =>
        field.endsWith('/canary-weight') && Number(value) > Number(was[field] ?? 0)
          ? weightFacts(after, world, fact)
          : [],
      );
    case 'Rollout':
      return is['stableRS'] === was['stableRS'] ? [] : stableFacts(is['stableRS'] ?? null, world, fact);
    default:
      return [];
  }
}

type Tell = (claim: string, holds: boolean, seen: string) => Fact;

function shrinks(before: Json | undefined, after: Json | undefined): boolean {
  return typeof before === 'number' && typeof after === 'number' && after < before;
}

/** A Service is switched to a revision: has that one an available pod? */
function serviceFacts(hash: Json, world: World, fact: Tell): readonly Fact[] {
  if (hash === null) return [];
  const pods = availableOf(world, hash);
  return [fact(`switched to ${show(hash)} when it has available pods`, pods > 0, `${pods} available`)];
}

/** A ReplicaSet shrinks: does traffic still go to it? */
function shrinkFacts(set: JsonObject, world: World, fact: Tell): readonly Fact[] {
  const hash = hashOf(set);
  const size = show(dig(set, 'spec', 'replicas'));
  const services = servicesOf(world, hash);
  const weights = canaryWeights(world);
  const heavy = weights.filter(([service, weight]) => services.includes(service) && weight > 0);
  const seen = heavy.map(([service, weight]) => `${service} has weight ${weight}`).join(', ') || 'no weight';
  const facts =
    weights.length > 0 ? [fact('shrinks when its canary weight is 0', heavy.length === 0, seen)] : [];
  if (size !== '0') return facts;
  const label = services.join(', ') || 'no Service';
  return [
    ...facts,
    fact('goes to 0 when no Service selects it', services.length === 0, `selected by ${label}`),
  ];
}

/** A canary weight grows: has its Service an available pod behind it? */
function weightFacts(ingress: JsonObject, world: World, fact: Tell): readonly Fact[] {
  const backends = backendsOf(ingress);
  const hashes = backends.map((service) =>
    dig(world.get(`Service/${service}`), 'spec', 'selector', hashLabel),
  );
  const pods = hashes.map((hash) => availableOf(world, hash ?? null));
  const ready = pods.every((count) => count > 0);
  return [
    fact('canary weight grows when its pods are available', ready, `available behind it: ${pods.join(', ')}`),
  ];
}

/** A revision becomes the stable one: are all of its pods available? */
function stableFacts(hash: Json, world: World, fact: Tell): readonly Fact[] {
  if (hash === null) return [];
  const set = setOf(world, hash);
  const [want, have] = [Number(dig(set, 'spec', 'replicas') ?? 0), availableOf(world, hash)];
  return [
    fact(`${show(hash)} is stable when all its pods are available`, have >= want, `${have} of ${want}`),
  ];
}

const hashLabel = 'rollouts-pod-template-hash';

function setOf(world: World, hash: Json): JsonObject | undefined {
  for (const [object, state] of world) {
    if (kindOf(object) === 'ReplicaSet' && hashOf(state) === hash) return state;
  }
  return undefined;
}

function hashOf(set: JsonObject): Json {
  return dig(set, 'metadata', 'labels', hashLabel) ?? null;
}

function availableOf(world: World, hash: Json): number {
  return Number(dig(setOf(world, hash), 'status', 'availableReplicas') ?? 0);
}

function servicesOf(world: World, hash: Json): readonly string[] {
  return [...world].flatMap(([object, state]) => {
    const selects = kindOf(object) === 'Service' && dig(state, 'spec', 'selector', hashLabel) === hash;
    return selects ? [object.slice('Service/'.length)] : [];
  });
}

/** Service name and weight of each canary Ingress. */
function canaryWeights(world: World): readonly (readonly [service: string, weight: number])[] {
  return [...world].flatMap(([object, state]) => {
    if (kindOf(object) !== 'Ingress') return [];
    const annotations = Object.entries(asObject(dig(state, 'metadata', 'annotations')));
    const weight = annotations.find(([key]) => key.endsWith('/canary-weight'))?.[1];
    if (weight === undefined) return [];
    return backendsOf(state).map((service) => [service, Number(weight)] as const);
  });
}

function backendsOf(ingress: JsonObject): readonly string[] {
  const found = JSON.stringify(ingress['spec'] ?? {}).matchAll(/"service":\{"name":"([^"]+)"/g);
  return [...new Set([...found].map((match) => match[1] ?? ''))];
}
