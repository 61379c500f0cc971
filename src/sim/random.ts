/**
 * Chance that is the same every time for one seed: sfc32, passes PractRand.
 * Source: https://pracrand.sourceforge.net/RNG_engines.txt
 */
export class Random {
  readonly #state: Uint32Array;

  /** The same text gives the same sequence. */
  constructor(seed: string) {
    this.#state = Uint32Array.of(hash(seed, 1), hash(seed, 2), hash(seed, 3), 1);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A number from 0 up to but not including 1. */
  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    const out = (a + b + counter) >>> 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + out;
    return out / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these, which must not be none. */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.next() * choices.length)];
    if (chosen === undefined) throw new RangeError('random: nothing to choose from');
    return chosen;
  }

  /** Lower-case letters and digits, as the API server appends them to a generated name. */
  suffix(length: number): string {
    const letters = 'bcdfghjklmnpqrstvwxz2456789';
    return Array.from({ length }, () => letters[this.int(0, letters.length - 1)]).join('');
  }

  /** A UUID, version 4. */
  uuid(): string {
    const hex = (length: number): string =>
      Array.from({ length }, () => this.int(0, 15).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${this.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
  }

  /** How often something happened that on average happens `mean` times. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }

  /** How many of `count` trials succeed with this probability each. */
  binomial(count: number, probability: number): number {
    if (probability <= 0 || count <= 0) return 0;
    if (probability >= 1) return count;
    const mean = count * probability;
    if (count > 100 && mean > 20 && count - mean > 20) {
      const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * this.normal());
      return Math.min(count, Math.max(0, drawn));
    }
    let successes = 0;
    for (let i = 0; i < count; i++) if (this.next() < probability) successes++;
    return successes;
  }

  /** Normally distributed, mean 0, deviation 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** FNV-1a, 32 bit, salted. */
function hash(text: string, salt: number): number {
  let value = 2166136261 ^ salt;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}
