import { type Fault, LINE_FAULTS, READ_FAULTS, WRITE_FAULTS } from '../../../../src/sim/faults.ts';
import type { Random } from '../../../../src/sim/random.ts';
import type { App, Script, Trouble } from '../script.ts';

/** How long things go wrong, milliseconds. Then everything is well again. */
export const STORM_MS = 300_000;

/** What goes wrong in a life: nothing in one of ten, and in some two controllers work at once. */
export function drawStorm(random: Random, apps: readonly App[]): Pick<Script, 'troubles' | 'faults'> {
  if (random.chance(0.1)) return { troubles: [], faults: [] };
  const isContest = random.chance(0.15);
  return {
    troubles: [...drawTroubles(random, apps), ...(isContest ? [drawSecond(random)] : [])],
    faults: [...drawFaults(random), ...(isContest ? drawDeafness(random) : [])],
  };
}

function drawTroubles(random: Random, apps: readonly App[]): readonly Trouble[] {
  const one = (): Trouble => {
    const atMs = random.int(5_000, STORM_MS - 5_000);
    const forMs = random.int(1_000, 60_000);
    const kind = random.next();
    if (kind < 0.15) return { atMs, kind: 'api-restart' };
    if (kind < 0.25) return { atMs, kind: 'compact' };
    if (kind < 0.35)
      return { atMs, kind: 'clock-jump', byMs: random.pick([-60_000, -5_000, 5_000, 3_600_000]) };
    if (kind < 0.45) return { atMs, kind: 'asleep', forMs };
    if (kind < 0.55) return { atMs, kind: 'second', forMs };
    if (kind < 0.6) return { atMs, kind: 'annotate' };
    if (kind < 0.7) return { atMs, kind: 'metrics-down', forMs };
    if (kind < 0.8) return { atMs, kind: 'no-starts', forMs };
    if (kind < 0.9) return { atMs, kind: 'flap', app: random.pick(apps).name, forMs };
    return { atMs, kind: 'kill' };
  };
  const some = Array.from({ length: random.int(0, 4) }, one);
  return [...some, ...(random.chance(0.25) ? drawHandover(random) : [])].sort((a, b) => a.atMs - b.atMs);
}

/** The controller is suspended for longer than its Lease, while another one stands by, and wakes up. */
function drawHandover(random: Random): readonly Trouble[] {
  const atMs = random.int(20_000, STORM_MS - 60_000);
  const forMs = random.int(14_000, 40_000);
  return [
    { atMs: atMs - 15_000, kind: 'standby' },
    { atMs, kind: 'asleep', forMs },
  ];
}

/** Most of the time two controllers work, and neither knows of the other. */
function drawSecond(random: Random): Trouble {
  return { atMs: random.int(1_000, 40_000), kind: 'second', forMs: random.int(100_000, STORM_MS - 40_000) };
}

/** They hear late what happens, each something else, and some of what they write arrives late. */
function drawDeafness(random: Random): readonly Fault[] {
  const lines = Array.from({ length: random.int(5, 15) }, (): Fault => {
    const lateMs = random.pick([2_000, 10_000, 40_000]);
    return { at: 'line', nth: random.int(0, 600), kind: 'late', lateMs };
  });
  const writes = Array.from({ length: random.int(2, 8) }, (): Fault => {
    const lateMs = random.pick([100, 500, 2_000, 10_000]);
    return { at: 'write', nth: random.int(0, 90), kind: 'late', lateMs };
  });
  return [...lines, ...writes];
}

function drawFaults(random: Random): readonly Fault[] {
  // Most of a life is some forty writes long.
  const nth = (): number => random.int(0, 60);
  const lateMs = random.pick([500, 5_000, 40_000]);
  const one = (): Fault => {
    const kind = random.next();
    if (kind < 0.6) return { at: 'write', nth: nth(), kind: random.pick(WRITE_FAULTS), lateMs };
    if (kind < 0.7) return { at: 'read', nth: random.int(0, 60), kind: random.pick(READ_FAULTS) };
    return { at: 'line', nth: 5 * nth(), kind: random.pick(LINE_FAULTS), lateMs };
  };
  return Array.from({ length: random.int(0, 12) }, one);
}
