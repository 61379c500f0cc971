import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import { startInside } from '../../src/cli/simulate/controller.ts';
import { sleep } from '../../src/shell/clock.ts';
import { parseSettings } from '../../src/shell/flags.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { fairWeather, type Weather } from '../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';
import { apiOver } from '../cluster/bed/api.ts';
import type { Deliberate } from './differences.ts';
import { startHub } from './hub.ts';
import type { Host, Place, Serve } from './place.ts';
import type { Recording } from './recording.ts';
import { playRound, type Round } from './round.ts';
import type { Scenario } from './scenario.ts';
import { wireOf } from './simulated-wire.ts';

const CRDS = join(import.meta.dirname, '..', '..', 'crds');
const definitions: readonly Manifest[] = readdirSync(CRDS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(join(CRDS, file), 'utf8')) as Manifest);

/** Pods take as long as where the original was recorded. */
const PACE = { startMs: { least: 700, most: 700 }, stopMs: { least: 200, most: 200 } };

/**
 * A real API server takes some milliseconds for a write, and by then the controller has seen the one before:
 * the Service of a rollout before the rollout.
 */
const unhurried: Weather = { ...fairWeather, request: () => ({ kind: 'well', lateMs: 5 }) };

/** No scenario takes longer; virtual milliseconds. */
const LONGEST_MS = 3_600_000;

/**
 * Plays a scenario in a simulated cluster of its own, with the whole controller in it, in virtual time, and
 * holds it against the original's recording. One seed gives one recording.
 */
export function playSimulated(
  scenario: Scenario,
  original: Recording,
  { deliberate, seed }: { readonly deliberate: readonly Deliberate[]; readonly seed: string },
): Promise<Round> {
  return inSimulation(seed, scenario.controllerArgs, (place) =>
    playRound(scenario, original, { deliberate, place }),
  );
}

/** Does anything else in such a cluster. */
export async function inSimulation<T>(
  seed: string,
  controllerArgs: readonly string[],
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const world = new World({
    clock: new VirtualClock(BEGINNING_MS),
    seed,
    definitions,
    pace: PACE,
  });
  try {
    return await letPass(world.clock, async () => {
      const controller = await startIn(world, controllerArgs);
      const lost = controller.lost.then((why) => Promise.reject(new Error(`the controller ended: ${why}`)));
      return Promise.race([work(await placeIn(world)), lost]);
    });
  } finally {
    await world.stop();
  }
}

/** Lets time pass until the work is done. Throws when it is not after the longest time. */
async function letPass<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  await loadAhead();
  let isOver = false;
  const outcome = work().finally(() => {
    isOver = true;
  });
  outcome.catch(() => {});
  if (await clock.run(LONGEST_MS, () => isOver)) return outcome;
  throw new Error(`not over after ${clock.elapsed() / 1000} s of virtual time`);
}

async function startIn(world: World<VirtualClock>, args: readonly string[]) {
  const settings = parseSettings(['--leader-elect=false', ...args], { POD_NAMESPACE: 'sluice' });
  const controller = startInside(world.process('sluice'), settings);
  while (!controller.isReady()) await sleep(world.clock, 100);
  return controller;
}

async function placeIn(world: World<VirtualClock>): Promise<Place> {
  const { api, clock, sites } = world;
  const client = apiOver(wireOf(world.process('player', unhurried)));
  return {
    clock,
    api: client,
    hub: await startHub(client, clock),
    namespace: async (prefix) => {
      const name = `${prefix}-stage`;
      api.create(kinds.namespaces, { metadata: { name } }, { manager: 'bed' });
      // By then it has its ServiceAccount, without which pods are refused.
      await sleep(clock, 1_000);
      return name;
    },
    host: (serve) => {
      const name = `host-${sites.size}.scripted`;
      sites.set(name, ({ method, url, body }) => answerTo({ method, url, body: body ?? '' }, serve));
      const host: Host = {
        url: `http://${name}`,
        stop: () => {
          sites.delete(name);
          return Promise.resolve();
        },
      };
      return Promise.resolve(host);
    },
  };
}

function answerTo(
  { url, method, body }: { readonly url: string; readonly method: string; readonly body: string },
  serve: Serve,
) {
  const { pathname, search } = new URL(url);
  const reply = serve({ method, path: pathname + search, body });
  return { status: reply.status, body: reply.body };
}
