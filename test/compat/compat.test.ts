// Plays the original controller's scenarios against ours on a real control plane, and compares. Settings:
//   SLUICE_RECORDINGS     folder with scenarios and recordings (../shared/recordings)
//   COMPAT_SCENARIO       only scenarios whose name matches; `*` allowed, several with commas
//   COMPAT_WAITING=1      also those that wait for a feature; those that agree are named
//   COMPAT_PARALLEL       how many are played at a time (20)
//   COMPAT_OUT            folder for our recordings (one in the system's folder for temporary files)
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/shell/clock.ts';
import { type Bed, startBed } from '../cluster/bed/bed.ts';
import { type Controller, startController } from './controller.ts';
import { Gate } from './gate.ts';
import { type Hub, startHub } from './hub.ts';
import { listen } from './loopback.ts';
import type { Place } from './place.ts';
import { type Programme, readProgramme, skip } from './programme.ts';
import { report } from './readable.ts';
import { keep, playRound, type Round } from './round.ts';
import { count, newTally, story, type Tally, unusedOf } from './tally.ts';
import { tryInTurn } from './tries.ts';

const parallel = Number(process.env['COMPAT_PARALLEL'] ?? 20);
/** How many are played at a time: all, those that differ, and those that differ again. */
const widths = [parallel, 4, 1];

/** All that scenarios need. */
interface Theatre {
  readonly programme: Programme;
  /** For our recordings, and the logs of the controllers. */
  readonly folder: string;
  readonly bed: Bed;
  readonly hub: Hub;
  readonly tally: Tally;
}

void test('recorded scenarios', { skip, concurrency: 10_000 }, async (t) => {
  const programme = readProgramme(['differences.yaml']);
  const folder = programme.folder ?? mkdtempSync(join(tmpdir(), 'sluice-compat-'));
  mkdirSync(folder, { recursive: true });
  const tally = newTally();
  const bed = await startBed();
  let hub: Hub | null = null;
  try {
    hub = await startHub(bed.api, systemClock);
    await playAll(t, { programme, folder, bed, hub, tally });
  } finally {
    await hub?.stop();
    await bed.stop();
  }
  for (const line of story(tally, programme)) t.diagnostic(line);
  t.diagnostic(`our recordings are in ${folder}`);
  const left = programme.isWhole ? false : 'not all were played';
  await t.test('every deliberate difference was seen', { skip: left }, () => {
    assert.deepEqual(unusedOf(tally, programme), []);
  });
});

/** Plays the scenarios of one controller after those of the other: two controllers would share their work. */
async function playAll(t: TestContext, theatre: Theatre): Promise<void> {
  const { library, names: chosen, waits } = theatre.programme;
  const cast = Map.groupBy(chosen, (name) => library.scenario(name).controllerArgs.join(' '));
  for (const [args, names] of cast) {
    const played = names.filter((name) => waits(name) === null);
    const controller = played.length === 0 ? null : await startOne(theatre, args);
    const gates = widths.map((width, index) => new Gate(width, index === 0 ? 0 : played.length));
    const tests = names.map((name) => {
      const feature = waits(name);
      const skipped = feature === null ? false : `waits for ${feature}`;
      return t.test(name, { skip: skipped }, () => playOne(theatre, { name, controller, gates }));
    });
    await Promise.allSettled(tests);
    await controller?.stop();
  }
}

async function startOne({ bed, folder }: Theatre, args: string): Promise<Controller> {
  return startController({
    kubeconfig: bed.kubeconfig('controller'),
    logFile: join(folder, `controller${args.replaceAll(/\W+/g, '-')}.log`),
    args: args === '' ? [] : args.split(' '),
  });
}

interface Part {
  readonly name: string;
  readonly controller: Controller | null;
  /** Many play behind the first; few, and then one at a time, when all others are through. */
  readonly gates: readonly Gate[];
}

/**
 * Plays a scenario among many others, if it differs once more when it is quiet, and if it differs again alone:
 * a loaded machine shifts what depends on seconds, in the original as in ours. Those that agree only then are
 * named in the summary.
 */
async function playOne(theatre: Theatre, part: Part): Promise<void> {
  const { tally, programme } = theatre;
  const { result: last, tries } = await tryInTurn(
    part.gates,
    () => playOnce(theatre, part),
    ({ unexpected }) => unexpected.length === 0,
  );
  const agrees = count(tally, programme, last);
  if (agrees && tries === 2) tally.quiet.push(part.name);
  if (agrees && tries > 2) tally.alone.push(part.name);
  assert.ok(agrees, report(last.ours, last.original, last.unexpected));
}

async function playOnce(theatre: Theatre, { name, controller }: Part): Promise<Round> {
  const { programme, folder, bed, hub } = theatre;
  const { library, deliberate } = programme;
  const original = library.recording(name);
  const death =
    controller?.ended.then((why) => Promise.reject(new Error(why))) ?? new Promise<never>(() => {});
  const place: Place = {
    clock: systemClock,
    api: bed.api,
    hub,
    namespace: (prefix) => bed.namespace(prefix),
    host: listen,
  };
  const round = await Promise.race([
    playRound(library.scenario(name), original, { deliberate, place }),
    death,
  ]);
  keep(folder, round);
  return round;
}
