import type { Manifest } from '../../../src/api/meta.ts';
import type { Misfortune } from '../../../src/sim/kubelet/misfortune.ts';
import type { Pod } from '../../../src/sim/kubelet/pod.ts';
import { type Application, imageOf } from '../../../src/sim/traffic/application.ts';
import { durationOf } from './story.ts';

const WELL: Application = {
  version: '',
  errorRate: 0,
  latencyMs: 20,
  mostPerSecond: Number.POSITIVE_INFINITY,
  slowStartMs: 0,
};

/** How the versions of a story behave, by image; those of which nothing is said are well. */
export class Behaviours {
  readonly #applications = new Map<string, Application>();
  readonly #misfortunes = new Map<string, Misfortune>();
  readonly #capacities = new Map<string, number>();

  /** `errors 30%`, `latency 2s`, `never ready`, `bad image`, `crashes`, `slow 60s`; none: well. */
  set(image: string, words: readonly string[]): void {
    const [first = '', second = ''] = words;
    switch (first) {
      case '':
        return;
      case 'errors':
        this.#applications.set(image, { ...WELL, errorRate: Number.parseFloat(second) / 100 });
        return;
      case 'latency':
        this.#applications.set(image, { ...WELL, latencyMs: durationOf(second) });
        return;
      case 'never':
        this.#misfortunes.set(image, { kind: 'unready' });
        return;
      case 'bad':
        this.#misfortunes.set(image, { kind: 'unpullable' });
        return;
      case 'crashes':
        this.#misfortunes.set(image, { kind: 'crashes', afterMs: 0, exitCode: 1 });
        return;
      case 'slow':
        this.#misfortunes.set(image, { kind: 'late', delayMs: durationOf(second) });
        return;
      default:
        throw new SyntaxError(`no behaviour: ${words.join(' ')}`);
    }
  }

  /** Every pod of a rollout carries so many requests a second; more of them fail. */
  carry(name: string, mostPerSecond: number): void {
    this.#capacities.set(`demo/${name}`, mostPerSecond);
  }

  applicationOf(pod: Manifest): Application {
    const image = imageOf(pod);
    const mostPerSecond = this.#capacities.get(image.replace(/:.*$/, '')) ?? WELL.mostPerSecond;
    return { ...(this.#applications.get(image) ?? WELL), mostPerSecond, version: image.replace(/^.*:/, '') };
  }

  misfortuneOf(pod: Pod): Misfortune {
    return this.#misfortunes.get(imageOf(pod as unknown as Manifest)) ?? { kind: 'none' };
  }
}
