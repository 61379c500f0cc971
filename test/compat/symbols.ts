import type { Sighting } from './hub.ts';
import { asText, dig, isObject, type Json, type JsonObject, mapTexts } from './json.ts';

const hashLabel = 'rollouts-pod-template-hash';

/** What is known of a hash besides its symbol. */
export interface Known {
  readonly symbol: string;
  readonly owner?: string;
}

/**
 * The names that stand for what differs between two runs: hashes, uids, pods, times, addresses and the
 * namespace. A hash that the original had too gets the original's symbol; others get the next free one of
 * their kind, in the order of appearance.
 */
export class Symbols {
  readonly #reference: ReadonlyMap<string, string>;
  readonly #severalRollouts: boolean;
  readonly #hashes = new Map<string, Known>();
  /** A symbol is made when it is used: by then what its name is made of has been met, too. */
  readonly #texts = new Map<string, () => string>();
  readonly #startMs: number;
  #pods = 0;
  #pattern: RegExp | null = null;

  constructor(options: {
    /** Real hash to symbol, of the original's recording. */
    readonly reference: ReadonlyMap<string, string>;
    readonly severalRollouts: boolean;
    /** Namespace and base URLs to their symbols. */
    readonly texts: ReadonlyMap<string, string>;
    readonly startMs: number;
  }) {
    this.#reference = options.reference;
    this.#severalRollouts = options.severalRollouts;
    this.#startMs = options.startMs;
    for (const [text, symbol] of options.texts) this.#learn(text, () => symbol);
  }

  /** Real hash to what is known of it. */
  get hashes(): ReadonlyMap<string, Known> {
    return this.#hashes;
  }

  /** Takes in the hashes, uids and pods of an object, when it is first seen in its kind's order. */
  meet({ kind, object }: Sighting): void {
    const name = asText(dig(object, 'metadata', 'name'));
    if (kind === 'ReplicaSet') this.#meetReplicaSet(object);
    if (kind === 'Rollout') this.#meetRollout(object);
    if (kind === 'Pod') this.#meetPod(name, object);
    const uid = asText(dig(object, 'metadata', 'uid'));
    if (uid !== '' && !this.#texts.has(uid)) this.#learn(uid, () => `<uid:${kind}/${this.hide(name)}>`);
  }

  #meetReplicaSet(object: JsonObject): void {
    const labels = dig(object, 'metadata', 'labels');
    const owner = ownerName(object);
    const template = asText(dig(object, 'metadata', 'annotations', 'experiment.argoproj.io/template-name'));
    const hash = asText(dig(labels, hashLabel));
    const deployed = asText(dig(labels, 'pod-template-hash'));
    if (template !== '' && hash !== '') this.#name(hash, owner, () => `<hash:${template}>`);
    else if (hash !== '') this.#name(hash, owner, (n) => this.#numbered(owner, 'hash', n));
    if (deployed !== '') this.#name(deployed, owner, (n) => this.#numbered(owner, 'dhash', n));
  }

  #meetRollout(object: JsonObject): void {
    const owner = asText(dig(object, 'metadata', 'name'));
    const current = asText(dig(object, 'status', 'currentPodHash'));
    const steps = asText(dig(object, 'status', 'currentStepHash'));
    if (current !== '') this.#name(current, owner, (n) => this.#numbered(owner, 'hash', n));
    if (steps !== '') this.#name(steps, owner, (n) => `<stephash${n}>`);
  }

  /** Pods are named by their ReplicaSet and five letters: these are replaced. */
  #meetPod(name: string, object: JsonObject): void {
    if (this.#texts.has(name)) return;
    const set = ownerName(object);
    this.#pods += 1;
    const number = this.#pods;
    this.#learn(name, () => `${this.hide(set)}-<pod${number}>`);
  }

  #numbered(owner: string, family: string, n: number): string {
    return this.#severalRollouts ? `<${owner}:${family}${n}>` : `<${family}${n}>`;
  }

  #name(hash: string, owner: string, symbolFor: (n: number) => string): void {
    if (this.#hashes.has(hash)) return;
    const taken = new Set([...this.#hashes.values()].map((known) => known.symbol));
    let symbol = this.#reference.get(hash);
    for (let n = 1; symbol === undefined; n++) {
      const candidate = symbolFor(n);
      if (!taken.has(candidate)) symbol = candidate;
      // A symbol without a number is shared, as by experiments with templates of one name.
      else if (candidate === symbolFor(n + 1)) symbol = candidate;
    }
    this.#hashes.set(hash, { symbol, ...(owner === '' ? {} : { owner: this.hide(owner) }) });
    const known = symbol;
    this.#learn(hash, () => known);
  }

  #learn(text: string, symbol: () => string): void {
    this.#texts.set(text, symbol);
    this.#pattern = null;
  }

  /** Replaces everything that differs between runs by its symbol. */
  hide(text: string): string {
    this.#pattern ??= anyOf([...this.#texts.keys()]);
    const named = text.replace(this.#pattern, (found) => this.#texts.get(found)?.() ?? found);
    return named.replace(timePattern, (found) => {
      const seconds = Math.floor((Date.parse(found) - this.#startMs) / 1000);
      return `<t${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}>`;
    });
  }

  /** The same for every text of a value. */
  hideIn(value: Json): Json {
    return mapTexts(value, (text) => this.hide(text));
  }

  /** Replaces hash symbols by real hashes; null while one of them is not known yet. */
  reveal(text: string): string | null {
    const real = new Map([...this.#hashes].map(([hash, known]) => [known.symbol, hash]));
    let complete = true;
    const revealed = text.replace(/<[^<>\s]*hash[^<>\s]*>/g, (symbol) => {
      const hash = real.get(symbol);
      if (hash === undefined) complete = false;
      return hash ?? symbol;
    });
    return complete ? revealed : null;
  }
}

const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = texts.filter((text) => text !== '').toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return escaped.length === 0 ? /(?!)/g : new RegExp(escaped.join('|'), 'g');
}

function ownerName(object: JsonObject): string {
  const refs = dig(object, 'metadata', 'ownerReferences');
  const owner = (Array.isArray(refs) ? refs : []).find((ref) => isObject(ref) && ref['controller'] === true);
  return asText(dig(owner, 'name'));
}
