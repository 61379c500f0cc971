// Plays the original controller's scenarios against ours on a real control plane, and compares. Settings:
//   SLUICE_RECORDINGS     folder with scenarios and recordings (../shared/recordings)
//   COMPAT_SCENARIO       only scenarios whose name matches; `*` allowed, several with commas
//   COMPAT_WAITING=1      also those that wait for a feature; those that agree are named
//   COMPAT_PARALLEL       how many are played at a time (20)
//   COMPAT_OUT            folder for our recordings (one in the system's folder for temporary files)
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Bed, startBed } from '../cluster/bed/bed.ts';
import { compareRecordings } from './compare.ts';
import { type Controller, startController } from './controller.ts';
import { mistakesIn, parseWaiting, type Waiting, waitsFor } from './coverage.ts';
import type { Difference } from './difference.ts';
import { type Deliberate, matches, parseDeliberate, sortDifferences } from './differences.ts';
import { Gate } from './gate.ts';
import { type Hub, startHub } from './hub.ts';
import { findLibrary, type Library } from './library.ts';
import { play } from './play.ts';
import { readable, report } from './readable.ts';
import { formatRecording, type Recording } from './recording.ts';

const found = findLibrary();
const inCi = (process.env['CI'] ?? '') !== '';
const wanted = (process.env['COMPAT_SCENARIO'] ?? '*').split(',');
const withWaiting = process.env['COMPAT_WAITING'] === '1';
const parallel = Number(process.env['COMPAT_PARALLEL'] ?? 20);
const quietParallel = 4;
const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

/** What came of the scenarios. */
interface Tally {
  readonly agree: string[];
  readonly differ: string[];
  /** Feature to scenarios that wait for it. */
  readonly waiting: Map<string, string[]>;
  /** Scenarios that are listed as waiting and agree nevertheless. */
  readonly early: string[];
  /** Scenarios that agree, but not while many others are played. */
  readonly quiet: string[];
  readonly used: Set<Deliberate>;
  readonly differences: Difference[];
}

/** The differences of one playing that are not on purpose, and both recordings. */
interface Round {
  readonly ours: Recording;
  readonly original: Recording;
  readonly unexpected: readonly Difference[];
}

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
  const tally: Tally = {
    agree: [],
    differ: [],
    waiting: new Map(),
    early: [],
    quiet: [],
    used: new Set(),
    differences: [],
  };
  const bed = await startBed();
  let hub: Hub | null = null;
  try {
    hub = await startHub(bed.api);
    await playAll(t, { library, bed, hub, waiting, deliberate, folder, tally });
  } finally {
    await hub?.stop();
    await bed.stop();
  }
  for (const line of digest(tally.differences)) t.diagnostic(line);
  t.diagnostic(summary(tally));
  t.diagnostic(`our recordings are in ${folder}`);
  const all = wanted.join() === '*';
  await t.test('every deliberate difference was seen', { skip: all ? false : 'not all were played' }, () => {
    assert.deepEqual(unusedOf(deliberate, tally, library.names), []);
  });
});

/** Entries for scenarios that were played, or for all, that explained nothing. */
function unusedOf(
  deliberate: readonly Deliberate[],
  tally: Tally,
  names: readonly string[],
): readonly Deliberate[] {
  const waiting = [...tally.waiting.values()].flat();
  const played = names.filter((name) => !waiting.includes(name));
  return deliberate.filter((one) => {
    const concerned = played.some((name) => matches(one.scenario, name));
    const known = names.some((name) => matches(one.scenario, name));
    return !tally.used.has(one) && !(one.timing && known) && (concerned || !known);
  });
}

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
  const place = { api: bed.api, hub, namespace: (prefix: string) => bed.namespace(prefix) };
  const ours = await Promise.race([play(library.scenario(name), original, place), death]);
  const { unexpected, used } = sortDifferences(ours, compareRecordings(ours, original), theatre.deliberate);
  for (const one of used) theatre.tally.used.add(one);
  keep(theatre.folder, ours, unexpected);
  return { ours, original, unexpected };
}

/** Our recording, the same for people, and what differs, one JSON object a line. */
function keep(folder: string, recording: Recording, differences: readonly Difference[]): void {
  const rows = differences.map((difference) => `${JSON.stringify(difference)}\n`);
  writeFileSync(join(folder, `${recording.scenario}.differences.jsonl`), rows.join(''));
  writeFileSync(join(folder, `${recording.scenario}.jsonl`), formatRecording(recording));
  writeFileSync(join(folder, `${recording.scenario}.md`), readable(recording));
}

/** The commonest differences over all scenarios: many scenarios differ for one reason. */
function digest(differences: readonly Difference[]): readonly string[] {
  const kinds = Map.groupBy(differences, ({ rule, object, field }) => {
    const general = field.replaceAll(/<[^<>]*>/g, '<>').slice(0, 100);
    return `${rule}: ${object.split('/')[0] ?? ''} ${general}`;
  });
  const rows = [...kinds].map(([name, all]) => ({ name, count: all.length }));
  return rows
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 25)
    .map(({ name, count }) => `${String(count).padStart(4)} × ${name}`);
}

function summary({ agree, differ, waiting, early, quiet }: Tally): string {
  const waits = [...waiting].map(([feature, names]) => `${feature} ${names.length}`);
  const total = [...waiting.values()].flat().length;
  const parts = [
    `${agree.length} agree`,
    `${differ.length} differ`,
    ...(total > 0 ? [`${total} wait for: ${waits.join(', ')}`] : []),
    ...(quiet.length > 0 ? [`agree only when it is quiet: ${quiet.join(', ')}`] : []),
    ...(early.length > 0 ? [`listed as waiting, but agree: ${early.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
