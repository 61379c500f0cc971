import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects in what comes first, pods or traffic. */
export const ORDER: readonly Mutation[] = [
  {
    name: 'pods go before the traffic',
    file: 'core/changes.ts',
    find: '    ...claims,\n    ...shift,\n',
    replace: '    ...late.splice(0),\n    ...claims,\n    ...shift,\n',
    law: 'outlive',
  },
  {
    name: 'the weight rises before the pods are there',
    file: 'core/rollout/traffic.ts',
    find: 'if (hasWantedSizes(release, life)) return weight;',
    replace: 'if (hasWantedSizes(release, life) || weight > 0) return weight;',
    law: 'capacity',
  },
  {
    name: 'a weight whose step was skipped comes before its pods',
    file: 'core/rollout/traffic.ts',
    find: 'return Math.min(weight, previousWeight(release, life), present);',
    replace: 'return Math.min(weight, previousWeight(release, life));',
    law: 'capacity',
    needs: NEEDS.skips,
  },
  {
    name: 'an abort leaves the weight as it is',
    file: 'core/rollout/traffic.ts',
    find: 'if (isComplete(release, life) || life.abort === true) return 0;',
    replace:
      'if (isComplete(release, life)) return 0;\n  if (life.abort === true) return routedWeight(world);',
    law: 'heard',
  },
  {
    name: 'an abort gives the canary everything',
    file: 'core/rollout/traffic.ts',
    find: 'if (isComplete(release, life) || life.abort === true) return 0;',
    replace: 'if (isComplete(release, life)) return 0;\n  if (life.abort === true) return release.maxWeight;',
    law: 'plan',
  },
  {
    name: 'the way back does not wait for stable pods',
    file: 'core/rollout/traffic.ts',
    find: 'if (isReturn && !isDynamic(release) &&',
    replace: 'if (isReturn && wished < 0 &&',
    law: 'capacity',
    needs: NEEDS.routed,
  },
  {
    name: 'traffic that nobody answers goes to where nobody answers either',
    file: 'core/rollout/way-back.ts',
    find: '(serves(giver) === 0 && takers > 0)',
    replace: 'serves(giver) === 0',
    law: 'plan',
    needs: NEEDS.dynamic,
  },
  {
    name: 'promotes without waiting for pods',
    file: 'core/rollout/facts.ts',
    find: 'if (!isPastSteps(release, life) || !isFullyAvailable(release)) return false;',
    replace: 'if (!isPastSteps(release, life)) return false;',
    law: 'capacity',
  },
  {
    name: 'promotes before the canary has all traffic',
    file: 'core/rollout/facts.ts',
    find: 'return carries(world, release, life, release.maxWeight);',
    replace: 'return true;',
    law: 'steps',
    needs: NEEDS.routed,
  },
  {
    name: 'a Service is switched to pods that are not there',
    file: 'core/rollout/selectors.ts',
    find: 'if (selected === revision.hash) return true;',
    replace: 'if (selected !== "") return true;',
    law: 'capacity',
  },
  {
    name: 'the delay of scaling down is passed over',
    file: 'core/rollout/older.ts',
    find: 'const delaySeconds = isShort(world, release) ? 0 : (release.canarySpec.scaleDownDelaySeconds ?? 30);',
    replace: 'const delaySeconds = 0;',
    law: 'delay',
  },
  {
    name: 'an aborted canary goes at once',
    file: 'core/rollout/replicasets.ts',
    find: 'return release.canarySpec.abortScaleDownDelaySeconds ?? usual;',
    replace: 'return 0.001;',
    law: 'delay',
  },
];

/** Defects in numbers of pods. */
export const SIZES: readonly Mutation[] = [
  {
    name: 'maxUnavailable is passed over',
    file: 'core/rollout/sizes.ts',
    find: 'const leastAvailable = now.replicas - now.limits.maxUnavailable;',
    replace: 'const leastAvailable = 0;',
    law: 'promise',
  },
  {
    name: 'maxUnavailable is passed over for older versions',
    file: 'core/rollout/replicasets.ts',
    find: 'const leastAvailable = release.replicas - release.limits.maxUnavailable;',
    replace: 'const leastAvailable = 0;',
    law: 'promise',
  },
  {
    name: 'pods that go already are counted as spare',
    file: 'core/rollout/sizes.ts',
    find: 'return Math.min(size.spec, size.available);',
    replace: 'return size.available;',
    law: 'promise',
  },
  {
    name: 'maxSurge is passed over',
    file: 'core/rollout/sizes.ts',
    find: 'let budget = now.replicas + now.limits.maxSurge -',
    replace: 'let budget = 1000 -',
    law: 'surge',
  },
  {
    name: 'a restart takes all pods at once',
    file: 'core/rollout/restart.ts',
    find: 'const allowed = Math.max(0,',
    replace: 'const allowed = Math.max(1000,',
    law: 'promise',
    needs: NEEDS.restart,
  },
  {
    name: 'a restart counts pods that are about to go',
    file: 'core/rollout/restart.ts',
    find: 'return Math.min(spec, available, own.length);',
    replace: 'return Math.min(available, own.length);',
    law: 'promise',
    needs: NEEDS.restart,
  },
  {
    name: 'sizes are rounded down',
    file: 'core/rollout/split.ts',
    find: 'return Math.ceil((weight * replicas) / maxWeight);',
    replace: 'return Math.floor((weight * replicas) / maxWeight);',
    law: 'capacity',
  },
];
