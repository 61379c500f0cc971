import { LABEL } from '../../api/keys.ts';
import { isObject } from '../../api/path.ts';
import { promote } from '../actions.ts';
import { waitingGate } from '../gates.ts';
import { imagesIn } from '../images.ts';
import { revisionNumber } from '../parts.ts';
import { sayStep } from '../steps.ts';
import { undoTarget } from '../undo.ts';
import { blueGreenEffects, quickWayBack } from './blue-green.ts';
import { type Explained, isPastSteps, isUnderWay } from './explained.ts';
import { type ReleaseVersion, sayRevision } from './versions.ts';

/** Something that one can do now. */
export interface Advice {
  readonly action:
    | 'promote'
    | 'promote-full'
    | 'approve'
    | 'reject'
    | 'abort'
    | 'pause'
    | 'retry'
    | 'undo'
    | 'terminate'
    | 'lint'
    | 'git-revert';
  /** What to type. */
  readonly command: string;
  /** What it does. */
  readonly effect: string;
}

/** The commands that make sense now, and what each would do; the likeliest first. */
export function adviceFor(explained: Explained): readonly Advice[] {
  const { reason } = explained.view;
  switch (reason.kind) {
    case 'unseen':
    case 'unpause':
    case 'asked':
      return [];
    case 'invalid':
      return [
        {
          action: 'lint',
          command: 'kubectl sluice lint -f FILE',
          effect: 'checks the corrected manifest before it is applied',
        },
      ];
    case 'aborted':
      return [retry(explained), ...undo(explained)];
    case 'healthy':
      return undo(explained);
    case 'held':
    case 'pause':
    case 'preview':
    case 'inconclusive':
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'router':
    case 'analysis':
    case 'experiment':
    case 'step':
    case 'noReturn':
    case 'deadline':
    case 'working':
      if (!isUnderWay(explained)) return [...next(explained), ...undo(explained)];
      if (reason.kind === 'deadline') return [...stops(explained), ...next(explained), ...full(explained)];
      return [...votes(explained), ...next(explained), ...full(explained), ...stops(explained)];
    default:
      return reason satisfies never;
  }
}

/** A command about this rollout. */
function sluice({ view }: Explained, verb: string, flags = ''): string {
  return `kubectl sluice ${verb} ${view.name} -n ${view.namespace}${flags}`;
}

/** What one can say to the gate that it waits at. */
function votes(explained: Explained): readonly Advice[] {
  const gate = waitingGate(explained.parts.rollout);
  if (gate === null) return [];
  return [
    {
      action: 'approve',
      command: sluice(explained, 'approve'),
      effect: `says yes to gate ${gate.name}, in your name`,
    },
    {
      action: 'reject',
      command: sluice(explained, 'reject'),
      effect: `says no: ${named(explained.wanted)} is given up`,
    },
  ];
}

function next(explained: Explained): readonly Advice[] {
  const effect = promotionEffect(explained);
  return effect === null ? [] : [{ action: 'promote', command: sluice(explained, 'promote'), effect }];
}

/** What a promotion would change, said of the very patches that it makes; null where it changes nothing. */
function promotionEffect(explained: Explained): string | null {
  const { parts, view } = explained;
  const { rollout } = parts;
  const { status = {} } = rollout;
  const action = promote(rollout, 'next');
  const patch = action?.status?.['status'];
  const raised = isObject(patch) ? patch['currentStepIndex'] : undefined;
  const index = view.step?.index ?? 0;
  const skipped = typeof raised === 'number' && raised > index ? raised : null;
  const steps = rollout.spec.strategy?.canary?.steps ?? [];
  const resumes = action?.object === null || action === null ? [] : ['resumes (spec.paused: false)'];
  const isPaused = (status.pauseConditions ?? []).length > 0;
  const effects = blueGreenEffects(explained);
  if (isPaused && effects !== null) return [effects.promote, ...resumes].join(', ');
  const said = (at: number) => `step ${at + 1}/${steps.length} (${sayStep(steps[at] ?? {}, at)})`;
  const to = skipped ?? index + 1;
  const parted = [
    ...resumes,
    ...(isPaused && view.reason.kind === 'inconclusive' ? ['lets the analysis pass'] : []),
    ...(isPaused && view.reason.kind !== 'inconclusive' ? ['ends the pause now'] : []),
    ...(skipped !== null && !isPaused ? [`leaves ${said(index)} as it is`] : []),
    ...(isPaused || skipped !== null
      ? [to < steps.length ? `goes on with ${said(to)}` : 'goes on to the end']
      : []),
  ];
  return parted.length === 0 ? null : parted.join(', ');
}

