import type { Kind } from './kinds.ts';
import type { Options, Scenario } from './options.ts';

/** What shares a cluster, in order: each scenario begins where the one before has ended. */
export interface Plan {
  readonly label: string;
  /** Null, as the kind, where the scenario makes its own rollouts. */
  readonly rollouts: number | null;
  readonly kind: Kind | null;
  readonly scenarios: readonly Scenario[];
}

const SHARING: readonly (readonly [kind: Kind, scenarios: readonly Scenario[]])[] = [
  ['plain', ['create', 'update', 'idle', 'start']],
  ['nginx', ['nginx']],
  ['analysis', ['analysis']],
];

/** The clusters that are needed for one repetition. */
export function plansOf({ rollouts, scenarios }: Options): readonly Plan[] {
  const wanted = (names: readonly Scenario[]) => names.filter((name) => scenarios.has(name));
  const many = rollouts.flatMap((count) =>
    SHARING.map(([kind, names]) => ({
      label: `${count} ${kind}`,
      rollouts: count,
      kind,
      scenarios: wanted(names),
    })),
  );
  const alone = wanted(['reaction', 'moments', 'get']).map((name) => ({
    label: name,
    rollouts: null,
    kind: null,
    scenarios: [name],
  }));
  return [...many, ...alone].filter((plan) => plan.scenarios.length > 0);
}
