import { isObject } from '../api/path.ts';
import type { Instant } from '../core/time.ts';
import type { Subscription } from './subscriptions.ts';

/**
 * What has been told of one rollout: the annotation `notified.notifications.argoproj.io`, a JSON map from
 * key to seconds since 1970. A negative number is a claim: somebody is sending since then. Other programs'
 * entries, whose keys do not begin like ours, are kept.
 */
export type Ledger = ReadonlyMap<string, unknown>;

const OURS = 'sluice:';
/** Who wrote last: the number of a process. */
const WRITER = `${OURS}writer`;
/** A claim older than this belongs to a process that has died: its longest request has long ended. */
export const CLAIM_MS = 60_000;
/** Entries that nobody will ask for any more: transitions as old as this are never owed. */
const FORGET_MS = 3_600_000;
/** An annotation may be large, but every watcher of the rollout pays for it. */
const MOST_ENTRIES = 100;

/** How an entry stands: nobody has, somebody is about to, somebody may have and died, somebody has. */
export type Standing = 'open' | 'claimed' | 'stale' | 'done';

/**
 * The key of one message: transition and destination. `once` takes the transition's place where the user
 * says so.
 */
export function ledgerKey(to: Subscription, id: string, once: string | null): string {
  const what = once === null ? id : `once=${once.slice(0, 200)}`;
  return `${OURS}${to.trigger}:${what}:${to.service}:${to.recipient}`;
}

/** Reads the annotation. What cannot be read counts as nothing told. */
export function parseLedger(text: string | undefined): Ledger {
  if (text === undefined || text === '') return new Map();
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? new Map(Object.entries(value)) : new Map();
  } catch {
    return new Map();
  }
}

/**
 * How a key stands at a time. A claim from the future, which a clock set back leaves behind, is a stale
 * one.
 */
export function standing(ledger: Ledger, key: string, now: Instant): Standing {
  const entry = ledger.get(key);
  if (typeof entry !== 'number') return 'open';
  if (entry > 0) return 'done';
  return Math.abs(now - claimedAt(entry)) < CLAIM_MS ? 'claimed' : 'stale';
}

/** When a claim becomes stale; null where there is none. */
export function staleAt(ledger: Ledger, key: string): Instant | null {
  const entry = ledger.get(key);
  return typeof entry === 'number' && entry <= 0 ? claimedAt(entry) + CLAIM_MS : null;
}

/** What one write enters. Who takes over a stale claim marks it as told before sending. */
export interface Entries {
  readonly claimed: readonly string[];
  readonly told: readonly string[];
  /** The number of the process that writes. */
  readonly writer: number;
}

/**
 * The ledger with keys claimed for a first try, and others marked as told. As a claim that is taken over is
 * marked as told at once, a message is repeated once at most, however often processes die.
 */
export function entered(ledger: Ledger, { claimed, told, writer }: Entries, now: Instant): Ledger {
  const next = new Map(ledger);
  for (const key of claimed) put(next, key, -secondsOf(now));
  for (const key of told) put(next, key, secondsOf(now));
  put(next, WRITER, writer);
  return pruned(next, new Set([...claimed, ...told, WRITER]), now);
}

/**
 * Whether a write of ours at a time has been stored, although its answer was lost: the last one who wrote is
 * us, and the entry is what we wanted. What somebody else has written over cannot be known.
 */
export function isStored(
  ledger: Ledger,
  key: string,
  writer: number,
  at: Instant,
): 'claimed' | 'told' | null {
  if (ledger.get(WRITER) !== writer) return null;
  const entry = ledger.get(key);
  if (entry === secondsOf(at)) return 'told';
  return entry === -secondsOf(at) ? 'claimed' : null;
}

/** The annotation's text. */
export function printLedger(ledger: Ledger): string {
  return JSON.stringify(Object.fromEntries(ledger));
}

/** Last in order is newest. */
function put(ledger: Map<string, unknown>, key: string, seconds: number): void {
  ledger.delete(key);
  ledger.set(key, seconds);
}

function pruned(ledger: Map<string, unknown>, keep: ReadonlySet<string>, now: Instant): Ledger {
  const ours = [...ledger].filter(([key]) => key.startsWith(OURS) && !keep.has(key));
  for (const [key, entry] of ours) {
    // What is sent once for a value has no age: the value may come again.
    if (key.includes(':once=')) continue;
    if (typeof entry !== 'number' || now - claimedAt(entry) > FORGET_MS) ledger.delete(key);
  }
  const left = ours.map(([key]) => key).filter((key) => ledger.has(key));
  for (const key of left.slice(0, Math.max(0, left.length + keep.size - MOST_ENTRIES))) ledger.delete(key);
  return ledger;
}

function secondsOf(at: Instant): number {
  return Math.floor(at / 1000);
}

function claimedAt(entry: number): Instant {
  return Math.abs(entry) * 1000;
}
