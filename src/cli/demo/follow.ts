import type { Clock } from '../../shell/clock.ts';
import { openLocal } from '../../sync/git/local.ts';
import { syncForever } from '../../sync/loop.ts';
import { problemLine } from '../../sync/manifests/problem.ts';
import {
  commitName,
  driftLines,
  remarkLines,
  reportLine,
  verdictLines,
  verdictText,
} from '../../sync/words.ts';
import { openCluster } from '../cluster.ts';
import { lintProblems } from '../commands/sync.ts';
import { complaint } from '../complaint.ts';
import type { Folder } from './folder.ts';
import type { Line } from './line.ts';
import { NAMESPACE } from './names.ts';

/** What the reconciler is started with. */
export interface FollowOptions {
  readonly folder: Folder;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: Line) => void;
}

/** Far more often a commit is noticed by itself. */
const INTERVAL_MS = 5_000;
const HEALTH_MS = 120_000;

/** Keeps the cluster at the repository until it is told to end. The branch must be there. */
export async function follow({ folder, clock, env, tell }: FollowOptions): Promise<() => Promise<void>> {
  const source = openLocal({ path: folder.repository, branch: 'main', folder: '' });
  const cluster = await openCluster({ config: { kubeconfig: folder.kubeconfig }, timeoutMs: null });
  const stop = new AbortController();
  const say = (text: string, look: Line['look'] = null) => tell({ who: 'sync', text, look });
  const ended = syncForever({
    api: cluster.api,
    source,
    clock,
    env,
    namespace: NAMESPACE,
    pruning: 'usual',
    selfHeal: false,
    forceConflicts: false,
    check: lintProblems,
    signal: stop.signal,
    intervalMs: INTERVAL_MS,
    healthTimeoutMs: HEALTH_MS,
    onSynced: (report) => {
      say(reportLine(report));
      for (const line of remarkLines(report)) say(line, 'warning');
    },
    onHealth: ({ commit }, verdict) => {
      say(`${commitName(commit)}: ${verdictText(verdict)}`, verdict.kind === 'healthy' ? 'good' : 'bad');
      for (const line of verdictLines(verdict)) say(line, 'bad');
    },
    onRefused: ({ commit, problems }) => {
      say(`${commitName(commit)}: nothing is applied, what was in force stays`, 'bad');
      for (const problem of problems) say(problemLine(problem), 'bad');
    },
    onDrift: (drifts) => {
      for (const line of drifts.flatMap(driftLines)) say(line, 'warning');
    },
    onTrouble: (error) => {
      if (error !== null && !stop.signal.aborted) say(`${complaint(error)}; trying again`, 'warning');
    },
  });
  return async () => {
    stop.abort();
    await ended;
    await cluster.close();
  };
}
