import type { Rollout } from '../../api/rollout.ts';
import type { LocalApi } from '../../sim/api-server/api.ts';
import { imagesIn } from '../../view/images.ts';
import type { Outcome } from './acts.ts';
import { tagOf } from './manifests.ts';
import { APP, NAMESPACE } from './names.ts';

/** A weight of the canary, and since when. */
export interface Weighed {
  readonly weight: number;
  readonly atMs: number;
}

/** A commit and what came of it. Times in milliseconds of the demo's clock. */
export interface Chapter {
  readonly tag: string;
  readonly message: string;
  readonly committedMs: number;
  readonly weights: readonly Weighed[];
  /** Null while it goes on, or where nobody waited for it. */
  readonly ended: { readonly outcome: Outcome; readonly atMs: number } | null;
}

/** What was released, and how far it came: written along as it happens. */
export class History {
  readonly #elapsed: () => number;
  readonly #chapters: (Chapter & { readonly weights: Weighed[] })[] = [];

  /** `elapsed`: milliseconds since the demo began. */
  constructor(api: LocalApi, elapsed: () => number) {
    this.#elapsed = elapsed;
    api.onChange(({ kind, after }) => {
      const isOurs = kind.kind === 'Rollout' && after?.metadata.name === APP;
      if (isOurs && after.metadata.namespace === NAMESPACE) this.#see(after as unknown as Rollout);
    });
  }

  get chapters(): readonly Chapter[] {
    return this.#chapters;
  }

  committed(tag: string, message: string): void {
    this.#chapters.push({ tag, message, committedMs: this.#elapsed(), weights: [], ended: null });
  }

  /** The last release gets another chance: it goes on. */
  retried(): void {
    const last = this.#chapters.at(-1);
    if (last !== undefined) this.#chapters[this.#chapters.length - 1] = { ...last, ended: null };
  }

  ended(outcome: Outcome): void {
    const last = this.#chapters.at(-1);
    if (last === undefined) return;
    this.#chapters[this.#chapters.length - 1] = { ...last, ended: { outcome, atMs: this.#elapsed() } };
  }

  #see({ spec, status }: Rollout): void {
    const last = this.#chapters.at(-1);
    const weight = status?.canary?.weights?.canary.weight;
    if (last === undefined || weight === undefined || last.ended !== null) return;
    const [image = ''] = imagesIn(spec.template);
    if (tagOf(image) !== last.tag || last.weights.at(-1)?.weight === weight) return;
    last.weights.push({ weight, atMs: this.#elapsed() });
  }
}
