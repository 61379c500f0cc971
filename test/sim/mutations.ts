import { join } from 'node:path';
import type { Law } from './support/witness.ts';

/** One defect: a text of a source file of ours, and what stands there instead. */
export interface Mutation {
  /** What is wrong, in a few words. */
  readonly name: string;
  /** From `src` on. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The law that must notice. */
  readonly law: Law;
  /** A life in which it does. */
  readonly seed: string;
}

/** Where the source of a mutation lies. */
export function pathOf({ file }: Mutation): string {
  return join(import.meta.dirname, '../../src', file);
}

/** The source with the defect. Throws where the text to replace does not stand there exactly once. */
export function mutated({ name, file, find, replace }: Mutation, source: string): string {
  const times = source.split(find).length - 1;
  if (times === 1) return source.replace(find, () => replace);
  throw new Error(`mutation '${name}': its text stands ${times} times in src/${file}, not once`);
}

const status: readonly Mutation[] = [
  {
    name: 'acts before it stores the status',
    file: 'shell/reconcile.ts',
    find: 'const { committed, dueAt } = await store(',
    replace:
      'for (const change of todo.splice(0)) await apply(io, change, signal);\n    const { committed, dueAt } = await store(',
    law: 'first',
    seed: '1',
  },
  {
    name: 'stores no status while there is something to do',
    file: 'shell/reconcile.ts',
    find: 'if (dueAt === null) await commit(',
    replace: 'if (dueAt === null && todo.length === 0) await commit(',
    law: 'first',
    seed: '1',
  },
  {
    name: 'every pass renews the conditions',
    file: 'core/rollout/conditions.ts',
    find: 'if (present?.status === claim.status && present.reason === claim.reason) return conditions;',
    replace: '',
    law: 'calm',
    seed: '1',
  },
];

const fences: readonly Mutation[] = [
  {
    name: 'transitions do not begin a new epoch',
    file: 'core/rollout/life.ts',
    find: 'epoch: life.epoch + 1 }',
    replace: 'epoch: Math.max(1, life.epoch) }',
    law: 'fenced',
    seed: '1',
  },
  {
    name: 'Services and routes carry no stamp',
    file: 'core/writes.ts',
    find: 'return { [ANNOTATION.epoch]:',
    replace: 'return { [`unstamped`]:',
    law: 'claimed',
    seed: '2',
  },
  {
    name: 'no claim before traffic moves',
    file: 'core/changes.ts',
    find: '    ...claims,\n    ...shift,\n',
    replace: '    ...shift,\n',
    law: 'claimed',
    seed: '12',
  },
  {
    name: 'no claim before pods go',
    file: 'core/changes.ts',
    find: '...(late.length === 0 && !back ? [] : claimsOfRoutes(world, target, claimed)),',
    replace: '',
    law: 'claimed',
    seed: '2',
  },
];

const order: readonly Mutation[] = [
  {
    name: 'pods go before the traffic',
    file: 'core/changes.ts',
    find: '    ...claims,\n    ...shift,\n',
    replace: '    ...late.splice(0),\n    ...claims,\n    ...shift,\n',
    law: 'outlive',
    seed: '4',
  },
  {
    name: 'the weight rises before the pods are there',
    file: 'core/rollout/traffic.ts',
    find: 'if (hasWantedSizes(release, life)) return weight;',
    replace: 'if (hasWantedSizes(release, life) || weight > 0) return weight;',
    law: 'capacity',
    seed: '2',
  },
  {
    name: 'an abort leaves the weight as it is',
    file: 'core/rollout/traffic.ts',
    find: 'if (isComplete(release, life) || life.abort === true) return 0;',
    replace:
      'if (isComplete(release, life)) return 0;\n  if (life.abort === true) return routedWeight(world);',
    law: 'heard',
    seed: '4',
  },
  {
    name: 'an abort gives the canary everything',
    file: 'core/rollout/traffic.ts',
    find: 'if (isComplete(release, life) || life.abort === true) return 0;',
    replace: 'if (isComplete(release, life)) return 0;\n  if (life.abort === true) return release.maxWeight;',
    law: 'plan',
    seed: '4',
  },
  {
    name: 'a Service is switched to pods that are not there',
    file: 'core/rollout/selectors.ts',
    find: 'if (selected === revision.hash) return true;',
    replace: 'if (selected !== "") return true;',
    law: 'capacity',
    seed: '3',
  },
  {
    name: 'the delay of scaling down is passed over',
    file: 'core/rollout/older.ts',
    find: 'const delaySeconds = release.canarySpec.scaleDownDelaySeconds ?? 30;',
    replace: 'const delaySeconds = 0;',
    law: 'delay',
    seed: '1',
  },
  {
    name: 'an aborted canary goes at once',
    file: 'core/rollout/replicasets.ts',
    find: 'const delaySeconds = release.canarySpec.abortScaleDownDelaySeconds ?? 30;',
    replace: 'const delaySeconds = 0;',
    law: 'delay',
    seed: '6',
  },
];

