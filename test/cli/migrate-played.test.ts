import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import { harness } from './support/harness.ts';

const INPUT = join(import.meta.dirname, '../golden/migrate/flagger-nginx/in.yaml');

function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The Rollout with the pods in it: a simulation releases another image of what it is given. */
function withPods(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Rollout') return manifest;
  const { workloadRef: _, ...spec } = manifest['spec'] as Readonly<Record<string, unknown>>;
  const labels = { app: 'podinfo' };
  const containers = [{ name: 'app', image: 'podinfo:1', ports: [{ containerPort: 9898 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  return { ...manifest, spec: { ...spec, selector: { matchLabels: labels }, template } };
}

const rows = {
  good: { outcome: 'promoted', says: /at 50% the new version got / },
  'bad-errors': {
    outcome: 'rolled-back',
    says: /request-success-rate failed 10 of 10 measurements \(limit 9\)/,
  },
} as const;

for (const [scenario, { outcome, says }] of Object.entries(rows))
  void test(`a Canary of Flagger as a Rollout: what is ${scenario} is ${outcome}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'migrate-'));
    try {
      const { out } = await harness().run('migrate', '-f', INPUT, '--mesh-provider', 'nginx');
      const ingress = manifestsIn(readFileSync(INPUT, 'utf8')).filter(({ kind }) => kind === 'Ingress');
      const file = join(folder, 'all.yaml');
      const all = [...manifestsIn(out).map(withPods), ...ingress];
      writeFileSync(file, all.map((manifest) => stringify(manifest)).join('---\n'));
      const args = ['-f', file, '--scenario', scenario, '--expect', outcome, '-n', 'test'];
      const played = await harness().run('simulate', ...args);
      assert.equal(played.code, 0, played.out + played.err);
      assert.match(played.out, says);
      // No weight rises while a check is bad.
      const weights = [...played.out.matchAll(/weight of the new version: \d+% → (\d+)%/g)].map(([, to]) =>
        Number(to),
      );
      assert.ok(outcome === 'promoted' || Math.max(...weights) <= 10, String(weights));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
