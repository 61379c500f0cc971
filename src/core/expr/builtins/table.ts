import { DATE_BUILTINS } from '../dates/methods.ts';
import type { Builtin } from './builtin.ts';
import { DATA_BUILTINS } from './data.ts';
import { LIST_BUILTINS } from './lists.ts';
import { NUMBER_BUILTINS } from './numbers.ts';
import { TEXT_BUILTINS } from './text.ts';

/** Every built-in that takes no predicate, by name. Those with predicates are in `predicates.ts`. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [...TEXT_BUILTINS, ...NUMBER_BUILTINS, ...LIST_BUILTINS, ...DATA_BUILTINS, ...DATE_BUILTINS].map(
    (builtin) => [builtin.name, builtin] as const,
  ),
);
