import { ANNOTATION } from '../../api/keys.ts';
import type { Instant } from '../../core/time.ts';
import { choose, type Due } from '../../notify/compose.ts';
import type { NotifyConfig } from '../../notify/config.ts';
import { type Ledger, ledgerKey, parseLedger, standing } from '../../notify/ledger.ts';
import { type Progress, remember } from '../../notify/progress.ts';
import type { Subscription } from '../../notify/subscriptions.ts';
import {
  type Snapshot,
  type Transition,
  transitionsBetween,
  transitionsIn,
} from '../../notify/transitions.ts';

/**
 * How old a transition may be that is told at the first sight of a rollout. Older ones happened before this
 * process was there, and whoever cared has seen them: a first start over many rollouts must not flood a
 * channel. A restart takes much less.
 */
export const FRESH_MS = 300_000;
/** Messages of one rollout that may wait at once. */
const MOST_PENDING = 200;

/** One message on its way. */
export interface Parcel extends Due {
  /** Its entry in the ledger. */
  readonly key: string;
  /** Null: the built-in message. */
  readonly templates: readonly string[] | null;
  /** The newest ones that still tell of the transition: they may know more, and it is not sent yet. */
  transition: Transition;
  snapshot: Snapshot;
  progress: Progress | null;
  /** Tries so far. */
  attempts: number;
  firstTriedAt: Instant | null;
  /** When a write of its entry was begun whose answer is not known; null: there is none. */
  writtenAt: Instant | null;
  /** When to try next. */
  nextAt: Instant;
  /**
   * Whether the entry in the ledger is ours: a claim, or for a message taken over the mark that it was
   * told.
   */
  mine: 'no' | 'claimed' | 'told';
}

/** What is said about a look, for the log. */
export interface Remark {
  readonly subscription: Subscription;
  readonly message: string;
}

/**
 * What this process knows of one rollout: what it has seen, what it has told, and what it has still to
 * tell.
 */
export class Book {
  readonly pending = new Map<string, Parcel>();
  /** Sent or given up, but not in the ledger yet. */
  readonly unrecorded = new Set<string>();
  /**
   * Transitions that have been decided on, with the keys of their messages, as long as the state tells of
   * them. What a trigger says is asked once: the state goes on to change, and the message is about then.
   */
  readonly #decided = new Map<string, readonly string[]>();
  /** Since when a subscription counts, by trigger, service and recipient. */
  readonly #since = new Map<string, Instant>();
  readonly #openedAt: Instant;
  #snapshot: Snapshot | null = null;
  #progress: Progress | null = null;
  #isFirstLook = true;

  constructor(openedAt: Instant) {
    this.#openedAt = openedAt;
  }

  /** Forgets everything but that the rollout is known: nobody is subscribed. */
  close(): void {
    this.#isFirstLook = false;
    this.#snapshot = null;
    this.#since.clear();
    this.pending.clear();
  }

  /**
   * Takes in the present state; what is owed by it becomes pending. Returns what there is to say about it.
   */
  look(
    snapshot: Snapshot,
    subscriptions: readonly Subscription[],
    configs: readonly NotifyConfig[],
    now: Instant,
  ): readonly Remark[] {
    const before = this.#snapshot;
    this.#progress = remember(this.#progress, snapshot);
    this.#snapshot = snapshot;
    this.#noteSubscriptions(subscriptions, now);
    const transitions = [
      ...transitionsIn(snapshot),
      ...(before === null ? [] : transitionsBetween(before, snapshot, now)),
    ];
    const ledger = parseLedger(snapshot.rollout.metadata.annotations?.[ANNOTATION.notified]);
    const at: Sight = { snapshot, ledger, configs, seen: new Set(), now };
    const remarks: Remark[] = [];
    for (const transition of transitions)
      for (const to of subscriptions.filter(({ trigger }) => trigger === transition.trigger))
        remarks.push(...this.#consider(at, to, transition));
    for (const key of this.#decided.keys()) if (!at.seen.has(key)) this.#decided.delete(key);
    return remarks;
  }

  /** A message has been delivered or given up: it is not to be sent again, and the ledger must say so. */
  settle(parcel: Parcel): void {
    this.pending.delete(parcel.key);
    if (parcel.mine !== 'told') this.unrecorded.add(parcel.key);
  }

  /** Somebody else has told it. */
  drop(parcel: Parcel): void {
    this.pending.delete(parcel.key);
  }

  #noteSubscriptions(subscriptions: readonly Subscription[], now: Instant): void {
    // Times in a status have whole seconds, cut off.
    const since = this.#isFirstLook ? this.#openedAt - FRESH_MS : Math.floor(now / 1000) * 1000 - 1000;
    this.#isFirstLook = false;
    const wanted = new Set(subscriptions.map(nameOf));
    for (const name of this.#since.keys()) if (!wanted.has(name)) this.#since.delete(name);
    for (const name of wanted) if (!this.#since.has(name)) this.#since.set(name, since);
  }

  #consider(at: Sight, to: Subscription, transition: Transition): readonly Remark[] {
    const plainKey = ledgerKey(to, transition.id, null);
    at.seen.add(plainKey);
    const decided = this.#decided.get(plainKey);
    if (decided !== undefined) {
      for (const key of decided) this.#refresh(at, key, transition);
      return [];
    }
    const isOld = transition.at < (this.#since.get(nameOf(to)) ?? at.now);
    const config = at.configs.find(({ services }) => services.has(to.service));
    if (config === undefined)
      return isOld ? [] : [{ subscription: to, message: `service ${to.service} is not configured` }];
    const { choices, errors: wrong } = choose(config, transition, at.snapshot, at.now);
    const errors = [...wrong];
    const keys = choices.flatMap((choice, index) => {
      if (choice.kind === 'none') return [];
      const key = ledgerKey(to, transition.id, choice.once) + (index === 0 ? '' : `#${index}`);
      if (!this.#isOwed(at, key, isOld)) return [key];
      if (this.pending.size >= MOST_PENDING) errors.push('too many messages are waiting: this one is lost');
      else this.#owe(at, { key, to, transition, templates: choice.templates });
      return [key];
    });
    this.#decided.set(plainKey, keys);
    return errors.map((message) => ({ subscription: to, message }));
  }

  #refresh({ snapshot }: Sight, key: string, transition: Transition): void {
    const parcel = this.pending.get(key);
    if (parcel !== undefined && parcel.attempts === 0)
      Object.assign(parcel, { snapshot, transition, progress: this.#progress });
  }

  #isOwed(at: Sight, key: string, isOld: boolean): boolean {
    const stands = standing(at.ledger, key, at.now);
    // Claimed means that it is owed, however old it is.
    const isOwed = stands === 'open' ? !isOld : stands !== 'done';
    return isOwed && !this.pending.has(key);
  }

  #owe(at: Sight, what: Pick<Parcel, 'key' | 'to' | 'transition' | 'templates'>): void {
    const { snapshot, now } = at;
    const fresh = { attempts: 0, firstTriedAt: null, writtenAt: null, nextAt: now, mine: 'no' } as const;
    this.pending.set(what.key, { ...what, ...fresh, snapshot, progress: this.#progress });
  }
}

/** One look at one rollout. */
interface Sight {
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
  readonly configs: readonly NotifyConfig[];
  /** Keys that the present state tells of. */
  readonly seen: Set<string>;
  readonly now: Instant;
}

function nameOf({ trigger, service, recipient }: Subscription): string {
  return `${trigger}\n${service}\n${recipient}`;
}
