import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { Manifest } from '../../api/meta.ts';
import { type Resource, resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Pod, ReplicaSet } from '../../api/workload.ts';
import type { Cancel } from '../../shell/clock.ts';
import { Cache } from '../../shell/kube/cache.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { Selection } from '../../shell/kube/options.ts';
import { withoutManagedFields } from '../../shell/kube/project.ts';
import type { Health } from '../../shell/kube/reflection.ts';
import { Reflector } from '../../shell/kube/reflector.ts';
import type { RolloutParts } from '../../view/parts.ts';
import { viewOf } from '../../view/rollout-view.ts';
import { type Gathered, gather, podSelector } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { type Paint, paintFor } from '../text/paint.ts';
import { rolloutText } from '../text/rollout.ts';
import { Screen } from './screen.ts';
import { troubleOf } from './trouble.ts';

/** Changes come in bursts; a person sees ten frames a second at most. */
const gatherMs = 100;
/** Ages and countdowns move by themselves. */
const tickMs = 1000;

/**
 * Shows a rollout as it changes, until the user has had enough. Throws a Refusal when it is deleted or time
 * is over.
 */
export async function watchRollout(
  io: Io,
  cluster: Cluster,
  name: string,
  options: { readonly color: boolean; readonly timeoutSeconds?: string },
): Promise<number> {
  const patienceMs = patience(options.timeoutSeconds);
  const first = await gather(cluster, name);
  const over = new AbortController();
  const ended = AbortSignal.any([io.ended, over.signal]);
  let refusal: Refusal | null = null;
  const refuse = (why: string): void => {
    refusal ??= new Refusal(why);
    over.abort();
  };
  const display = displayFor(io, paintFor(io.out, io, options.color));
  let trouble: string | null = null;
  const frame = (): void => display.show(parts.now(), trouble);
  const parts = liveParts(first, () => {
    if (parts.isGone()) refuse(`rollout '${name}' was deleted`);
    else later(frame);
  });
  const later = coalesced(io);
  frame();
  const timers = [
    patienceMs === 0 ? null : io.clock.after(patienceMs, () => refuse(`gave up after ${patienceMs / 1000}s`)),
    display.ticks ? every(io, frame, ended) : null,
  ];
  await parts.follow(io, cluster, ended, (health) => {
    trouble = troubleOf(health);
    later(frame);
  });
  for (const cancel of timers) cancel?.();
  later(null);
  display.close();
  if (refusal !== null) throw refusal;
  return 0;
}

function patience(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^[0-9]+$/.test(text)) throw new Refusal(`--timeout-seconds: ${text} is not a number of seconds`);
  return Number(text) * 1000;
}

/** Runs the latest work that it was given, a moment later; with null, none any more. */
function coalesced(io: Io): (work: (() => void) | null) => void {
  let pending: Cancel | null = null;
  return (work) => {
    if (work === null) {
      pending?.();
      return;
    }
    pending ??= io.clock.after(gatherMs, () => {
      pending = null;
      work();
    });
  };
}

function every(io: Io, work: () => void, ended: AbortSignal): Cancel {
  let cancel: Cancel = () => {};
  const next = (): void => {
    cancel = io.clock.after(tickMs, () => {
      if (ended.aborted) return;
      work();
      next();
    });
  };
  next();
  return () => cancel();
}

interface Display {
  readonly ticks: boolean;
  show(parts: RolloutParts, trouble: string | null): void;
  close(): void;
}

/** A place of the terminal that is rewritten, or where there is none a text for every change. */
function displayFor(io: Io, paint: Paint): Display {
  const text = (parts: RolloutParts): readonly string[] => {
    const now = io.clock.now();
    return rolloutText(viewOf(parts, now), now, paint);
  };
  if (io.out.isTerminal) {
    const screen = new Screen(io.out);
    return {
      ticks: true,
      show: (parts, trouble) => {
        const notice = trouble === null ? [] : ['', paint('warning', trouble)];
        screen.draw([...text(parts), ...notice]);
      },
      close: () => screen.close(),
    };
  }
  let last = '';
  let told: string | null = null;
  return {
    ticks: false,
    show: (parts, trouble) => {
      if (trouble !== null && trouble !== told) say(io.err, trouble);
      told = trouble;
      const view = JSON.stringify(viewOf(parts, 0));
      if (view === last) return;
      say(io.out, ...(last === '' ? [] : ['']), ...text(parts));
      last = view;
    },
    close: () => {},
  };
}

interface LiveParts {
  now(): RolloutParts;
  isGone(): boolean;
  follow(io: Io, cluster: Cluster, ended: AbortSignal, onHealth: (health: Health) => void): Promise<void>;
}

/**
 * The parts of a rollout, kept up to date by watches; what no watch has brought yet is as it was read at
 * first.
 */
function liveParts({ parts: first }: Gathered, onChange: () => void): LiveParts {
  const make = <T extends Manifest>() =>
    new Cache<T & KubeObject>({ project: (raw) => withoutManagedFields<T & KubeObject>(raw), onChange });
  const rollouts = make<Rollout>();
  const replicaSets = make<ReplicaSet>();
  const pods = make<Pod>();
  const runs = make<AnalysisRun>();
  const experiments = make<Experiment>();
  const listOf = <T extends KubeObject>(cache: Cache<T>, before: readonly T[]): readonly T[] =>
    cache.hasSynced ? [...cache.all()] : before;
  return {
    now: () => ({
      rollout: [...rollouts.all()][0] ?? first.rollout,
      replicaSets: listOf(replicaSets, first.replicaSets),
      pods: listOf(pods, first.pods),
      runs: listOf(runs, first.runs),
      experiments: listOf(experiments, first.experiments),
    }),
    isGone: () => rollouts.hasSynced && rollouts.size === 0,
    follow: async (io, cluster, ended, onHealth) => {
      const { namespace } = cluster;
      const own = { namespace, fieldSelector: `metadata.name=${first.rollout.metadata.name}` };
      const mine = { namespace, labelSelector: podSelector(first.rollout) };
      const run = <T extends KubeObject>(resource: Resource, selection: Selection, sink: Cache<T>) =>
        new Reflector({
          client: cluster.api,
          resource,
          selection,
          sink,
          clock: io.clock,
          // Parts that may not be read are left out, as in the first frame.
          ...(resource === resources.rollouts ? { onHealth } : {}),
        }).run(ended);
      await Promise.all([
        run(resources.rollouts, own, rollouts),
        run(resources.replicaSets, mine, replicaSets),
        run(resources.pods, mine, pods),
        run(resources.analysisRuns, { namespace }, runs),
        run(resources.experiments, { namespace }, experiments),
      ]);
    },
  };
}
