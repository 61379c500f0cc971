import type { Milliseconds } from '../time.ts';
import type { RatioRange } from './split.ts';

/** `8 000`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

/** `2.6x`, `18x`. */
export function times(value: number): string {
  return `${size(value)}x`;
}

/** A range of them. */
export function spread({ low, high }: RatioRange): string {
  return Number.isFinite(high) ? `${size(low)}–${size(high)}x` : `over ${size(low)}x`;
}

function size(value: number): string {
  return value < 9.95 ? value.toFixed(1) : grouped(value);
}

/** A part of 1: `99.9%`. */
export function percent(part: number): string {
  return `${plainNumber(part * 100)}%`;
}

/** At most four digits. */
export function plainNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `5m00s`. */
export function clockSpan(ms: Milliseconds): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
}
