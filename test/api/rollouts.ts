import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '../../src/api/rollout.ts';
import { validateRollout } from '../../src/api/validate/index.ts';

/** JSON that a row of a test writes where the API has a typed field: rows hold mistakes, too. */
export type Loose = Readonly<Record<string, unknown>>;

/** A pod template without a mistake. */
export const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'demo/app:1' }] },
};

/** A Rollout without a mistake, but for what `spec` says otherwise. */
export function rolloutWith(spec: Loose): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: TEMPLATE,
      strategy: { canary: {} },
      ...spec,
    },
  };
}

/** The same with a canary strategy. */
export function canaryWith(canary: Loose): Rollout {
  return rolloutWith({ strategy: { canary } });
}

/** The same with NGINX routing and its Services. */
export function nginxWith(canary: Loose): Rollout {
  return canaryWith({
    canaryService: 'canary',
    stableService: 'stable',
    trafficRouting: { nginx: { stableIngress: 'web' } },
    ...canary,
  });
}

/** The same with Istio routing. */
export function istioWith(canary: Loose, routing: Loose = {}): Rollout {
  return nginxWith({ trafficRouting: { istio: { virtualService: { name: 'vs' } }, ...routing }, ...canary });
}

/** The same with one container that has further fields. */
export function containerWith(container: Loose, spec: Loose = {}): Rollout {
  const containers = [{ name: 'app', image: 'demo/app:1', ...container }];
  return rolloutWith({ template: { ...TEMPLATE, spec: { containers, ...spec } } });
}

/** A row of a table: every issue must be there, in this order: `path: part of the message`. Without issues: accepted. */
export function row(
  name: string,
  rollout: Rollout,
  ...issues: readonly (readonly [path: string, text: string])[]
): void {
  void test(name, () => {
    const found = validateRollout(rollout);
    assert.deepEqual(
      found.map((issue) => issue.path),
      issues.map(([path]) => path),
      JSON.stringify(found),
    );
    for (const [i, { message }] of found.entries()) {
      assert.ok(message.includes(issues[i]?.[1] ?? ''), message);
    }
  });
}
