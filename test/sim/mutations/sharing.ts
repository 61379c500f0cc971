import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects where pods are shared, with a Deployment or between two versions, and in what pods read. */
export const SHARING: readonly Mutation[] = [
  {
    name: 'a Deployment gives its pods away before the rollout has any',
    file: 'core/rollout/workload-size.ts',
    find: "if (status.phase === 'Healthy' && replicas > 0) return shrunk(",
    replace: 'if (replicas > 0) return shrunk(',
    law: 'plan',
    needs: NEEDS.workload,
  },
  {
    name: 'nothing holds a rollout that has the pods of a Deployment',
    file: 'core/rollout/workload-target.ts',
    find: 'const finalizers = want.isHeld ? holdChanges(world) : [];',
    replace: 'const finalizers: readonly Change[] = [];',
    law: 'plan',
    needs: NEEDS.workload,
  },
  {
    name: 'a rollout goes before its Deployment has pods',
    file: 'core/rollout/leaving.ts',
    find: 'if (sizeOf(object) < want) return giveBack(world, object, { ...memory, from: want }, now);',
    replace:
      'if (sizeOf(object) < want) return conclude(world, { message: "", todo: [...forget(object), ...releaseChanges(world)], now });',
    law: 'left',
    needs: NEEDS.workload,
  },
  {
    name: 'stable pods go before their weight',
    file: 'core/rollout/stable-pods.ts',
    find: 'const least = Math.min(leastRoutedWeight(world), wishedWeight(world, release, life));',
    replace: 'const least = wishedWeight(world, release, life);',
    law: 'plan',
    needs: NEEDS.dynamic,
  },
  {
    name: 'the weight comes back before the pods of a small stable version',
    file: 'core/rollout/way-back.ts',
    find: 'return Math.max(0, maxWeight - carried);',
    replace: 'return 0;',
    law: 'capacity',
    needs: NEEDS.dynamic,
  },
  {
    name: 'Services that take turns are turned before their traffic',
    file: 'core/rollout/sides.ts',
    find: "return turn !== undefined && turn !== (release.status.canary?.stablePingPong ?? 'ping');",
    replace: 'return false;',
    law: 'claimed',
    needs: NEEDS.pingPong,
  },
  {
    name: 'pods read what the user has written since',
    file: 'core/rollout/configuration-copies.ts',
    find: 'if (versions.length === 0 || rollout.spec.template === undefined) return rollout;',
    replace: 'if (versions.length >= 0 || rollout.spec.template === undefined) return rollout;',
    law: 'content',
    needs: NEEDS.configured,
  },
  {
    name: 'configuration is thrown away while pods read it',
    file: 'core/rollout/configuration-copies.ts',
    find: '.filter((copy) => !used.has(',
    replace: '.filter((copy) => used.has(',
    law: 'content',
    needs: NEEDS.configured,
  },
];
