import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../../../src/sim/api-server/api.ts';
import type { ApiRequest } from '../../../../src/sim/api-server/http.ts';
import type { Scene } from './scene.ts';

/** Troubles in which there is one controller, and always the same. */
const SINGLE: readonly string[] = [
  'annotate',
  'api-restart',
  'compact',
  'clock-jump',
  'metrics-down',
  'no-starts',
  'flap',
];

/** What may become of a write so that its sender knows of it, or it never happens. */
const ANSWERED: readonly string[] = ['lost', 'error', 'throttled', 'conflict'];

/**
 * A controller that is alone never decides by a status that is older than the one that it has stored itself
 * (`known`). Such a decision does no harm, for the API server refuses it; it shows what caches must not do.
 */
export class Known {
  readonly #scene: Scene;
  readonly #isAlone: boolean;
  /** The version of each rollout, by name, at which its controller stored a status last. */
  readonly #stored = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
    const { faults, troubles } = scene.script;
    const isAnswered = faults.every(({ at, kind }) => at !== 'write' || ANSWERED.includes(kind));
    this.#isAlone = isAnswered && troubles.every(({ kind }) => SINGLE.includes(kind));
  }

  /** Takes in what has become of a Rollout. */
  see({ before, after }: Change): void {
    if (this.#scene.isUser() || before === null || after === null) return;
    if (isDeepStrictEqual(before['status'], after['status'])) return;
    this.#stored.set(after.metadata.name, Number(after.metadata.resourceVersion));
  }

  /** Looks at what a controller asks for. */
  sends({ method, path, body }: ApiRequest): void {
    const name = /\/rollouts\/([^/?]+)\/status(\?|$)/.exec(path)?.[1];
    if (!this.#isAlone || method !== 'PATCH' || name === undefined || body === null) return;
    const { metadata } = JSON.parse(body) as { readonly metadata?: { readonly resourceVersion?: string } };
    const [seen, stored] = [Number(metadata?.resourceVersion), this.#stored.get(name) ?? 0];
    if (seen < stored)
      this.#scene.tell('known', `a status of ${name} is decided by version ${seen}, its own is ${stored}`);
  }
}
