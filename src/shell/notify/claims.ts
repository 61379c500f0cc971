import { ANNOTATION } from '../../api/keys.ts';
import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Instant } from '../../core/time.ts';
import {
  entered,
  isStored,
  type Ledger,
  parseLedger,
  printLedger,
  staleAt,
  standing,
} from '../../notify/ledger.ts';
import { type Clock, sleep } from '../clock.ts';
import { FIELD_MANAGER } from '../commit.ts';
import { isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import type { RestClient } from '../kube/rest.ts';
import type { Stores } from '../stores.ts';
import type { Book, Parcel } from './book.ts';

/** What it takes to write a ledger. */
export interface LedgerIo {
  readonly stores: Pick<Stores, 'rollouts'>;
  readonly client: Pick<RestClient, 'patch'>;
  readonly clock: Clock;
  /** Tells this process from others; any number. */
  readonly writer: number;
}

/** Conflicts in a row that the record of an outcome puts up with before it goes back into the queue. */
const RECORD_RETRIES = 6;

/**
 * Claims what may be sent now and returns it; what others claim or have told is left to them. Throws a
 * Failure `conflict` where somebody wrote to the rollout since: then nothing is claimed.
 */
export async function claim(
  io: LedgerIo,
  rollout: Rollout,
  book: Book,
  { due, signal }: { readonly due: readonly Parcel[]; readonly signal: AbortSignal },
): Promise<readonly Parcel[]> {
  const now = io.clock.now();
  const ledger = ledgerOf(rollout);
  for (const parcel of due)
    if (parcel.writtenAt !== null)
      parcel.mine = isStored(ledger, parcel.key, io.writer, parcel.writtenAt) ?? parcel.mine;
  const mine = due.filter((parcel) => {
    const stands = standing(ledger, parcel.key, now);
    if (parcel.mine === 'told') return true;
    // Told by somebody else, perhaps because our own claim had aged while this process was held up.
    if (stands === 'done') book.drop(parcel);
    if (parcel.mine === 'claimed') return stands !== 'done';
    if (stands === 'claimed') parcel.nextAt = staleAt(ledger, parcel.key) ?? now;
    return stands === 'open' || stands === 'stale';
  });
  const told = mine.filter((one) => one.mine === 'no' && standing(ledger, one.key, now) === 'stale');
  // A claim of ours is renewed with every try, so that nobody takes it for that of a dead process.
  const claimed = mine.filter((one) => one.mine !== 'told' && !told.includes(one));
  if (claimed.length + told.length === 0) return mine;
  const keys = { claimed: claimed.map(({ key }) => key), told: told.map(({ key }) => key) };
  for (const parcel of [...claimed, ...told]) parcel.writtenAt = now;
  await write(io, rollout, book, { ...keys, now, signal });
  for (const parcel of claimed) parcel.mine = 'claimed';
  for (const parcel of told) parcel.mine = 'told';
  return mine;
}

/** Writes down outcomes. Insists: without the record a successor would send again what was sent. */
export async function record(io: LedgerIo, key: string, book: Book, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const rollout = io.stores.rollouts.get(key);
    if (rollout === null) return;
    try {
      await write(io, rollout, book, { claimed: [], told: [], now: io.clock.now(), signal });
      return;
    } catch (failure) {
      // Somebody else wrote first, most often a pass over this very rollout: the watch is about to tell.
      if (!isFailure(failure, 'conflict') || attempt >= RECORD_RETRIES) throw failure;
      await sleep(io.clock, 20 * 2 ** attempt, signal);
    }
  }
}

/**
 * Writes the ledger, on the very version of the rollout that it was read from, with outcomes not yet
 * recorded.
 */
async function write(
  io: LedgerIo,
  rollout: Rollout,
  book: Book,
  keys: {
    readonly claimed: readonly string[];
    readonly told: readonly string[];
    readonly now: Instant;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { namespace = '', name, resourceVersion } = rollout.metadata;
  const recorded = [...book.unrecorded];
  const entries = { claimed: keys.claimed, told: [...recorded, ...keys.told], writer: io.writer };
  const text = printLedger(entered(ledgerOf(rollout), entries, keys.now));
  const body = { metadata: { resourceVersion, annotations: { [ANNOTATION.notified]: text } } };
  const written = await io.client.patch<KubeObject>(
    resources.rollouts,
    { namespace, name },
    { type: 'merge', body },
    { fieldManager: FIELD_MANAGER, signal: keys.signal },
  );
  for (const key of recorded) book.unrecorded.delete(key);
  io.stores.rollouts.observeWrite(written);
}

function ledgerOf(rollout: Rollout): Ledger {
  return parseLedger(rollout.metadata.annotations?.[ANNOTATION.notified]);
}