const sizes: readonly Mutation[] = [
  {
    name: 'maxUnavailable is passed over',
    file: 'core/rollout/sizes.ts',
    find: 'const leastAvailable = now.replicas - now.limits.maxUnavailable;',
    replace: 'const leastAvailable = 0;',
    law: 'promise',
    seed: '1',
  },
  {
    name: 'maxUnavailable is passed over for older versions',
    file: 'core/rollout/replicasets.ts',
    find: 'const leastAvailable = release.replicas - release.limits.maxUnavailable;',
    replace: 'const leastAvailable = 0;',
    law: 'promise',
    seed: '1',
  },
  {
    name: 'pods that go already are counted as spare',
    file: 'core/rollout/sizes.ts',
    find: 'return Math.min(size.spec, size.available);',
    replace: 'return size.available;',
    law: 'promise',
    seed: '59',
  },
  {
    name: 'maxSurge is passed over',
    file: 'core/rollout/sizes.ts',
    find: 'let budget = now.replicas + now.limits.maxSurge -',
    replace: 'let budget = 1000 -',
    law: 'surge',
    seed: '1',
  },
  {
    name: 'sizes are rounded down',
    file: 'core/rollout/split.ts',
    find: 'return Math.ceil((weight * replicas) / maxWeight);',
    replace: 'return Math.floor((weight * replicas) / maxWeight);',
    law: 'steps',
    seed: '2',
  },
];

const steps: readonly Mutation[] = [
  {
    name: 'a pause ends at once',
    file: 'core/rollout/facts.ts',
    find: "return end !== null && now >= end ? 'pauseOver' : 'waiting';",
    replace: "return end !== null ? 'pauseOver' : 'waiting';",
    law: 'steps',
    seed: '4',
  },
  {
    name: 'a pause without an end ends by itself',
    file: 'core/rollout/facts.ts',
    find: "return end !== null && now >= end ? 'pauseOver' : 'waiting';",
    replace: "return end === null || now >= end ? 'pauseOver' : 'waiting';",
    law: 'steps',
    seed: '5',
  },
  {
    name: 'a weight counts as reached before the routes say so',
    file: 'core/rollout/facts.ts',
    find: 'const reached = hasWantedSizes(release, life) && carries(',
    replace: 'const reached = hasWantedSizes(release, life) || carries(',
    law: 'steps',
    seed: '2',
  },
  {
    name: 'an analysis step is skipped',
    file: 'core/rollout/facts.ts',
    find: "return life.stepRun?.status === 'Successful' ? 'done' : 'waiting';",
    replace: "return 'done';",
    law: 'verdicts',
    seed: '4',
  },
  {
    name: 'an analysis that goes on counts as successful',
    file: 'core/rollout/facts.ts',
    find: "return life.stepRun?.status === 'Successful' ? 'done' : 'waiting';",
    replace: "return life.stepRun?.status !== 'Failed' ? 'done' : 'waiting';",
    law: 'verdicts',
    seed: '4',
  },
  {
    name: 'no background analysis',
    file: 'core/rollout/runs.ts',
    find: 'return life.step === null || life.step >= (analysis.startingStep ?? 0);',
    replace: 'return false;',
    law: 'verdicts',
    seed: '14',
  },
  {
    name: 'a retry is passed over',
    file: 'core/rollout/machine.ts',
    find: "{ guard: 'retried', target: 'stepping', actions: 'retry' },",
    replace: '',
    law: 'heard',
    seed: '2',
  },
  {
    name: 'a full promotion is passed over',
    file: 'core/rollout/machine.ts',
    find: 'facts.fullRequested && (!facts.pastSteps ||',
    replace: 'facts.fullRequested && facts.pastSteps && (!facts.pastSteps ||',
    law: 'converges',
    seed: '5',
  },
  {
    name: 'an abort is passed over',
    file: 'core/rollout/machine.ts',
    find: 'facts.abortRequested && !facts.abortedBefore && !facts.fullRequested',
    replace: 'facts.abortRequested && facts.isStable',
    law: 'heard',
    seed: '2',
  },
  {
    name: 'a hold is passed over',
    file: 'core/rollout/replicasets.ts',
    find: 'return release.rollout.spec.paused === true || (inconclusive',
    replace: 'return (inconclusive',
    law: 'heard',
    seed: '23',
  },
];

const analysis: readonly Mutation[] = [];

const shell: readonly Mutation[] = [];

const belongings: readonly Mutation[] = [
  {
    name: 'Services of a rollout that is gone keep its hash',
    file: 'core/release-service.ts',
    find: 'if (annotations?.[ANNOTATION.managedByRollouts] === undefined) return null;',
    replace: 'if (annotations?.[ANNOTATION.managedByRollouts] !== "") return null;',
    law: 'left',
    seed: '1',
  },
  {
    name: 'routes of a rollout that is gone are not handed back',
    file: 'shell/release-route.ts',
    find: 'if (isReleasable(standing, { owns: holder.owns, services })) released.push(holder);',
    replace: '',
    law: 'left',
    seed: '2',
  },
];

/** Every defect that the simulation must notice. */
export const MUTATIONS: readonly Mutation[] = [
  ...status,
  ...fences,
  ...order,
  ...sizes,
  ...steps,
  ...analysis,
  ...shell,
  ...belongings,
];
