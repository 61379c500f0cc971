import { describeDuration } from '../../api/duration.ts';
import type { Sample } from '../../sim/timeline/shares.ts';
import type { Paint } from '../text/paint.ts';

const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const NARROWEST = 20;
const WIDEST = 120;
const LABEL = 10;

/**
 * A release over time: the share of requests that the new version got, and the pods of both. `columns` is
 * what there is room for; `old` is the hash of the version before.
 */
export function chartOf(
  samples: readonly Sample[],
  { old, columns, paint }: { readonly old: string; readonly columns: number; readonly paint: Paint },
): readonly string[] {
  const lengthMs = samples.at(-1)?.atMs ?? 0;
  if (lengthMs === 0) return [];
  const width = Math.min(Math.max(columns - LABEL - 26, NARROWEST), WIDEST);
  const slots = slotsOf(samples, { lengthMs, width });
  const most = Math.max(1, ...slots.flatMap((slot) => [podsIn(slot, old, true), podsIn(slot, old, false)]));
  const row = (label: string, values: readonly number[], top: number, says: string): string => {
    const bars = values.map((value) => blockOf(value / top)).join('');
    return `${label.padEnd(LABEL)}${paint('busy', bars)}  ${paint('dim', says)}`;
  };
  const shares = slots.map((slot) => shareOf(slot, old));
  const isServed = samples.some(({ versions }) => versions.some(({ requests }) => requests > 0));
  return [
    ...(isServed ? [row('traffic', shares, 1, 'to the new version, of 100%')] : []),
    row(
      'new pods',
      slots.map((slot) => podsIn(slot, old, false)),
      most,
      `of ${most}`,
    ),
    row(
      'old pods',
      slots.map((slot) => podsIn(slot, old, true)),
      most,
      `of ${most}`,
    ),
    `${' '.repeat(LABEL)}${paint('dim', axis(lengthMs, width))}`,
  ];
}

/** Samples by column; a column without one of its own shows the one before. */
function slotsOf(
  samples: readonly Sample[],
  { lengthMs, width }: { readonly lengthMs: number; readonly width: number },
): readonly (readonly Sample[])[] {
  const slots: Sample[][] = Array.from({ length: width }, () => []);
  for (const sample of samples) {
    const at = Math.min(width - 1, Math.floor((sample.atMs / lengthMs) * width));
    slots[at]?.push(sample);
  }
  let last: readonly Sample[] = [];
  return slots.map((slot) => {
    if (slot.length > 0) last = slot;
    return last;
  });
}

function shareOf(slot: readonly Sample[], old: string): number {
  const versions = slot.flatMap((sample) => sample.versions);
  const copies = slot.flatMap((sample) => sample.copies);
  const all = [...versions, ...copies].reduce((sum, { requests }) => sum + requests, 0);
  const mine = versions.filter(({ hash }) => hash !== old).reduce((sum, { requests }) => sum + requests, 0);
  return all === 0 ? 0 : mine / all;
}

function podsIn(slot: readonly Sample[], old: string, isOld: boolean): number {
  const versions = slot.at(-1)?.versions ?? [];
  return versions.filter(({ hash }) => (hash === old) === isOld).reduce((sum, { pods }) => sum + pods, 0);
}

/** Anything more than nothing shows. */
function blockOf(share: number): string {
  const level = share <= 0 ? 0 : Math.min(8, Math.max(1, Math.round(share * 8)));
  return BLOCKS[level] ?? '';
}

function axis(lengthMs: number, width: number): string {
  const [begin, middle, end] = [0, lengthMs / 2, lengthMs].map((ms) => describeDuration(ms)) as [
    string,
    string,
    string,
  ];
  const left = Math.max(1, Math.floor(width / 2) - begin.length - Math.floor(middle.length / 2));
  const right = Math.max(1, width - begin.length - left - middle.length - end.length);
  return `${begin}${' '.repeat(left)}${middle}${' '.repeat(right)}${end}`;
}
