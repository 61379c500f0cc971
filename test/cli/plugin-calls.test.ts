import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Json, Manifest } from '../../src/api/meta.ts';
import { distilCalls, type PluginCall } from './support/distil.ts';
import { harness } from './support/harness.ts';
import type { Request } from './support/store.ts';

/**
 * Every call of the original's plugin in the recordings of it: the same arguments over the same objects must
 * make the same requests, say the same and end with the same exit code. `UPDATE=1` reads the recordings anew,
 * where they are.
 */
const VECTORS = join(import.meta.dirname, 'vectors/plugin-calls.json');

const distilled = process.env['UPDATE'] === '1' ? distilCalls() : null;
if (distilled !== null)
  writeFileSync(VECTORS, `[\n${distilled.map((call) => JSON.stringify(call)).join(',\n')}\n]\n`);

const calls = JSON.parse(readFileSync(VECTORS, 'utf8')) as readonly PluginCall[];

/** The one template from which a run is made; recordings of runs do not show it. */
const TEMPLATE: Manifest = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'rate' },
  spec: {
    args: [{ name: 'q' }, { name: 'r', value: '5' }],
    metrics: [
      {
        name: 'rate',
        successCondition: 'result[0] >= 0.9',
        provider: { prometheus: { address: '<metrics>', query: '{{args.q}}' } },
      },
    ],
  },
};

/** What we say otherwise, on purpose. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  // The original says "retried", a slip of the pen.
  "experiment 'exp' retried": "experiment 'exp' terminated",
};

void test('the recordings are all there', () => {
  const seen = calls.flatMap((call) => call.seen);
  assert.equal(seen.length, 244);
});

for (const call of calls.filter(({ args }) => args[0] !== 'get')) {
  void test(`${call.args.join(' ')} in ${call.seen[0]} and ${call.seen.length - 1} more`, async () => {
    const others = [
      TEMPLATE,
      ...['AnalysisRun', 'Experiment'].map((kind) => named(kind, call.args[2] ?? '')),
    ];
    const cli = harness({ objects: [...(call.objects as unknown as readonly Manifest[]), ...others] });
    const { code, out, err } = await cli.run(...call.args);
    assert.equal(err.trim(), call.stderr);
    const isTermination = call.args[0] === 'terminate';
    assert.equal(out.trim(), isTermination ? (OTHER_WORDS[call.stdout] ?? call.stdout) : call.stdout);
    assert.equal(code, call.exit);
    assertRequests(cli.store.requests, call);
  });
}

function named(kind: string, name: string): Manifest {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name } };
}

function assertRequests(requests: readonly Request[], { requests: recorded, objects }: PluginCall): void {
  assert.deepEqual(
    requests.map(({ path }) => path),
    recorded.map(({ path }) => path),
  );
  requests.forEach((request, i) => {
    const { verb, type, body } = recorded[i] ?? assert.fail();
    if (verb === 'PUT') {
      // The original writes the whole object back, we only the image: the outcome must be the same.
      const name = request.path.split('/')[1];
      const before = objects.find(
        (object) => (object['metadata'] as { readonly name?: string }).name === name,
      );
      assert.deepEqual(templateOf(patched(before ?? {}, request.body)), templateOf(body));
      return;
    }
    if (verb === 'POST') {
      const { metadata, spec } = request.body as Manifest;
      assert.deepEqual({ metadata: { name: metadata.name }, spec }, body);
      return;
    }
    assert.equal(request.type, type);
    assert.deepEqual(withoutTimes(request.body), withoutTimes(body));
  });
}

function templateOf(object: Json): unknown {
  return (object as { readonly spec?: { readonly template?: unknown } }).spec?.template;
}

/** Times are relative in recordings. */
function withoutTimes(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/"(<t[^"]*>|\d{4}-\d\d-\d\dT[^"]*Z)"/g, '"<time>"'));
}

/** Applies the operations of a JSON patch that we use. Source: RFC 6902. */
function patched(object: Json, operations: unknown): Json {
  const result = structuredClone(object) as Record<string, unknown>;
  for (const { op, path, value } of operations as readonly { op: string; path: string; value: unknown }[]) {
    const keys = path.split('/').slice(1);
    const last = keys.pop() ?? '';
    let parent: Record<string, unknown> = result;
    for (const key of keys) parent = parent[key] as Record<string, unknown>;
    if (op === 'test') assert.deepEqual(parent[last], value);
    else parent[last] = value;
  }
  return result as Json;
}
