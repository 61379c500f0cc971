import type { JsonObject } from '../../../../src/api/meta.ts';
import type { Random } from '../../../../src/sim/random.ts';
import type { Deed } from '../../../../src/sim/user.ts';
import { configurationName, strategyOf } from '../applications.ts';
import type { App, AppDeed } from '../script.ts';
import { drawBlueGreen, drawSteps } from './apps.ts';
import { STORM_MS } from './storm.ts';

/** What people do with an application, in no order: one release at least. */
export function drawDeeds(random: Random, app: App): readonly AppDeed[] {
  const { name, rate } = app;
  const first: AppDeed = { atMs: random.int(15_000, 40_000), app: name, deed: { kind: 'image', tag: '2' } };
  const rest = Array.from({ length: random.int(0, 8) }, () => ({
    atMs: random.int(10_000, STORM_MS),
    app: name,
    deed: drawDeed(random, app),
  }));
  const turns = random.chance(0.12) ? drawTurns(random, app) : [];
  // Where somebody judges there should be something to judge.
  const bad: AppDeed = {
    atMs: random.int(60_000, STORM_MS - 60_000),
    app: name,
    deed: { kind: 'image', tag: '3-errors-30' },
  };
  return [first, ...(rate > 0 && random.chance(0.8) ? [bad] : []), ...turns, ...rest];
}

/** Version 3 answers one request in three with an error, and there is no image of version `bad-image`. */
const TAGS = ['1', '2', '3-errors-30', '4', 'bad-image'];

function drawDeed(random: Random, app: App): Deed {
  const waits = app.steps.some((step) => 'plugin' in step && step.plugin.name === 'sluice/gate');
  if (waits && random.chance(0.3)) return { kind: random.pick(['approve', 'approve', 'reject'] as const) };
  if (app.isConfigured === true && random.chance(0.3))
    return { kind: 'configure', name: configurationName(app), content: random.pick(['a', 'b', 'c']) };
  const kind = random.next();
  if (kind < 0.3) return { kind: 'image', tag: random.pick(TAGS) };
  if (kind < 0.42)
    return { kind: 'promote', how: random.pick(['next', 'next', 'skip-step', 'skip-all-steps']) };
  if (kind < 0.52) return { kind: 'promote', how: 'full' };
  if (kind < 0.62) return { kind: 'abort' };
  if (kind < 0.7) return { kind: 'retry' };
  if (kind < 0.8) return { kind: 'scale', replicas: random.pick([0, 1, 2, 4, 7]) };
  if (kind < 0.84) return { kind: random.pick(['pause', 'resume'] as const) };
  if (kind < 0.88) return { kind: 'restart' };
  if (kind < 0.9) return { kind: 'meddle', replicas: random.pick([0, 1, 3]) };
  if (kind < 0.92) return { kind: 'delete-route' };
  if (kind < 0.94) return { kind: 'delete-pod' };
  if (kind < 0.96) return { kind: 'apply-service', name: `${app.name}-${random.pick(['stable', 'canary'])}` };
  return { kind: 'delete' };
}

/** Somebody changes the strategy, once or there and back. */
function drawTurns(random: Random, app: App): readonly AppDeed[] {
  const there = editOf(otherStrategy(random, app));
  const back = editOf(app);
  const atMs = random.int(20_000, STORM_MS - 120_000);
  const turn = { atMs, app: app.name, deed: there };
  const isBack = random.chance(0.6);
  return isBack ? [turn, { atMs: random.int(atMs, STORM_MS), app: app.name, deed: back }] : [turn];
}

/** The other strategy, or sometimes the same with other steps. */
function otherStrategy(random: Random, app: App): App {
  const { blueGreen, ...canary } = app;
  const steps = drawSteps(random, app.routing, false);
  if (blueGreen !== undefined || random.chance(0.3)) return { ...canary, steps };
  return { ...app, blueGreen: drawBlueGreen(random, false) };
}

function editOf(app: App): Deed {
  return { kind: 'edit', spec: { strategy: strategyOf(app) } as JsonObject };
}
