import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { harness } from './support/harness.ts';

/** Fresh copies in experiments get requests, too: they are told apart, and nothing is missing. */

const EXAMPLE = join(import.meta.dirname, '../../examples/canary-baseline');

interface Counted {
  readonly requests: number;
  readonly failures: number;
}

interface Document {
  readonly simulatedMs: number;
  readonly releases: readonly {
    readonly old: Counted;
    readonly new: Counted;
    readonly copies: Counted;
    readonly withoutCanary: Counted | null;
    readonly samples: readonly {
      readonly versions: readonly Counted[];
      readonly copies: readonly (Counted & { readonly hash: string })[];
    }[];
  }[];
}

async function simulated(...flags: readonly string[]): Promise<string> {
  const { out, err } = await harness().run('simulate', '-f', EXAMPLE, ...flags);
  assert.equal(err, '');
  return out;
}

void describe('simulate: copies of an experiment', () => {
  void test('are in the sum of all requests', async () => {
    const { releases, simulatedMs } = JSON.parse(await simulated('-o', 'json')) as Document;
    const [release] = releases;
    assert.ok(release !== undefined);
    const { old, copies, samples } = release;
    const all = old.requests + release.new.requests + copies.requests;
    const sent = (50 * simulatedMs) / 1000;
    assert.ok(Math.abs(all - sent) < 4 * Math.sqrt(sent), `${all} of about ${sent}`);
    // A tenth of the traffic for ten minutes.
    assert.ok(copies.requests > 2_700 && copies.requests < 3_300, String(copies.requests));
    const summed = (pick: (sample: (typeof samples)[number]) => readonly Counted[]): number =>
      samples.flatMap(pick).reduce((sum, { requests }) => sum + requests, 0);
    assert.equal(
      summed((sample) => sample.copies),
      copies.requests,
    );
    assert.equal(
      summed((sample) => sample.versions),
      old.requests + release.new.requests,
    );
    // The one of the old version, and the one of the new.
    assert.equal(new Set(samples.flatMap((sample) => sample.copies.map(({ hash }) => hash))).size, 2);
  });

  void test('fail for the version that they are a copy of', async () => {
    const out = await simulated('--scenario', 'bad-errors', '-o', 'json');
    const [release] = (JSON.parse(out) as Document).releases;
    assert.ok(release !== undefined);
    const { copies, old, withoutCanary } = release;
    assert.deepEqual([old.failures, release.new.requests], [0, 0]);
    assert.ok(copies.failures > 0 && copies.failures < copies.requests / 2);
    // Three of ten, had it replaced the old version.
    const share = (withoutCanary?.failures ?? 0) / (withoutCanary?.requests ?? 1);
    assert.ok(share > 0.25 && share < 0.4, String(share));
  });

  void test('are told in the summary', async () => {
    const out = await simulated('--scenario', 'bad-errors');
    assert.match(
      out,
      /\n {2}requests: old version [\d,]+, none failed; new version 0; fresh copies \d+, \d+ failed\n {2}failed: \d+; if it had replaced the old version at once: about \d+ of [\d,]+\n/,
    );
  });
});
