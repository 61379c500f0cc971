import type { Json, JsonObject } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { runOf } from '../core/steps/stored.ts';
import { formatInstant, type Instant } from '../core/time.ts';
import { isPromoted } from './weight.ts';

/**
 * What a person may do to a rollout, as merge patches: of its status subresource, then of the object itself.
 * Null: nothing to patch. These are the API's contract with every client, so all clients send the same.
 */
export interface Action {
  readonly status: JsonObject | null;
  readonly object: JsonObject | null;
}

/** Stops the update and goes back to the stable version. */
export const ABORT: Action = { status: { status: { abort: true } }, object: null };

/** Begins an aborted update again. */
export const RETRY: Action = { status: { status: { abort: false } }, object: null };

/** Stops at the current step. */
export const PAUSE: Action = { status: null, object: { spec: { paused: true } } };

/** Replaces all pods that are older than `at`. */
export function restart(at: Instant): Action {
  return { status: null, object: { spec: { restartAt: formatInstant(at) } } };
}

/**
 * How far to promote: over the present pause or step, the step whatever it is, all steps, or everything at
 * once.
 */
export type Promotion = 'next' | 'skip-step' | 'skip-all-steps' | 'full';

/** Lets an update go on. Null where the rollout has no steps to skip. */
export function promote(rollout: Rollout, how: Promotion): Action | null {
  const unpause = rollout.spec.paused === true ? { spec: { paused: false } } : null;
  const status = rollout.status ?? {};
  switch (how) {
    case 'next':
      return { status: nextStatus(rollout), object: unpause };
    case 'full':
      return { status: isPromoted(status) ? null : { status: { promoteFull: true } }, object: unpause };
    case 'skip-step':
      return skip(rollout, (index, total) => Math.min(index + 1, total));
    case 'skip-all-steps':
      return skip(rollout, (_index, total) => total);
    default:
      return how satisfies never;
  }
}

/**
 * Ends a pause, or else the step in work: an inconclusive analysis would pause again, so its step is over
 * too, and so is one that failed behind a point of no return.
 */
function nextStatus(rollout: Rollout): JsonObject | null {
  const { pauseConditions = [], controllerPause, canary } = rollout.status ?? {};
  const isPaused = pauseConditions.length > 0;
  const isUnsure =
    rollout.spec.strategy?.canary !== undefined &&
    (canary?.currentStepAnalysisRunStatus?.status === 'Inconclusive' || hasFailedBehind(rollout));
  const next = nextIndex(rollout);
  if (isPaused && isUnsure && controllerPause === true && next !== null)
    return { status: { pauseConditions: null, controllerPause: false, currentStepIndex: next } };
  if (isPaused) return { status: { pauseConditions: null } };
  return next === null ? null : { status: { pauseConditions: null, currentStepIndex: next } };
}

/** True where a step has failed that cannot be gone back from: who goes on leaves it behind, and knows it. */
function hasFailedBehind({ status = {} }: Rollout): boolean {
  const { pauseConditions = [], canary, currentStepIndex } = status;
  if (!pauseConditions.some(({ reason }) => reason === 'PointOfNoReturn')) return false;
  const run = canary?.currentStepAnalysisRunStatus?.status;
  const plugin = runOf({ plugins: canary?.stepPluginStatuses ?? [] }, currentStepIndex ?? -1);
  return run === 'Failed' || run === 'Error' || plugin?.phase === 'Failed';
}

function nextIndex(rollout: Rollout): number | null {
  const { steps = [] } = rollout.spec.strategy?.canary ?? {};
  if (steps.length === 0) return null;
  return Math.min((rollout.status?.currentStepIndex ?? 0) + 1, steps.length);
}

function skip(rollout: Rollout, to: (index: number, total: number) => number): Action | null {
  const { steps = [] } = rollout.spec.strategy?.canary ?? {};
  if (steps.length === 0) return null;
  const currentStepIndex = to(rollout.status?.currentStepIndex ?? 0, steps.length);
  return { status: { status: { currentStepIndex } }, object: null };
}

/** One operation of a JSON patch. Source: RFC 6902. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'replace' | 'test';
  readonly path: string;
  readonly value: Json;
}

/** New images by container name; `*` stands for every container. */
export type Images = Readonly<Record<string, string>>;

/**
 * Sets images in a pod template that lies at `path` of an object, such as `/spec/template`. Fails on the
 * server where the containers were changed meanwhile. `unknown` are names that no container has.
 */
export function setImages(
  template: unknown,
  path: string,
  images: Images,
): { readonly patch: readonly JsonPatchOperation[]; readonly unknown: readonly string[] } {
  const found = new Set<string>();
  const patch = LISTS.flatMap((list) =>
    containersOf(template, list).flatMap((container, i): readonly JsonPatchOperation[] => {
      const name = container.name ?? '';
      const image = images[name] ?? images['*'];
      for (const key of [name, '*']) if (key in images) found.add(key);
      if (image === undefined) return [];
      const at = `${path}/spec/${list}/${i}`;
      return [
        { op: 'test', path: `${at}/name`, value: name },
        { op: 'add', path: `${at}/image`, value: image },
      ];
    }),
  );
  return { patch, unknown: Object.keys(images).filter((name) => !found.has(name)) };
}

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

function containersOf(
  template: unknown,
  list: (typeof LISTS)[number],
): readonly { readonly name?: string }[] {
  const { spec } = (template ?? {}) as { readonly spec?: Readonly<Record<string, unknown>> };
  const containers = spec?.[list];
  return Array.isArray(containers) ? (containers as readonly { readonly name?: string }[]) : [];
}
