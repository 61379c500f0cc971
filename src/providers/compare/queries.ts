import type { CompareConfig, CompareSide } from '../../api/compare.ts';
import type { JsonObject } from '../../api/meta.ts';
import type { ReleaseSides } from '../../core/analysis/compare/sides.ts';
import { type NamedSide, PRESETS, presetFor } from './presets.ts';

/** One counter of one side, by one selector. Several may stand for the same counter. */
export interface CounterQuery {
  readonly side: 'canary' | 'stable';
  /** `total`, `bad`, `buckets`, or another name of the user's. */
  readonly counter: string;
  readonly query: string;
}

/** What is to be asked, or why that cannot be told. */
export type QueriesRead =
  | { readonly kind: 'queries'; readonly queries: readonly CounterQuery[]; readonly memo: JsonObject }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * The queries of a comparison. What the release says of its versions is noted in `memo` and goes before what
 * it says later: a comparison is of the two versions with which it began. Without a Rollout `release` is what
 * `unnamedSides` says.
 */
export function queriesOf(config: CompareConfig, release: ReleaseSides, memo: JsonObject): QueriesRead {
  const known = isNoted(memo) ? memo : noted(config, release);
  const sides = (['canary', 'stable'] as const).map((side) => ({
    side,
    named: { ...known[side], isCanary: side === 'canary' },
  }));
  if (config.counters !== undefined) {
    const counters = Object.entries(config.counters);
    const lacking = sides.flatMap(({ side, named }) =>
      counters.flatMap(([, query]) => lacksFor(query, named).map((what) => missing(side, what))),
    );
    const [first] = lacking;
    if (first !== undefined) return { kind: 'problem', message: first };
    const queries = sides.flatMap(({ side, named }) =>
      counters.map(([counter, query]) => ({ side, counter, query: filled(query, named) })),
    );
    return apart(queries, known);
  }
  return ofPreset(config, release, known, sides);
}

interface Noted {
  readonly [key: string]: string | NotedSide;
  readonly canary: NotedSide;
  readonly stable: NotedSide;
  readonly preset: string;
}

type NotedSide = {
  readonly hash: string;
  readonly service: string;
  readonly replicaSet?: string;
  readonly deployment?: string;
  readonly namespace?: string;
};

function noted(config: CompareConfig, release: ReleaseSides): Noted {
  // An empty text is none: that is the default of an argument.
  const side = (given: CompareSide = {}, found: ReleaseSides['canary']): NotedSide => ({
    hash: oneOf(given.hash, found.hash),
    service: oneOf(given.service, found.service),
    ...(given.deployment === undefined || given.deployment === '' ? {} : { deployment: given.deployment }),
    ...(given.namespace === undefined || given.namespace === '' ? {} : { namespace: given.namespace }),
  });
  const asked = config.preset ?? 'auto';
  const preset = asked === 'auto' ? presetFor(release.routers) : asked;
  return {
    canary: side(config.canary, release.canary),
    stable: side(config.control, release.stable),
    preset: (preset === 'gateway-api' ? 'envoy' : preset) ?? '',
  };
}

function oneOf(given: string | undefined, found: string): string {
  return given === undefined || given === '' ? found : given;
}

function isNoted(memo: JsonObject): memo is Noted {
  return ['canary', 'stable', 'preset'].every((key) => memo[key] !== undefined);
}

function ofPreset(
  config: CompareConfig,
  release: ReleaseSides,
  known: Noted,
  sides: readonly { readonly side: CounterQuery['side']; readonly named: NamedSide }[],
): QueriesRead {
  const problem = (message: string): QueriesRead => ({ kind: 'problem', message });
  if (!Object.hasOwn(PRESETS, known.preset) && release.rollout === '')
    return problem(
      'whose counters to take is told by a Rollout, and there is none: write preset or counters',
    );
  if (!Object.hasOwn(PRESETS, known.preset))
    return problem(
      'which counters to take cannot be told from the Rollout, which has no traffic router that is known: write preset or counters',
    );
  const preset = PRESETS[known.preset as keyof typeof PRESETS];
  const services = { canary: known.canary.service, stable: known.stable.service };
  const [lacking] = sides.flatMap(({ side, named }) => {
    const what = lackOf(preset.by, named, release);
    return what === null ? [] : [missing(side, what)];
  });
  if (lacking !== undefined) return problem(lacking);
  const counters = countersOf(config.test);
  const podLabel = config.podLabel ?? 'pod';
  const queries = sides.flatMap(({ side, named }) =>
    counters.flatMap((counter) =>
      preset[counter]({ release, side: named, services, podLabel }).map((query) => ({
        side,
        counter,
        query,
      })),
    ),
  );
  return apart(queries, known);
}

/** What a preset has to know of a side, and does not; null where it knows enough. */
function lackOf(
  by: 'service' | 'pod',
  { hash, service, deployment, replicaSet }: NamedSide,
  { rollout }: ReleaseSides,
): 'hash' | 'service' | 'deployment' | null {
  if (by === 'service') return service === '' ? 'service' : null;
  if (deployment !== undefined || replicaSet !== undefined) return null;
  if (rollout === '') return 'deployment';
  return hash === '' ? 'hash' : null;
}

/** A version that is compared with itself would be found as good, whatever it does. */
function apart(queries: readonly CounterQuery[], known: Noted): QueriesRead {
  const stable = new Set(queries.filter(({ side }) => side === 'stable').map(({ query }) => query));
  const both = queries.find(({ side, query }) => side === 'canary' && stable.has(query));
  if (both === undefined) return { kind: 'queries', queries, memo: { ...known } };
  return { kind: 'problem', message: `canary and control are the same: both are ${both.query}` };
}

/** The counters that a test takes. */
function countersOf(test: CompareConfig['test']): readonly ('total' | 'bad' | 'buckets')[] {
  if (test === 'exceedance') return ['buckets'];
  return test === 'throughput' ? ['total'] : ['total', 'bad'];
}

const PLACEHOLDER = /\{\{\s*(hash|service)\s*\}\}/g;

function lacksFor(query: string, side: NamedSide): readonly ('hash' | 'service')[] {
  const wanted = [...query.matchAll(PLACEHOLDER)].map((match) => match[1] as 'hash' | 'service');
  return wanted.filter((what) => side[what] === '');
}

function filled(query: string, side: NamedSide): string {
  return query.replaceAll(PLACEHOLDER, (_, what: 'hash' | 'service') => side[what]);
}

function missing(side: 'canary' | 'stable', what: 'hash' | 'service' | 'deployment'): string {
  const field = side === 'canary' ? 'canary' : 'control';
  return `${field}.${what} is not set, and no Rollout says it`;
}
