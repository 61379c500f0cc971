import type { AnalysisRun } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import { isObject } from '../../../api/path.ts';
import type { Milliseconds } from '../../../core/time.ts';
import type { Ask } from '../../../providers/provider.ts';
import { prepare } from '../../../shell/analysis/prepare.ts';
import type { Io } from '../../io.ts';
import { Refusal } from '../../refusal.ts';
import { type AnalyzeOptions, spanOf } from '../options.ts';
import type { Access } from '../run/access.ts';
import { noJobs } from '../run/play.ts';
import type { Session } from '../run/session.ts';
import { findReleases, momentOf, nameOfObject, type PastRelease } from './releases.ts';
import { type Source, seriesFrom } from './series.ts';

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
  const rollout = options.rollout ?? session.gathered.rollout?.metadata.name;
  if (rollout === undefined)
    throw new Refusal('which releases? Say --at TIME, or --rollout NAME to find them in Prometheus');
  const namespace = access.namespace ?? session.gathered.rollout?.metadata.namespace ?? null;
  const to = io.clock.now();
  const search = {
    rollout: nameOfObject('--rollout', rollout),
    namespace: namespace === null ? null : nameOfObject('--namespace', namespace),
    from: to - (spanOf('--from', options.from) ?? USUAL_FROM_MS),
    to,
    most: countOf(options.releases),
  };
  const { source, ask } = await asker(session);
  return findReleases(search, (question) => seriesFrom(source, question, ask));
}

function countOf(text: string | undefined): number {
  if (text === undefined) return USUAL_RELEASES;
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_RELEASES)
    throw new Refusal(`--releases: ${text} is not a number from 1 to ${MOST_RELEASES}`);
  return count;
}

/** Releases are looked for where the first metric is measured, with its credentials. */
async function asker(session: Session): Promise<{ readonly source: Source; readonly ask: Ask }> {
  const { stage, name, signal } = session;
  // Which versions it is about has nothing to do with the way to Prometheus.
  const spec = session.compose({ latestHash: 'hash', stableHash: 'hash' });
  const run: AnalysisRun = {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: { name, namespace: stage.namespace },
    spec,
  };
  const prepared = await prepare(stage.secrets, run, signal);
  if (prepared.kind === 'problem') throw new Refusal(prepared.message);
  const { metrics, secrets } = prepared;
  const source = metrics.map(({ metric }) => metric.provider.prometheus).find(isObject) as Source | undefined;
  const { fetch, env, home } = stage;
  const ask: Ask = {
    now: stage.clock.now(),
    deadline: signal,
    fetch,
    secret: (ref) => secrets.secret(ref, signal),
    env: (variable) => env[variable],
    home,
    subject: { run: { name, namespace: stage.namespace, uid: name }, metric: '', number: 1 },
    jobs: noJobs(),
  };
  return { source: source ?? {}, ask };
}
