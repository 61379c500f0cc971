import type { Measurement } from '../../../api/analysis.ts';
import type { JsonObject } from '../../../api/meta.ts';
import { isObject } from '../../../api/path.ts';
import type { JudgeState } from '../../compare/judge.ts';
import type { Plan } from '../../compare/plan.ts';
import { restored, stored } from '../../compare/stored.ts';

/** Under which key the metadata of a metric's newest measurement hold what a comparison goes on from. */
export const KEPT = 'compare';

/** What a comparison goes on from. */
export interface Kept {
  readonly state: JudgeState;
  /** What the provider has noted for itself. */
  readonly memo: JsonObject;
}

/** The text that is kept. */
export function keep(plan: Plan, { state, memo }: Kept): string {
  return JSON.stringify({ memo, judge: stored(plan, state) });
}

/** What a measurement holds; null where it holds nothing, or nothing that this plan could go on from. */
export function keptIn(plan: Plan, measurement: Measurement | undefined): Kept | null {
  const text = measurement?.metadata?.[KEPT];
  const read = text === undefined ? null : parsed(text);
  if (!isObject(read) || !isObject(read['memo'])) return null;
  const state = restored(plan, read['judge']);
  // What was parsed is JSON.
  return state === null ? null : { state, memo: read['memo'] as JsonObject };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * Only the newest measurement keeps it, so that runs stay small, and it does even where nothing could be
 * measured: hands on what the measurements before have.
 */
export function handedOn(before: readonly Measurement[], newest: Measurement): readonly Measurement[] {
  const text = newest.metadata?.[KEPT] ?? before.findLast(isKeeping)?.metadata?.[KEPT];
  if (text === undefined) return [...before, newest];
  return [...before.map(without), { ...newest, metadata: { ...newest.metadata, [KEPT]: text } }];
}

function isKeeping({ metadata }: Measurement): boolean {
  return metadata?.[KEPT] !== undefined;
}

function without(measurement: Measurement): Measurement {
  if (!isKeeping(measurement)) return measurement;
  const { metadata, ...rest } = measurement;
  const { [KEPT]: _, ...others } = metadata ?? {};
  return Object.keys(others).length === 0 ? rest : { ...rest, metadata: others };
}
