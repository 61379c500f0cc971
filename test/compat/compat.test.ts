// Plays the original controller's scenarios against ours on a real control plane, and compares. Settings:
//   SLUICE_RECORDINGS     folder with scenarios and recordings (../shared/recordings)
//   COMPAT_SCENARIO       only scenarios whose name matches; `*` allowed, several with commas
//   COMPAT_WAITING=1      also those that wait for a feature; those that agree are named
//   COMPAT_PARALLEL       how many are played at a time (20)
//   COMPAT_OUT            folder for our recordings (one in the system's folder for temporary files)
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/shell/clock.ts';
import { type Bed, startBed } from '../cluster/bed/bed.ts';
import { type Controller, startController } from './controller.ts';
import { mistakesIn, parseWaiting, type Waiting, waitsFor } from './coverage.ts';
import { type Deliberate, matches, parseDeliberate } from './differences.ts';
import { Gate } from './gate.ts';
import { type Hub, startHub } from './hub.ts';
import { findLibrary, type Library } from './library.ts';
import { listen } from './loopback.ts';
import type { Place } from './place.ts';
import { play } from './play.ts';
import { report } from './readable.ts';
import { judge, keep, type Round } from './round.ts';
import { covered, digest, newTally, summary, type Tally, unusedOf } from './tally.ts';

const found = findLibrary();
const inCi = (process.env['CI'] ?? '') !== '';
const wanted = (process.env['COMPAT_SCENARIO'] ?? '*').split(',');
const withWaiting = process.env['COMPAT_WAITING'] === '1';
const parallel = Number(process.env['COMPAT_PARALLEL'] ?? 20);
const quietParallel = 4;
const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

/** All that scenarios need. */
interface Theatre {
  readonly library: Library;
  readonly bed: Bed;
  readonly hub: Hub;
  readonly waiting: Waiting;
  readonly deliberate: readonly Deliberate[];
  readonly folder: string;
  readonly tally: Tally;
}

const skip = found.kind === 'missing' && !inCi ? found.why : false;

void test('recorded scenarios', { skip, concurrency: 10_000 }, async (t) => {
  assert.ok(found.kind === 'found', found.kind === 'missing' ? found.why : '');
  const { library } = found;
  const waiting = parseWaiting(read('coverage.yaml'));
  const deliberate = parseDeliberate(read('differences.yaml'));
  const scenarios = library.names.map((name) => library.scenario(name));
  assert.deepEqual(mistakesIn(waiting, scenarios), []);
  const folder = process.env['COMPAT_OUT'] ?? mkdtempSync(join(tmpdir(), 'sluice-compat-'));
  mkdirSync(folder, { recursive: true });
  const tally = newTally();
  const bed = await startBed();
  let hub: Hub | null = null;
  try {
    hub = await startHub(bed.api, systemClock);
    await playAll(t, { library, bed, hub, waiting, deliberate, folder, tally });
  } finally {
    await hub?.stop();
    await bed.stop();
  }
  for (const line of digest(tally.differences)) t.diagnostic(line);
  t.diagnostic(covered(waiting, library.names));
  t.diagnostic(summary(tally));
  t.diagnostic(`our recordings are in ${folder}`);
  const all = wanted.join() === '*';
  await t.test('every deliberate difference was seen', { skip: all ? false : 'not all were played' }, () => {
    assert.deepEqual(unusedOf(deliberate, tally, library.names), []);
  });
});

/** Plays the scenarios of one controller after those of the other: two controllers would share their work. */
async function playAll(t: TestContext, theatre: Theatre): Promise<void> {
  const { library, waiting, tally } = theatre;
  const chosen = library.names.filter((name) => wanted.some((pattern) => matches(pattern, name)));
  const cast = Map.groupBy(chosen, (name) => library.scenario(name).controllerArgs.join(' '));
  for (const [args, names] of cast) {
    const feature = (name: string): string | null => (withWaiting ? null : waitsFor(waiting, name));
    const played = names.filter((name) => feature(name) === null);
    const controller = played.length === 0 ? null : await startOne(theatre, args);
    const stage = { crowd: new Gate(parallel, 0), quiet: new Gate(quietParallel, played.length) };
    const tests = names.map((name) => {
      const waits = feature(name);
      if (waits !== null) tally.waiting.set(waits, [...(tally.waiting.get(waits) ?? []), name]);
      const skipped = waits === null ? false : `waits for ${waits}`;
      return t.test(name, { skip: skipped }, () => playOne(theatre, { name, controller, ...stage }));
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
  /** Lets many play at a time. */
  readonly crowd: Gate;
  /** Lets a few play, when the crowd has gone. */
  readonly quiet: Gate;
}

/**
 * Plays a scenario among many others, and if it differs once more when it is quiet: a loaded machine shifts
 * what depends on seconds, in the original as in ours. Those that agree only then are named in the summary.
 */
async function playOne(theatre: Theatre, part: Part): Promise<void> {
  const { tally } = theatre;
  const first = await part.crowd.run(() => playOnce(theatre, part)).finally(() => part.quiet.countDown());
  const again = first.unexpected.length > 0;
  const last = again ? await part.quiet.run(() => playOnce(theatre, part)) : first;
  tally.differences.push(...last.unexpected);
  const waits = waitsFor(theatre.waiting, part.name);
  if (last.unexpected.length > 0) tally.differ.push(part.name);
  else (waits === null ? tally.agree : tally.early).push(part.name);
  if (again && last.unexpected.length === 0) tally.quiet.push(part.name);
  assert.ok(last.unexpected.length === 0, report(last.ours, last.original, last.unexpected));
}

async function playOnce(theatre: Theatre, { name, controller }: Part): Promise<Round> {
  const { library, bed, hub } = theatre;
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
  const ours = await Promise.race([play(library.scenario(name), original, place), death]);
  const round = judge(ours, original, theatre.deliberate);
  for (const one of round.used) theatre.tally.used.add(one);
  keep(theatre.folder, round);
  return round;
}
