import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject } from '../../src/api/path.ts';
import type { HttpClient } from '../../src/providers/http.ts';
import { providerOf } from '../../src/providers/index.ts';
import { ask, line } from './support/ask.ts';
import { type Asking, type Kit, kits, secret } from './support/kits.ts';

// Whatever a service answers, a provider does not throw, tells no secret, and says something that fits into
// a status. Answers are those with a value in which one part is another, and answers of any kind.

/** A JSON value in which the part with this number is replaced, or left out; parts are counted from the top. */
function changed(value: unknown, part: number, other: unknown): unknown {
  let left = part;
  const walk = (one: unknown): unknown => {
    if (left === 0) {
      left = -1;
      return other;
    }
    left -= 1;
    if (Array.isArray(one)) return one.map(walk);
    if (!isObject(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, walk(member)]));
  };
  return walk(value);
}

const odd = fc.constantFrom(null, undefined, {}, [], [[]], '', 'NaN', '1e999', -0, 1e308, true, secret);
const other = fc.oneof({ weight: 2, arbitrary: odd }, { weight: 1, arbitrary: fc.jsonValue() });

function bodies({ value }: Kit): fc.Arbitrary<string> {
  const right = value.kind === 'answer' ? value.body : '';
  const cut = fc.nat(right.length).map((length) => right.slice(0, length));
  const anything = fc.oneof(fc.json(), fc.string({ maxLength: 200 }), cut);
  if (!/^[[{]/.test(right)) return anything;
  const json: unknown = JSON.parse(right);
  const mutant = fc
    .tuple(fc.nat(20), other)
    .map(([part, one]) => JSON.stringify(changed(json, part, one)) ?? '');
  return fc.oneof({ weight: 3, arbitrary: mutant }, { weight: 1, arbitrary: anything });
}

const statuses = fc.oneof(
  { weight: 5, arbitrary: fc.constant(200) },
  fc.constantFrom(204, 400, 401, 429, 500),
);
const types = fc.constantFrom('application/json', 'text/plain', 'text/html', 'text/xml', 'text/csv');

for (const [name, kit] of Object.entries(kits) as [Asking, Kit][]) {
  void test(`${name}: any answer is a reading`, async () => {
    const url = 'http://service.example';
    const provider = providerOf(kit.metric(url, false));
    assert.ok(provider.kind === 'provider');
    const property = fc.asyncProperty(bodies(kit), statuses, types, async (body, status, type) => {
      const answer: HttpClient = async () => ({
        kind: 'answer',
        status,
        headers: { 'content-type': type },
        body,
      });
      const fetch = kit.beside?.(answer) ?? answer;
      const given = ask(kit.environment?.(url) ?? {}, undefined, { fetch, secrets: kit.secrets(url) });
      const reading = await (kit.memo === undefined
        ? provider.start(given)
        : provider.resume(kit.memo, given));
      const told = line(reading);
      // A value is what it is; but words of a service may repeat what it was sent. Those of Prometheus are
      // passed on as by the original: its secrets come by arguments, which the run hides.
      if (reading.kind === 'error' && name !== 'prometheus') assert.ok(!told.includes(secret), told);
      assert.ok(told.length < 17_000, `${told.length} characters`);
      if (status !== 200 && status !== 204) assert.equal(reading.kind, 'error');
    });
    await fc.assert(property, { numRuns: 200 });
  });
}
