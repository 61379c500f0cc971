import type { ActionLine, Line, Recording } from './recording.ts';

/** The original's plugin was never slower than that; milliseconds. */
const slowestStartMs = 300;

/** How far a write keeps from the whole seconds before and after it; seconds. */
const clearance = 0.25;

/**
 * How long a wait may become, as shares of what it says. Pods take three quarters of a second to get ready: a
 * wait of a second or more gives them that time, a shorter one ends before it.
 */
const shares = { short: { least: 0.5, most: 1.5 }, long: { least: 0.7, most: 3 } };

/**
 * How long the original's plugin took from its start in this step to its first write, in milliseconds: the
 * controller used that time. 0 where it wrote nothing.
 */
export function startUpMs(original: Recording, step: number): number {
  const t = actionOf(original, step)?.t ?? 0;
  const wrote = original.lines.find(
    (line) => line.kind === 'modified' && line.by === 'user' && line.step >= step && line.t >= t,
  );
  return wrote === undefined ? 0 : Math.min(slowestStartMs, Math.round((wrote.t - t) * 1000));
}

/**
 * For how many seconds to wait where a scenario says `seconds`, so that the next action comes between the same
 * whole seconds as in the original, and clear of both: times in objects are whole seconds, so pauses and
 * delays end at one, and an action close to it comes before it or after it by chance. `began` is when the
 * wait began, in seconds since the start of the scenario. It is as long as the scenario says where nothing is
 * done after it, and where it would become too short or, if it is short, too long.
 */
export function secondsToWait(
  original: Recording,
  { step, seconds, began }: { readonly step: number; readonly seconds: number; readonly began: number },
): number {
  const before = actionOf(original, step);
  const next = actionOf(original, step + 1);
  if (before === null || next === null || 'wait' in next.action) return seconds;
  const lead = 'plugin' in next.action ? startUpMs(original, step + 1) / 1000 : 0;
  const second = Math.floor(next.t + lead);
  const fraction = Math.min(Math.max(next.t + lead - second, clearance), 1 - clearance);
  const due = Math.floor(began) + (second - Math.floor(before.t)) + fraction - lead;
  const { least, most } = seconds < 1 ? shares.short : shares.long;
  const share = (due - began) / seconds;
  return share < least || share > most ? seconds : due - began;
}

function actionOf(original: Recording, step: number): ActionLine | null {
  const isIt = (line: Line): line is ActionLine => line.kind === 'action' && line.step === step;
  return original.lines.find(isIt) ?? null;
}
