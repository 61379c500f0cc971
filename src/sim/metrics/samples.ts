/** Samples of one series, in order of time. The three lists have one length. */
export interface Points {
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** 1 where the sample only says that the series has ended for now; its value means nothing. */
  readonly stale: Uint8Array;
}

/** What became of a sample. `same` is one that was there before. */
export type Kept = 'kept' | 'same' | 'duplicate' | 'out of order';

const FIRST_ROOM = 16;

/** Keeps the samples of one series, at most `most` of them: of more the oldest are dropped. */
export class Samples {
  private times = new Float64Array(FIRST_ROOM);
  private values = new Float64Array(FIRST_ROOM);
  private stale = new Uint8Array(FIRST_ROOM);
  private first = 0;
  private end = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get count(): number {
    return this.end - this.first;
  }

  /** Adds a sample after the newest; null stands for the end of the series. */
  append(atMs: number, value: number | null): Kept {
    if (this.count > 0) {
      const newest = this.times[this.end - 1] ?? 0;
      if (atMs < newest) return 'out of order';
      if (atMs === newest) return this.isNewest(value) ? 'same' : 'duplicate';
    }
    if (this.count === this.most) this.first += 1;
    if (this.end === this.times.length) this.makeRoom();
    this.times[this.end] = atMs;
    this.values[this.end] = value ?? Number.NaN;
    this.stale[this.end] = value === null ? 1 : 0;
    this.end += 1;
    return 'kept';
  }

  /** Claims that the newest sample ended the series. */
  get isStale(): boolean {
    return this.count > 0 && this.stale[this.end - 1] === 1;
  }

  dropBefore(atMs: number): void {
    this.first = this.firstNotBefore(atMs);
  }

  /** A copy of the samples in a stretch of time, both ends included. */
  between(fromMs: number, toMs: number): Points {
    const from = this.firstNotBefore(fromMs);
    const to = Math.max(from, this.firstAfter(toMs));
    return {
      times: this.times.slice(from, to),
      values: this.values.slice(from, to),
      stale: this.stale.slice(from, to),
    };
  }

  /** Claims that there is a sample in a stretch of time, both ends included. */
  hasBetween(fromMs: number, toMs: number): boolean {
    return this.firstNotBefore(fromMs) < this.firstAfter(toMs);
  }

  private isNewest(value: number | null): boolean {
    const stale = this.stale[this.end - 1] === 1;
    return value === null || stale ? stale === (value === null) : Object.is(this.values[this.end - 1], value);
  }

  private firstNotBefore(atMs: number): number {
    return indexOf(this.times, [this.first, this.end], (time) => time >= atMs);
  }

  private firstAfter(atMs: number): number {
    return indexOf(this.times, [this.first, this.end], (time) => time > atMs);
  }

  private makeRoom(): void {
    const { times, values, stale, first, end, count } = this;
    if (count * 2 > times.length) {
      const room = times.length * 2;
      this.times = new Float64Array(room);
      this.values = new Float64Array(room);
      this.stale = new Uint8Array(room);
    }
    this.times.set(times.subarray(first, end));
    this.values.set(values.subarray(first, end));
    this.stale.set(stale.subarray(first, end));
    this.first = 0;
    this.end = count;
  }
}

/** The first place of a stretch at which a claim holds that holds for all that follow; else its end. */
export function indexOf(
  times: Float64Array,
  [from, to]: readonly [number, number],
  claim: (time: number) => boolean,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (claim(times[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
