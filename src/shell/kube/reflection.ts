import { type Failure, isFailure, isUnknownKind } from './failure.ts';

/** Where a reflector stands. Pure data: the driver holds the sockets and timers. */
export type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'listing'; readonly troubles: number }
  | { readonly kind: 'watching'; readonly version: string; readonly troubles: number }
  | {
      readonly kind: 'waiting';
      /** What comes next: a list, or a watch from this version on. */
      readonly next: Next;
      readonly because: Failure | null;
      readonly troubles: number;
    };

/** A fresh list, or a watch that goes on where the last one ended. */
export type Next = { readonly kind: 'list' } | { readonly kind: 'watch'; readonly version: string };

/** What happened. `version` is the resourceVersion of the list, event or bookmark. */
export type Input =
  | { readonly kind: 'started' }
  | { readonly kind: 'listed'; readonly version: string }
  | { readonly kind: 'heard'; readonly version: string }
  | { readonly kind: 'ended'; readonly lastedMs: number }
  /** `lastedMs`: how long the watch had gone well, 0 for a list. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly lastedMs: number }
  | { readonly kind: 'rested' };

/** What to do now; each leads to one of the inputs. */
export type Effect =
  | { readonly kind: 'list' }
  | { readonly kind: 'watch'; readonly version: string }
  /** Wait about this long (the driver adds chance), then say `rested`. */
  | { readonly kind: 'rest'; readonly delayMs: number }
  | { readonly kind: 'report'; readonly health: Health };

/**
 * What is worth telling: watching, or why not.
 * absent: the server does not serve this kind (its CustomResourceDefinition is not installed)
 * forbidden: RBAC does not let us list or watch it
 * broken: anything else; `failure` says what. All three are tried again for ever.
 */
export type Health =
  | { readonly kind: 'watching' }
  | { readonly kind: 'absent'; readonly failure: Failure }
  | { readonly kind: 'forbidden'; readonly failure: Failure }
  | { readonly kind: 'broken'; readonly failure: Failure };

export const initialState: State = { kind: 'idle' };

/** First wait after trouble, doubling up to the longest. */
const firstRestMs = 100;
const longestRestMs = 30_000;
/** Somebody is about to install what is missing, and each look is cheap. */
const absentRestMs = 5_000;
/** A watch that ends sooner than this without a word is trouble, not the server's timeout. */
const shortWatchMs = 1_000;

/**
 * List, then watch from there; go on where a watch ended; list again when the server has forgotten that
 * place. Inputs that do not belong to the state (a late answer) change nothing.
 */
export function step(state: State, input: Input): readonly [State, readonly Effect[]] {
  switch (input.kind) {
    case 'started':
      return state.kind === 'idle' ? list(0) : [state, []];
    case 'listed':
      if (state.kind !== 'listing') return [state, []];
      return watch(input.version, state.troubles, [{ kind: 'report', health: { kind: 'watching' } }]);
    case 'heard':
      if (state.kind !== 'watching') return [state, []];
      return [{ kind: 'watching', version: input.version, troubles: 0 }, relief(state.troubles)];
    case 'ended':
      if (state.kind !== 'watching') return [state, []];
      return ended(state, input.lastedMs);
    case 'failed':
      return failed(state, input.failure, input.lastedMs);
    case 'rested':
      if (state.kind !== 'waiting') return [state, []];
      return state.next.kind === 'list'
        ? list(state.troubles)
        : watch(state.next.version, state.troubles, []);
    default:
      return input satisfies never;
  }
}

function ended(state: State & { kind: 'watching' }, lastedMs: number): readonly [State, readonly Effect[]] {
  if (lastedMs >= shortWatchMs) return watch(state.version, 0, relief(state.troubles));
  const next: Next = { kind: 'watch', version: state.version };
  return rest({ next, because: null, troubles: state.troubles + 1, delayMs: restMs(state.troubles) }, []);
}

function failed(state: State, failure: Failure, lastedMs: number): readonly [State, readonly Effect[]] {
  if (state.kind !== 'listing' && state.kind !== 'watching') return [state, []];
  const before = lastedMs >= shortWatchMs ? 0 : state.troubles;
  const troubles = before + 1;
  if (isFailure(failure, 'expired')) {
    // The first time at once: nothing is wrong, we were only away for long.
    return before === 0
      ? list(troubles)
      : rest({ next: { kind: 'list' }, because: failure, troubles, delayMs: restMs(before) }, []);
  }
  const health = healthOf(failure);
  const isUnserved = health.kind === 'absent' || health.kind === 'forbidden';
  const next: Next =
    state.kind === 'watching' && !isUnserved ? { kind: 'watch', version: state.version } : { kind: 'list' };
  const delayMs = Math.max(restMs(before), isUnserved ? absentRestMs : 0, retryAfterMs(failure));
  // A dropped connection is everyday life; only when the second try fails as well is it worth telling.
  const isTold = isUnserved || state.kind === 'listing' || before > 0;
  return rest({ next, because: failure, troubles, delayMs }, isTold ? [{ kind: 'report', health }] : []);
}

/** Good news is told once. */
function relief(troubles: number): readonly Effect[] {
  return troubles > 0 ? [{ kind: 'report', health: { kind: 'watching' } }] : [];
}

function healthOf(failure: Failure): Health {
  if (isUnknownKind(failure)) return { kind: 'absent', failure };
  if (failure.code === 'forbidden') return { kind: 'forbidden', failure };
  return { kind: 'broken', failure };
}

function list(troubles: number): readonly [State, readonly Effect[]] {
  return [{ kind: 'listing', troubles }, [{ kind: 'list' }]];
}

function watch(
  version: string,
  troubles: number,
  before: readonly Effect[],
): readonly [State, readonly Effect[]] {
  return [{ kind: 'watching', version, troubles }, [...before, { kind: 'watch', version }]];
}

function rest(
  wanted: {
    readonly next: Next;
    readonly because: Failure | null;
    readonly troubles: number;
    readonly delayMs: number;
  },
  before: readonly Effect[],
): readonly [State, readonly Effect[]] {
  const { delayMs, ...waiting } = wanted;
  return [{ kind: 'waiting', ...waiting }, [...before, { kind: 'rest', delayMs }]];
}

function restMs(troubles: number): number {
  return Math.min(firstRestMs * 2 ** Math.min(troubles, 16), longestRestMs);
}

function retryAfterMs(failure: Failure): number {
  return (failure.facts.retryAfterSeconds ?? 0) * 1000;
}
