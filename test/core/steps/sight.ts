import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { JsonObject, StringMap } from '../../../src/api/meta.ts';
import type { Job } from '../../../src/api/workload.ts';
import { type BoundStep, stepPlugin } from '../../../src/core/steps/index.ts';
import type { Replies, Sees, Turn } from '../../../src/core/steps/plugin.ts';

/** Noon of the day on which steps begin in these tests. */
export const NOON = Date.parse('2026-03-01T12:00:00Z');

/** What a step sees; times in seconds after noon. */
export interface Sight {
  readonly at?: number;
  readonly annotations?: StringMap;
  readonly jobs?: readonly Job[];
  readonly runs?: readonly AnalysisRun[];
  readonly replies?: Replies;
  readonly name?: string;
  readonly startedAt?: number;
}

/** All that a step may look at: it is step 2 of the rollout `web`, whose template has the hash `abc`. */
export function sees({
  at = 0,
  annotations = {},
  jobs = [],
  runs = [],
  replies = {},
  name = 'web',
  startedAt = 0,
}: Sight): Sees {
  const metadata = { name, namespace: 'shop', uid: '0123456789-uid', annotations };
  return {
    now: NOON + at * 1000,
    rollout: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, spec: {} },
    index: 1,
    hash: 'abc',
    startedAt: NOON + startedAt * 1000,
    jobs,
    runs,
    replies,
  };
}

/** The plugin of this name with this configuration. Throws where something is wrong with it. */
export function bound(name: string, config: object): BoundStep {
  const binding = stepPlugin({ name, config: config as JsonObject }, 'plugin');
  if (binding.kind === 'step') return binding.run;
  throw new Error(binding.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
}

/** Looks several times, each time with the memo of the time before; the last turn. */
export function looks(run: BoundStep, ...sights: readonly Sight[]): Turn {
  let turn: Turn | null = null;
  for (const sight of sights) turn = run(turn?.memo ?? {}, sees(sight));
  if (turn === null) throw new Error('nobody looks');
  return turn;
}
