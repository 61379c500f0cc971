import { type Instant, type Milliseconds, parseInstant } from '../../../core/time.ts';
import { Refusal } from '../../refusal.ts';
import type { PastSeries, Question } from './series.ts';

/** A release of the past. Hashes are null where they are not known. */
export interface PastRelease {
  readonly at: Instant;
  readonly hash: string | null;
  /** Of the version that had most ready pods before. */
  readonly stableHash: string | null;
}

/** Which releases are looked for. */
export interface ReleaseSearch {
  readonly rollout: string;
  /** Null: whichever has a Rollout of this name. */
  readonly namespace: string | null;
  readonly from: Instant;
  readonly to: Instant;
  /** So many of the latest. */
  readonly most: number;
}

/** Asks Prometheus. */
export type AskSeries = (question: Question) => Promise<readonly PastSeries[]>;

/**
 * When releases began, oldest first. The best source are the times at which ReplicaSets were made, of
 * kube-state-metrics, which tell versions, too. Without them it is the phase of the Rollout, of its
 * controller. Throws a Refusal where neither is there.
 */
export async function findReleases(search: ReleaseSearch, ask: AskSeries): Promise<readonly PastRelease[]> {
  const made = await ofReplicaSets(search, ask);
  const found = made.length > 0 ? made : await ofPhases(search, ask);
  if (found.length > 0) return found.slice(-search.most);
  throw new Refusal(
    `no release of ${search.rollout} is found: Prometheus has neither kube_replicaset_created, of ` +
      'kube-state-metrics, nor rollout_info, of the controller, for that time; say when releases began with --at',
  );
}

async function ofReplicaSets(search: ReleaseSearch, ask: AskSeries): Promise<readonly PastRelease[]> {
  const { rollout, from, to } = search;
  const selector = selectorOf(search);
  const span = `${Math.ceil((to - from) / 1000)}s`;
  const query = `max by (namespace, replicaset) (max_over_time(kube_replicaset_created${selector}[${span}]))`;
  const series = await ask({ query, to, range: null });
  refuseSeveral(search, series);
  const sets = series
    .map(({ labels, samples }) => ({
      hash: (labels['replicaset'] ?? '').slice(rollout.length + 1),
      at: (samples.at(-1)?.value ?? Number.NaN) * 1000,
    }))
    .filter(({ at }) => Number.isFinite(at))
    .toSorted((a, b) => a.at - b.at);
  // The first version of all replaced nothing.
  const later = sets.filter(({ at }, i) => i > 0 && at >= from && at <= to).slice(-search.most);
  const releases: PastRelease[] = [];
  for (const { hash, at } of later) {
    const before = sets.filter((set) => set.at < at).at(-1)?.hash ?? null;
    releases.push({ at, hash, stableHash: (await busiest(search, selector, at, ask)) ?? before });
  }
  return releases;
}

/** The version of a Rollout that had most ready pods at a moment; null where that is not known. */
export async function versionAt(
  search: Pick<ReleaseSearch, 'rollout' | 'namespace'>,
  at: Instant,
  ask: AskSeries,
): Promise<string | null> {
  return busiest(search, selectorOf(search), at + 1000, ask);
}

function selectorOf(search: Pick<ReleaseSearch, 'rollout' | 'namespace'>): string {
  return `{${[...inNamespace(search), `replicaset=~"${literal(search.rollout)}-[0-9a-z]+"`].join(',')}}`;
}

/** The version with most ready pods just before; null where that is not known. */
async function busiest(
  { rollout }: Pick<ReleaseSearch, 'rollout'>,
  selector: string,
  at: Instant,
  ask: AskSeries,
): Promise<string | null> {
  const query = `topk(1, max by (replicaset) (kube_replicaset_status_ready_replicas${selector}) > 0)`;
  const [series] = await ask({ query, to: at - 1000, range: null });
  return series?.labels['replicaset']?.slice(rollout.length + 1) ?? null;
}

/** Points that Prometheus gives at most for one series. */
const MOST_POINTS = 10_000;
const FINEST_MS: Milliseconds = 15_000;
/** Phases of a Rollout that a release begins from, and those that it then has. */
const AT_REST: ReadonlySet<string> = new Set(['Completed', 'Healthy', 'Abort', 'Timeout', 'Error']);
const MOVING: ReadonlySet<string> = new Set(['Progressing', 'Paused']);

async function ofPhases(search: ReleaseSearch, ask: AskSeries): Promise<readonly PastRelease[]> {
  const { rollout, from, to } = search;
  const selector = `{${[...inNamespace(search), `name="${rollout}"`].join(',')}}`;
  const stepMs = Math.max(FINEST_MS, Math.ceil((to - from) / MOST_POINTS / 1000) * 1000);
  const query = `max by (namespace, phase) (rollout_info${selector}) > 0`;
  const series = await ask({ query, to, range: { from, stepMs } });
  refuseSeveral(search, series);
  const entered = series
    .flatMap(({ labels, samples }) =>
      beginnings(samples, stepMs).map((at) => ({ at, phase: labels['phase'] ?? '' })),
    )
    .toSorted((a, b) => a.at - b.at);
  const starts = entered.filter(({ phase }, i) => {
    const before = entered[i - 1]?.phase;
    return MOVING.has(phase) && before !== undefined && AT_REST.has(before);
  });
  return starts.map(({ at }) => ({ at, hash: null, stableHash: null }));
}

/** When a series came, each time that it was not there before. It may outlive its end for some minutes. */
function beginnings(samples: PastSeries['samples'], stepMs: Milliseconds): readonly Instant[] {
  const isNew = (at: Instant, i: number) =>
    at - (samples[i - 1]?.at ?? Number.NEGATIVE_INFINITY) > 1.5 * stepMs;
  return samples.map(({ at }) => at).filter(isNew);
}

function inNamespace({ namespace }: Pick<ReleaseSearch, 'namespace'>): readonly string[] {
  return namespace === null ? [] : [`namespace="${namespace}"`];
}

function refuseSeveral({ rollout, namespace }: ReleaseSearch, series: readonly PastSeries[]): void {
  if (namespace !== null) return;
  const names = [...new Set(series.map(({ labels }) => labels['namespace'] ?? ''))].sort();
  if (names.length > 1)
    throw new Refusal(`there is a ${rollout} in the namespaces ${names.join(', ')}; say which with -n`);
}

/** Names may have dots, which stand for any letter in a pattern. */
function literal(name: string): string {
  return name.replaceAll('.', '\\\\.');
}

/** Reads what a Kubernetes name may be. Throws a Refusal. */
export function nameOfObject(flag: string, text: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(text)) return text;
  throw new Refusal(`${flag}: ${text} is no name of an object`);
}

/** Reads a moment such as `2026-11-21T08:00:00Z`. Throws a Refusal. */
export function momentOf(flag: string, text: string): Instant {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? parseInstant(text) : null;
  if (at === null) throw new Refusal(`${flag}: ${text} is not a time such as 2026-11-21T08:00:00Z`);
  return at;
}
