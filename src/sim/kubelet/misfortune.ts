import type { Program } from './command.ts';

/** What befalls a pod. Times in milliseconds. */
export type Misfortune =
  | { readonly kind: 'none' }
  /** Its containers start that much later. */
  | { readonly kind: 'late'; readonly delayMs: number }
  /** Its containers never start. */
  | { readonly kind: 'stuck' }
  /** Its images cannot be pulled. */
  | { readonly kind: 'unpullable' }
  /** It runs and never gets ready. */
  | { readonly kind: 'unready' }
  /** Its containers end that long after each start. */
  | { readonly kind: 'crashes'; readonly afterMs: number; readonly exitCode: number }
  /** It is ready for a while and unready for a while, in turn, from its start. Both more than 0. */
  | { readonly kind: 'flaps'; readonly upMs: number; readonly downMs: number }
  /** The node throws it out that long after it was bound. */
  | { readonly kind: 'evicted'; readonly afterMs: number };

/** What a misfortune means for a container. */
export interface Plight {
  readonly isPulled: boolean;
  /** Instead of what its command says; null: as that says. */
  readonly program: Program | null;
  /** How long it is ready and unready in turn once it could be ready; null: it stays ready. */
  readonly turns: { readonly upMs: number; readonly downMs: number } | null;
}

/** Nothing is wrong. */
export const WELL: Plight = { isPulled: true, program: null, turns: null };

/** What the containers of a pod with this misfortune go through. */
export function plightOf(misfortune: Misfortune): Plight {
  switch (misfortune.kind) {
    case 'unpullable':
      return { ...WELL, isPulled: false };
    case 'crashes':
      return {
        ...WELL,
        program: { kind: 'ends', afterMs: misfortune.afterMs, exitCode: misfortune.exitCode },
      };
    case 'unready':
      return { ...WELL, turns: { upMs: 0, downMs: Number.POSITIVE_INFINITY } };
    case 'flaps':
      return { ...WELL, turns: { upMs: misfortune.upMs, downMs: misfortune.downMs } };
    case 'none':
    case 'late':
    case 'stuck':
    case 'evicted':
      return WELL;
    default:
      return misfortune satisfies never;
  }
}

/** From binding to the start of the first container, where it takes `startAfterMs` without misfortune. */
export function startMsOf(misfortune: Misfortune, startAfterMs: number): number {
  if (misfortune.kind === 'stuck') return Number.POSITIVE_INFINITY;
  return misfortune.kind === 'late' ? startAfterMs + misfortune.delayMs : startAfterMs;
}
