import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../bed/api.ts';
import type { Bed } from '../bed/bed.ts';
import type { KubeObject } from '../bed/client.ts';
import { type Application, application } from './application.ts';
import { putBlueGreen } from './blue-green.ts';
import { type Chronicle, openChronicle } from './chronicle.ts';
import { putIngress, routed } from './routing.ts';
import { availableOf, sizeOf, sizesOf } from './sizes.ts';

/** A story, and the Events that tell it, in their order: the reason, and the shortest sign of which one it is. */
export interface EventSequence {
  readonly name: string;
  readonly play: (app: Application, chronicle: Chronicle) => Promise<void>;
  readonly events: readonly string[];
}

/**
 * What is decided is told in the order of the original's recordings `nginx-abort-3s`, `canary-abort-retry-full` and
 * `bluegreen-manual`. What is done about it comes after the decision, for the status is stored first, and in the
 * order in which it is safe.
 */
export const SEQUENCES: readonly EventSequence[] = [
  {
    name: 'a canary with an abort, a retry and a promotion',
    play: async (app, chronicle) => {
      await app.putServices();
      await putIngress(app);
      const steps = [{ setWeight: 50 }, { pause: {} }];
      await app.putRollout(routed(app, { nginx: { stableIngress: app.name } }, steps));
      await app.phase('Healthy');
      await app.release('2');
      await app.pausedAt(1);
      await app.act('abort');
      await hasPods(chronicle, app, { 1: 2, 2: 0 });
      await app.act('retry');
      await app.pausedAt(1);
      await app.act('promote');
      await hasPods(chronicle, app, { 1: 0, 2: 2 });
    },
    events: [
      'RolloutAddedToInformer',
      'RolloutUpdated r1',
      'RolloutNotCompleted r1',
      'RolloutCompleted r1',
      'NewReplicaSetCreated r1',
      'ScalingReplicaSet r1 0→2',
      'CreatingCanaryIngress',
      'TrafficWeightUpdated',
      'SwitchService stable',
      'SwitchService canary',
      'RolloutUpdated r2',
      'RolloutNotCompleted r2',
      'NewReplicaSetCreated r2',
      'ScalingReplicaSet r2 0→1',
      'SwitchService canary',
      'PatchingCanaryIngress',
      'TrafficWeightUpdated 0→50',
      'RolloutStepCompleted 1/2',
      'RolloutPaused',
      // The abort.
      'RolloutAborted r2',
      'PatchingCanaryIngress',
      'SwitchService canary',
      'TrafficWeightUpdated 50→0',
      'ScalingReplicaSet r2 1→0',
      // The retry.
      'ScalingReplicaSet r2 0→1',
      'SwitchService canary',
      'PatchingCanaryIngress',
      'TrafficWeightUpdated 0→50',
      'RolloutStepCompleted 1/2',
      'RolloutPaused',
      // The promotion.
      'RolloutStepCompleted 2/2',
      'ScalingReplicaSet r2 1→2',
      'PatchingCanaryIngress',
      'TrafficWeightUpdated 50→100',
      'RolloutCompleted r2',
      'SwitchService stable',
      'PatchingCanaryIngress',
      'TrafficWeightUpdated 100→0',
      'ScalingReplicaSet r1 2→0',
    ],
  },
  {
    name: 'a blue-green update that somebody promotes',
    play: async (app, chronicle) => {
      await putBlueGreen(app, { autoPromotionEnabled: false });
      await app.phase('Healthy');
      await app.release('2');
      await app.phase('Paused');
      await app.act('promote');
      await hasPods(chronicle, app, { 1: 0, 2: 2 });
    },
    events: [
      'RolloutAddedToInformer',
      'RolloutUpdated r1',
      'RolloutCompleted r1',
      'NewReplicaSetCreated r1',
      'ScalingReplicaSet r1 0→2',
      'SwitchService preview',
      'SwitchService active',
      'RolloutUpdated r2',
      'RolloutNotCompleted r2',
      'NewReplicaSetCreated r2',
      'ScalingReplicaSet r2 0→2',
      'SwitchService preview',
      'RolloutPaused',
      // The promotion.
      'SwitchService active',
      'RolloutCompleted r2',
      'ScalingReplicaSet r1 2→0',
    ],
  },
];

/**
 * Plays a story with an application of its own in a namespace, and returns the Events about its Rollout, in the order
 * in which they were written or counted up: until all that are expected were seen, and its old pods are gone.
 */
export async function playEvents(
  bed: Pick<Bed, 'api'>,
  namespace: string,
  { play, events }: EventSequence,
): Promise<readonly string[]> {
  const kinds = ['Rollout', 'ReplicaSet', 'Event'] as const;
  const chronicle = await openChronicle(bed.api, namespace, kinds);
  try {
    const app = application(bed, namespace, 'app');
    await play(app, chronicle);
    // They are written in the background.
    const all = () => toldOf(chronicle, app);
    await chronicle
      .until('as many Events as expected', () => all().length >= events.length, 10)
      .catch(() => {});
    return all();
  } finally {
    chronicle.close();
  }
}

/** As the ReplicaSets say, too: a try that comes before that takes the pods of the last one for its own. */
function hasPods(chronicle: Chronicle, { name }: Application, sizes: object): Promise<void> {
  return chronicle.until(`${name} has ${JSON.stringify(sizes)} pods`, () => {
    const sets = chronicle.present('ReplicaSet');
    const isDone = sets.every((set) => availableOf(set) === sizeOf(set));
    return isDone && isDeepStrictEqual(sizesOf(chronicle, name), sizes);
  });
}

function toldOf(chronicle: Chronicle, { name }: Application): readonly string[] {
  return chronicle
    .sightings()
    .map(({ object }) => object)
    .filter((object) => object.kind === 'Event' && valueAt(object, 'involvedObject.kind') === 'Rollout')
    .filter((event) => valueAt(event, 'involvedObject.name') === name)
    .map(sign);
}

const SIGNS: readonly RegExp[] = [
  /\(revision (?<revision>\d+)\) from (?<from>\d+) to (?<to>\d+)/,
  /service '[^']*-(?<service>\w+)' from/,
  /updated from (?<from>\d+) to (?<to>\d+)$/,
  /step (?<step>\d+\/\d+) completed/,
  /revision (?<revision>\d+)/,
];

function sign(event: KubeObject): string {
  const message = String(event['message']);
  const { revision, from, to, service, step } =
    SIGNS.map((one) => one.exec(message)?.groups).find(Boolean) ?? {};
  const parts = [
    revision === undefined ? '' : `r${revision}`,
    service,
    step,
    from === undefined ? '' : `${from}→${to}`,
  ];
  return [String(event['reason']), ...parts.filter((part) => (part ?? '') !== '')].join(' ');
}
