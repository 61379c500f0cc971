import type { Builtin } from './builtin.ts';
import { DATA_BUILTINS } from './builtins/data.ts';
import { LIST_BUILTINS } from './builtins/lists.ts';
import { NUMBER_BUILTINS } from './builtins/numbers.ts';
import { TEXT_BUILTINS } from './builtins/text.ts';
import { DATE_BUILTINS } from './dates.ts';

/** Every built-in that takes no predicate, by name. Those with predicates are in `predicates.ts`. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [...TEXT_BUILTINS, ...NUMBER_BUILTINS, ...LIST_BUILTINS, ...DATA_BUILTINS, ...DATE_BUILTINS].map(
    (builtin) => [builtin.name, builtin] as const,
  ),
);
