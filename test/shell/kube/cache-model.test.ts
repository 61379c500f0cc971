import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cache } from '../../../src/shell/kube/cache.ts';
import type { KubeObject } from '../../../src/shell/kube/object.ts';

/** What happens around a cache: others and we ourselves write, and what is said about it arrives late. */
type Act =
  | { readonly kind: 'write' | 'delete'; readonly name: string; readonly isOwn: boolean }
  /** The next event of the watch arrives. */
  | { readonly kind: 'event' }
  /** The answer to one of our calls arrives; they may overtake one another. */
  | { readonly kind: 'answer'; readonly pick: number }
  /**
   * The watch breaks and the server makes a list, which arrives later. Nothing else comes from the watch
   * until then.
   */
  | { readonly kind: 'listMade' }
  | { readonly kind: 'listArrives' };

const name = fc.constantFrom('a', 'b', 'c');
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('write', 'write', 'delete'), name, isOwn: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('event') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer'), pick: fc.nat({ max: 5 }) }) },
  fc.record({ kind: fc.constantFrom('listMade', 'listArrives') }),
);

interface Told {
  readonly type: 'put' | 'gone';
  readonly object: KubeObject;
}

/** An API server and the ways on which its news travel. */
class World {
  readonly cache: Cache<KubeObject>;
  readonly #objects = new Map<string, KubeObject>();
  readonly #log: Told[] = [];
  #watched = 0;
  #list: { readonly objects: readonly KubeObject[]; readonly at: number } | null = null;
  readonly #answers: Told[] = [];
  #version = 1;
  #uid = 0;
  readonly #seen = new Map<string, number>();
  readonly #ended = new Set<string>();

  constructor() {
    this.cache = new Cache({
      project: (raw) => raw,
      onChange: (_, before, after) => this.#check(before, after),
    });
    this.cache.replace([], '1');
  }

  do(step: Act): void {
    if (step.kind === 'write' || step.kind === 'delete') this.#change(step);
    if (step.kind === 'event' && this.#list === null)
      this.#deliver(this.#log[this.#watched++] ?? this.#stay());
    if (step.kind === 'answer') this.#answer(step.pick);
    if (step.kind === 'listMade')
      this.#list ??= { objects: [...this.#objects.values()], at: this.#log.length };
    if (step.kind === 'listArrives') this.#listArrives();
  }

  /** Everything arrives; then the cache is what the server has. */
  finish(): void {
    this.#listArrives();
    while (this.#answers.length > 0) this.#answer(0);
    while (this.#watched < this.#log.length) this.do({ kind: 'event' });
    const sorted = (all: Iterable<KubeObject>): readonly KubeObject[] =>
      [...all].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    assert.deepEqual(sorted(this.cache.all()), sorted(this.#objects.values()));
  }

  #change(step: Act & { kind: 'write' | 'delete' }): void {
    const old = this.#objects.get(step.name);
    if (step.kind === 'delete' && old === undefined) return;
    const resourceVersion = String(++this.#version);
    const uid = old?.metadata.uid ?? `u${++this.#uid}`;
    const object: KubeObject = { metadata: { name: step.name, uid, resourceVersion } };
    const told: Told = { type: step.kind === 'write' ? 'put' : 'gone', object };
    if (told.type === 'put') this.#objects.set(step.name, object);
    else this.#objects.delete(step.name);
    this.#log.push(told);
    if (!step.isOwn) return;
    // Who deletes knows the object as the cache had it; the answer does not say at which version it ended.
    const known = this.cache.get(step.name);
    const isKnown = step.kind === 'delete' && known?.metadata.uid === uid;
    this.#answers.push(isKnown && known !== null ? { type: 'gone', object: known } : told);
  }

  #deliver(told: Told | null): void {
    if (told?.type === 'put') this.cache.upsert(told.object);
    if (told?.type === 'gone') this.cache.remove(told.object);
  }

  #stay(): null {
    this.#watched = this.#log.length;
    return null;
  }

  #answer(pick: number): void {
    const [told] = this.#answers.splice(pick % Math.max(this.#answers.length, 1), 1);
    if (told === undefined) return;
    const { object } = told;
    if (told.type === 'put') this.cache.observeWrite(object);
    else this.cache.observeDelete(object);
    const now = this.cache.get(object.metadata.name);
    // We see what we did, or something later.
    if (told.type === 'gone') assert.notEqual(now?.metadata.uid, object.metadata.uid);
    else
      assert.ok(
        now === null || Number(now.metadata.resourceVersion) >= Number(object.metadata.resourceVersion),
      );
  }

  #listArrives(): void {
    if (this.#list === null) return;
    this.cache.replace(this.#list.objects, String(this.#list.at + 1));
    this.#watched = this.#list.at;
    this.#list = null;
  }

  /** The invariant: of one object never an older version, and never again after its end. */
  #check(before: KubeObject | null, after: KubeObject | null): void {
    const uid = after?.metadata.uid ?? '';
    if (before !== null && before.metadata.uid !== uid) this.#ended.add(before.metadata.uid ?? '');
    if (after === null) return;
    assert.ok(!this.#ended.has(uid), `${uid} came back`);
    const version = Number(after.metadata.resourceVersion);
    assert.ok(version > (this.#seen.get(uid) ?? 0), `${uid} went back to ${version}`);
    this.#seen.set(uid, version);
  }
}

void test('law: own writes show at once, nothing goes back, and in the end all is there', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: 'max' }), (acts) => {
      const world = new World();
      for (const step of acts) world.do(step);
      world.finish();
    }),
    { numRuns: 2000 },
  );
});
