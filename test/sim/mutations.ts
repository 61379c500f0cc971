import { ANALYSIS } from './mutations/analysis.ts';
import { BELONGINGS } from './mutations/belongings.ts';
import { BLUE_GREEN } from './mutations/blue-green.ts';
import type { Mutation } from './mutations/mutation.ts';
import { ORDER, SIZES } from './mutations/order.ts';
import { SHARING } from './mutations/sharing.ts';
import { SHELL } from './mutations/shell.ts';
import { PLUGINS, STEPS } from './mutations/steps.ts';
import { FENCES, STATUS } from './mutations/writes.ts';

/** Every defect that somebody has thought of. `mutations/seeds.json` says in which life each is noticed. */
export const MUTATIONS: readonly Mutation[] = [
  ...STATUS,
  ...FENCES,
  ...ORDER,
  ...SIZES,
  ...STEPS,
  ...PLUGINS,
  ...ANALYSIS,
  ...SHELL,
  ...BELONGINGS,
  ...BLUE_GREEN,
  ...SHARING,
];
