// Plays the original controller's scenarios against ours in the simulated world, and compares: the same
// scenarios, comparison and deliberate differences as on a real control plane (test/compat). Settings, beside
// those of test/compat/compat.test.ts:
//   COMPAT_OUT            folder for our recordings (none are kept)
//   COMPAT_SEED           what is left to chance comes out otherwise; any text
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Programme, readProgramme, skip } from '../compat/programme.ts';
import { report } from '../compat/readable.ts';
import { keep, type Round } from '../compat/round.ts';
import { playSimulated } from '../compat/simulated.ts';
import { count, newTally, story, unusedOf } from '../compat/tally.ts';

const salt = process.env['COMPAT_SEED'] ?? '';

void test('recorded scenarios, simulated', { skip }, async (t) => {
  const programme = readProgramme(['differences.yaml', 'differences-simulated.yaml']);
  const tally = newTally();
  for (const name of programme.names) {
    const feature = programme.waits(name);
    await t.test(name, { skip: feature === null ? false : `waits for ${feature}` }, async () => {
      const round = await playOne(programme, name);
      const agrees = count(tally, programme, round);
      assert.ok(agrees, report(round.ours, round.original, round.unexpected));
    });
  }
  for (const line of story(tally, programme)) t.diagnostic(line);
  const left = programme.isWhole ? false : 'not all were played';
  await t.test('every deliberate difference was seen', { skip: left }, () => {
    assert.deepEqual(unusedOf(tally, programme), []);
  });
});

void test('a scenario is the same every time', { skip }, async () => {
  const { library } = readProgramme([]);
  const name = 'nginx-full';
  const played = async () => {
    const set = { deliberate: [], seed: salt };
    return (await playSimulated(library.scenario(name), library.recording(name), set)).ours;
  };
  const once = await played();
  assert.ok(once.lines.length > 50, `${once.lines.length} lines`);
  assert.deepEqual(await played(), once);
});

async function playOne({ library, deliberate, folder }: Programme, name: string): Promise<Round> {
  const original = library.recording(name);
  const round = await playSimulated(library.scenario(name), original, {
    deliberate,
    seed: `${name}/${salt}`,
  });
  if (folder !== null) keep(folder, round);
  return round;
}
