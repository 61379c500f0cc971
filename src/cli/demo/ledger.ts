import type { Tally } from '../../sim/traffic/client.ts';

/** Requests and how many of them failed: no answer, or one other than 2xx and 3xx. */
export interface Requests {
  readonly requests: number;
  readonly failures: number;
}

/** What a version got, and what came in all while it got something. Times are of the ledger's clock. */
export interface Exposure extends Requests {
  readonly version: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests to all versions in that time. */
  readonly all: number;
}

interface Sample {
  readonly atMs: number;
  readonly total: Requests;
  readonly versions: ReadonlyMap<string, Requests>;
}

const NOTHING: Requests = { requests: 0, failures: 0 };
/** Rates are told of the last so many milliseconds. */
const RECENT_MS = 2_000;

/** What users got, from readings of their tally: by version, over time. */
export class Ledger {
  /** The first is as old as rates need it. */
  readonly #recent: Sample[] = [{ atMs: 0, total: NOTHING, versions: new Map() }];
  #unanswered: ReadonlyMap<string, number> = new Map();
  readonly #exposures = new Map<string, { readonly from: Sample; readonly to: Sample }>();

  /** Takes a reading. `atMs` never goes back. */
  read(tally: Tally, atMs: number): void {
    this.#unanswered = reasonsOf(tally);
    const before = this.#last;
    const now = sampleOf(tally, atMs);
    for (const [version, { requests }] of now.versions) {
      if (requests === (before.versions.get(version)?.requests ?? 0)) continue;
      this.#exposures.set(version, { from: this.#exposures.get(version)?.from ?? before, to: now });
    }
    this.#recent.push(now);
    while ((this.#recent[1]?.atMs ?? atMs) <= atMs - RECENT_MS) this.#recent.shift();
  }

  /** Everything until now. */
  get total(): Requests {
    return this.#last.total;
  }

  /** By version, in the order of their first answers; the empty name is for what no version answered. */
  get versions(): ReadonlyMap<string, Requests> {
    return this.#last.versions;
  }

  /** Requests that no version answered, by status or reason. */
  get unanswered(): ReadonlyMap<string, number> {
    return this.#unanswered;
  }

  /** Requests and failures a second of the last moments, by version. */
  rates(): ReadonlyMap<string, Requests> {
    const [first] = this.#recent;
    const last = this.#last;
    const seconds = (last.atMs - (first?.atMs ?? 0)) / 1000;
    if (first === undefined || seconds <= 0) return new Map();
    return new Map(
      [...last.versions].map(([version, now]) => {
        const then = first.versions.get(version) ?? NOTHING;
        const requests = (now.requests - then.requests) / seconds;
        return [version, { requests, failures: (now.failures - then.failures) / seconds }] as const;
      }),
    );
  }

  /** When a version got requests and what it cost; null where it never got any. */
  exposure(version: string): Exposure | null {
    const found = this.#exposures.get(version);
    if (found === undefined) return null;
    const { from, to } = found;
    const all = to.total.requests - from.total.requests;
    const got = to.versions.get(version) ?? NOTHING;
    return { version, ...got, fromMs: from.atMs, toMs: to.atMs, all };
  }

  get #last(): Sample {
    return this.#recent.at(-1) ?? { atMs: 0, total: NOTHING, versions: new Map() };
  }
}

function sampleOf({ answered, lost }: Tally, atMs: number): Sample {
  const versions = new Map<string, Requests>();
  const add = (version: string, requests: number, failures: number) => {
    const before = versions.get(version) ?? NOTHING;
    versions.set(version, { requests: before.requests + requests, failures: before.failures + failures });
  };
  for (const { version, status, count } of answered)
    add(version, count, status >= 200 && status < 400 ? 0 : count);
  for (const { count } of lost) add('', count, count);
  const all = [...versions.values()];
  const total = {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
  };
  return { atMs, total, versions };
}

function reasonsOf({ answered, lost }: Tally): ReadonlyMap<string, number> {
  const unanswered = answered.filter(({ version }) => version === '');
  return new Map([
    ...unanswered.map(({ status, count }) => [`status ${status}`, count] as const),
    ...lost.map(({ reason, count }) => [reason, count] as const),
  ]);
}
