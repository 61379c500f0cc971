import { ANNOTATION, LABEL, ROLLOUT_TYPE } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout, RolloutStatus } from '../../../../src/api/rollout.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { type Owned, ownedBy } from '../reading.ts';
import { leastWanted, type Memory, type Sight } from './memory.ts';
import { hashOf, setsOf } from './pods.ts';

/** A version becomes stable only with its pods, and with every verdict that was asked for. */
export function seePromotion(
  sight: Sight,
  memory: Memory,
  old: RolloutStatus,
  next: Manifest & Rollout,
): void {
  const { stableRS = '', promoteFull } = next.status ?? {};
  if (!old.stableRS || old.stableRS === stableRS) return;
  // Without pods of an older version this is the first one, however often it was given another image.
  const former = setsOf(sight, memory).find((set) => hashOf(set) === old.stableRS);
  if (former === undefined) return;
  // One that never served, as far as anybody knew, protects nobody, and steps are passed over at once.
  if (isUnproven(sight, memory, old) || (memory.isFirst && !wasHealthy(old))) return;
  seeReadiness(sight, memory, stableRS);
  if (memory.isSkipped || old.promoteFull === true || promoteFull === true) return;
  if (isRollback(sight, memory, old.stableRS, stableRS)) return;
  const runs = ownedBy(sight.api, kinds.analysisRuns, next).filter(
    ({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS,
  );
  const revision = next.metadata.annotations?.[ANNOTATION.revision];
  const ofNow = runs.filter(({ metadata }) => metadata.annotations?.[ANNOTATION.revision] === revision);
  seeBackground(sight, memory, ofNow, stableRS);
  memory.app.steps.forEach((step, i) => {
    if (!('analysis' in step)) return;
    const phases = ofNow
      .filter(({ metadata }) => metadata.labels?.[LABEL.stepIndex] === String(i))
      .map((run) => (run as { status?: { phase?: string } }).status?.phase);
    if (!phases.includes('Successful'))
      sight.tell(
        'verdicts',
        `${memory.app.name}: ${stableRS} is stable, analysis of step ${i} was ${phases.join()}`,
      );
  });
}

/** No version was ever healthy, and the stable one serves nobody, or did not a moment ago. */
export function isUnproven(sight: Sight, memory: Memory, status: RolloutStatus): boolean {
  const stable = setsOf(sight, memory).find((set) => hashOf(set) === status.stableRS);
  return !wasHealthy(status) && stable !== undefined && sight.pods.isEmpty(stable);
}

function seeReadiness(sight: Sight, memory: Memory, hash: string): void {
  const set = setsOf(sight, memory).find((one) => hashOf(one) === hash);
  const available = set === undefined ? 0 : sight.pods.available(set);
  const wanted = leastWanted(memory);
  if (available < wanted)
    sight.tell('capacity', `${memory.app.name}: ${hash} is stable with ${available} of ${wanted} pods`);
}

/** It runs from the beginning, and one that has failed stops the release. */
function seeBackground(sight: Sight, memory: Memory, runs: readonly Owned[], hash: string): void {
  const { app } = memory;
  // Without pods all steps are over in the moment in which they begin, and there is nothing to judge.
  if (leastWanted(memory) === 0) return;
  const { analysis } = app.canary as { readonly analysis?: { readonly startingStep: number } };
  if (analysis?.startingStep !== 0 || app.steps.length === 0) return;
  const phases = runs
    .filter(({ metadata }) => metadata.labels?.[LABEL.rolloutType] === ROLLOUT_TYPE.background)
    .map((run) => (run as { status?: { phase?: string } }).status?.phase);
  if (!phases.some((phase) => phase !== 'Failed' && phase !== 'Error'))
    sight.tell('verdicts', `${app.name}: ${hash} is stable, background analysis was ${phases.join()}`);
}

/** Steps are skipped on the way back to a version that has been there a moment ago. */
function isRollback(sight: Sight, memory: Memory, from: string, to: string): boolean {
  const [older, newer] = [to, from].map((hash) => setsOf(sight, memory).find((set) => hashOf(set) === hash));
  const [began = '', ended = ''] = [older, newer].map((set) => set?.metadata.creationTimestamp);
  return memory.app.spec['rollbackWindow'] !== undefined && began <= ended;
}

/** The condition is there once any version was healthy. */
function wasHealthy({ conditions = [] }: RolloutStatus): boolean {
  return conditions.some(({ type }) => type === 'Healthy');
}
