import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import * as z from 'zod';
import type { Manifest } from '../../src/api/meta.ts';
import type { TrafficRouting } from '../../src/api/traffic.ts';
import { mergePatch } from '../../src/core/merge-patch.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../../src/core/routes.ts';
import { PLUGINS, ROUTERS, routersOf } from '../../src/routers/index.ts';
import { frozen, TARGET } from './fixtures/fixture.ts';

/**
 * Each case is two files. `<case>.in.yaml`: the case as below, then the manifests that are there. `<case>.out.yaml`: what
 * was read from them, then every manifest that is written, each after the merge patch that writes it.
 * `UPDATE=1` rewrites the second; the diff is the review.
 */
const caseSchema = z.strictObject({
  about: z.string(),
  trafficRouting: z.record(z.string(), z.unknown()),
  target: z.record(z.string(), z.unknown()).default({}),
  routes: z.record(z.string(), z.unknown()),
});

const GOLDEN = join(import.meta.dirname, '../golden/routers');
const FEWEST = 8;

for (const name of [...Object.keys(ROUTERS), ...Object.keys(PLUGINS)]) {
  const folder = join(GOLDEN, name.slice(name.lastIndexOf('/') + 1));
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const cases = files
    .filter((file) => file.endsWith('.in.yaml'))
    .map((file) => file.slice(0, -'.in.yaml'.length));

  void test(`${name} has at least ${FEWEST} golden cases, and no output without a case`, () => {
    assert.ok(cases.length >= FEWEST, `${cases.length} in ${folder}`);
    const outputs = files.filter((file) => file.endsWith('.out.yaml'));
    assert.deepEqual(outputs.sort(), cases.map((one) => `${one}.out.yaml`).sort());
  });

  for (const one of cases) {
    void test(`${name}: ${one}`, () => {
      const path = join(folder, `${one}.out.yaml`);
      const output = written(readFileSync(join(folder, `${one}.in.yaml`), 'utf8'));
      if (process.env['UPDATE'] === '1') writeFileSync(path, output);
      assert.equal(output, readFileSync(path, 'utf8'));
    });
  }
}

/** The text of `<case>.out.yaml`. */
function written(input: string): string {
  const [head, ...manifests] = parseAllDocuments(input).map((document): unknown => document.toJS());
  const given = caseSchema.parse(head);
  const target: RouteTarget = { ...TARGET, ...given.target };
  const routes: Routes = { ...ALL_STABLE, ...given.routes };
  const found = routersOf(frozen(given.trafficRouting as TrafficRouting));
  if (found.kind === 'issues') assert.fail(JSON.stringify(found.issues));
  const router = found.routers[0] ?? assert.fail('no router');
  const refs = router.refs(target);
  const there = frozen(manifests as Manifest[]);
  const observed = refs.map(
    (ref) => there.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name) ?? null,
  );
  assert.equal(
    observed.filter((manifest) => manifest !== null).length,
    there.length,
    'a manifest is in no ref',
  );
  assert.deepEqual(router.issues(observed, target), []);
  const put = router.put(observed, routes, target);
  const changes = put.flatMap((manifest, i) => {
    const before = observed[i] ?? null;
    if (manifest === null || manifest === before) return [];
    const patch = before === null ? 'create' : mergePatch(asJson(before), asJson(manifest));
    return [{ patch }, manifest];
  });
  const read = router.read(observed, target);
  return [{ about: given.about, read }, ...changes]
    .map((document) => stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');
}

/** A manifest holds nothing but JSON; its type cannot say so. */
function asJson(manifest: Manifest) {
  return JSON.parse(JSON.stringify(manifest));
}