function full(explained: Explained): readonly Advice[] {
  if (explained.parts.rollout.status?.promoteFull === true || isPastSteps(explained)) return [];
  const usual = `skips steps and analyses: ${named(explained.wanted)} becomes stable as soon as all of its pods are available`;
  const effect = blueGreenEffects(explained)?.full ?? usual;
  return [{ action: 'promote-full', command: sluice(explained, 'promote', ' --full'), effect }];
}

function stops(explained: Explained): readonly Advice[] {
  const { view, wanted, stable, analyses } = explained;
  const { reason } = view;
  const running = analyses.find(
    ({ run, phase }) => reason.kind === 'analysis' && run === reason.run && phase === 'Running',
  );
  const command = `kubectl sluice terminate analysisrun ${running?.run ?? ''} -n ${view.namespace}`;
  const terminate: Advice = {
    action: 'terminate',
    command,
    effect: 'ends the analysis with what it has found so far: what has not failed is successful',
  };
  const abort: Advice = {
    action: 'abort',
    command: sluice(explained, 'abort'),
    effect:
      blueGreenEffects(explained)?.abort ??
      `takes everything back to ${named(stable)}; then the pods of ${named(wanted)} go`,
  };
  const isStopped =
    reason.kind === 'pause' ||
    reason.kind === 'preview' ||
    reason.kind === 'held' ||
    reason.kind === 'inconclusive' ||
    reason.kind === 'noReturn';
  const pause: Advice = {
    action: 'pause',
    command: sluice(explained, 'pause'),
    effect: 'stops where it is, until somebody promotes',
  };
  return [...(running === undefined ? [] : [terminate]), abort, ...(isStopped ? [] : [pause])];
}

function retry(explained: Explained): Advice {
  return {
    action: 'retry',
    command: `kubectl sluice retry rollout ${explained.view.name} -n ${explained.view.namespace}`,
    effect: `begins the release of ${named(explained.wanted)} again${explained.view.steps.length === 0 ? '' : ', from its first step'}`,
  };
}

/** Going back; after an abort to the version that serves, else to the one before. */
function undo(explained: Explained): readonly Advice[] {
  const { parts, view, wanted, stable } = explained;
  const to = view.reason.kind === 'aborted' ? (stable?.revision ?? 0) : 0;
  const target = undoTarget(parts.rollout, parts.replicaSets, to);
  if (target.kind === 'none' || target.replicaSet.metadata.name === wanted?.replicaSet) return [];
  const revision = revisionNumber(target.replicaSet);
  const images = imagesIn(target.replicaSet.spec.template).join(', ');
  const back: Advice = {
    action: 'undo',
    command: sluice(explained, 'undo', to === 0 ? '' : ` --to-revision ${to}`),
    effect: `puts the pod template of revision ${revision}${images === '' ? '' : ` (${images})`} back${quickWayBack(explained, target.replicaSet.metadata.labels?.[LABEL.podTemplateHash] ?? '')}`,
  };
  const hash = wanted?.commit?.hash.slice(0, 12);
  if (hash === undefined) return [back];
  const effect = 'goes back in Git, from where a reconciler would else bring this version again';
  return [{ action: 'git-revert', command: `git revert ${hash}`, effect }, back];
}

function named(version: ReleaseVersion | null): string {
  return version === null ? 'the version' : sayRevision(version);
}
