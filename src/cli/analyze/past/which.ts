import type { Milliseconds } from '../../../core/time.ts';
import type { Io } from '../../io.ts';
import { Refusal } from '../../refusal.ts';
import { type AnalyzeOptions, spanOf } from '../options.ts';
import type { Access } from '../run/access.ts';
import { askingFor } from '../run/ask.ts';
import { sourceIn } from '../run/compose.ts';
import type { Session } from '../run/session.ts';
import { type AskSeries, findReleases, momentOf, nameOfObject, type PastRelease } from './releases.ts';
import { seriesFrom } from './series.ts';

const MOST_RELEASES = 100;
const USUAL_RELEASES = 10;
const USUAL_FROM_MS: Milliseconds = 7 * 86_400_000;

/** The releases to replay: as they are given, or as Prometheus knows them. Throws a Refusal. */
export async function releasesFor(
  io: Io,
  access: Access,
  options: AnalyzeOptions,
  session: Session,
): Promise<readonly PastRelease[]> {
  const { at = [] } = options;
  const given = at.map((text) => ({ at: momentOf('--at', text), hash: null, stableHash: null }));
  const late = given.find((release) => release.at > io.clock.now());
  if (late !== undefined) throw new Refusal('--at: a time to come cannot be replayed');
  if (given.length > MOST_RELEASES) throw new Refusal(`--at: at most ${MOST_RELEASES} releases`);
  if (given.length > 0) {
    if (options.releases !== undefined || options.from !== undefined)
      throw new Refusal('say either --at, or --releases and --from');
    return given.toSorted((a, b) => a.at - b.at);
  }
  const place = placeOf(access, options, session);
  if (place === null)
    throw new Refusal('which releases? Say --at TIME, or --rollout NAME to find them in Prometheus');
  const to = io.clock.now();
  const search = { ...place, from: to - pastOf(options), to, most: countOf(options.releases) };
  return findReleases(search, await asker(session));
}

/** How far back is looked. */
export function pastOf({ from }: AnalyzeOptions): Milliseconds {
  return spanOf('--from', from) ?? USUAL_FROM_MS;
}

/** The Rollout whose past it is, as far as it is said; null: nobody says it. Throws a Refusal. */
export function placeOf(
  access: Access,
  options: AnalyzeOptions,
  { gathered: { rollout: found } }: Session,
): { readonly rollout: string; readonly namespace: string | null } | null {
  const rollout = options.rollout ?? found?.metadata.name;
  if (rollout === undefined) return null;
  const namespace = access.namespace ?? found?.metadata.namespace ?? null;
  return {
    rollout: nameOfObject('--rollout', rollout),
    namespace: namespace === null ? null : nameOfObject('--namespace', namespace),
  };
}

function countOf(text: string | undefined): number {
  if (text === undefined) return USUAL_RELEASES;
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_RELEASES)
    throw new Refusal(`--releases: ${text} is not a number from 1 to ${MOST_RELEASES}`);
  return count;
}

/** Prometheus' memory is asked where the first metric is measured, with its credentials. */
export async function asker(session: Session): Promise<AskSeries> {
  // Which versions it is about has nothing to do with the way to Prometheus.
  const { stage, signal } = session;
  const piece = session.compose({ latestHash: 'hash', stableHash: 'hash' });
  const { metrics, ask, mask } = await askingFor({ stage, piece }, signal);
  const source = metrics.map(sourceIn).find((one) => one !== null) ?? {};
  return async (question) => {
    const answer = await seriesFrom(source, question, ask(stage.clock.now()));
    // The other side may repeat what it was sent.
    if (typeof answer === 'string') throw new Refusal(mask(answer));
    return answer;
  };
}
