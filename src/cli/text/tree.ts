import { sayCommit } from '../../core/commit.ts';
import type { Instant } from '../../core/time.ts';
import { ICONS, KIND_ICONS, type Look } from '../../view/look.ts';
import type { PodView } from '../../view/pod.ts';
import type { ReplicaSetView } from '../../view/replica-set.ts';
import type { ExperimentView, RevisionView, RunTree } from '../../view/revisions.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { age, shortDuration } from './age.ts';
import type { Paint } from './paint.ts';
import { type Cell, cell, type Piece, table } from './table.ts';

/** A node of the tree: what its line says, and what is below. */
interface Node {
  readonly icon: string;
  readonly name: string;
  readonly kind: string;
  readonly status: Cell;
  readonly age: string;
  readonly info: Cell;
  readonly children: readonly Node[];
}

/** The rollout, its revisions and what belongs to them, as an aligned tree with a heading. */
export function tree(view: RolloutView, now: Instant, paint: Paint): readonly string[] {
  const root: Node = {
    icon: KIND_ICONS.Rollout,
    name: view.name,
    kind: 'Rollout',
    status: status(view.look, view.phase),
    age: age(view.createdAt, now),
    info: [],
    children: view.revisions.map((revision) => revisionNode(revision, now)),
  };
  const heading = ['NAME', 'KIND', 'STATUS', 'AGE', 'INFO'].map((text) => cell(text, 'title'));
  return table([heading, ...rows(root, '', '')], paint);
}

function rows(node: Node, lead: string, below: string): readonly (readonly Cell[])[] {
  const line = [
    cell(`${lead}${node.icon} ${node.name}`),
    cell(node.kind),
    node.status,
    cell(node.age),
    node.info,
  ];
  const last = node.children.length - 1;
  return [
    line,
    ...node.children.flatMap((child, i) =>
      rows(child, `${below}${i === last ? '└──' : '├──'}`, `${below}${i === last ? '   ' : '│  '}`),
    ),
  ];
}

function revisionNode(revision: RevisionView, now: Instant): Node {
  return {
    icon: KIND_ICONS.Revision,
    name: `revision:${revision.number}`,
    kind: '',
    status: [],
    age: '',
    info: commitInfo(revision),
    children: [
      ...revision.replicaSets.map((set) => replicaSetNode(set, now)),
      ...revision.experiments.map((experiment) => experimentNode(experiment, now)),
      ...revision.runs.map((run) => runNode(run, now)),
    ],
  };
}

function commitInfo({ replicaSets }: RevisionView): Cell {
  const commit = replicaSets.map((set) => set.commit).find((one) => one !== null) ?? null;
  return commit === null ? [] : cell(sayCommit(commit), 'dim');
}

function experimentNode(experiment: ExperimentView, now: Instant): Node {
  return {
    icon: KIND_ICONS.Experiment,
    name: experiment.name,
    kind: 'Experiment',
    status: status(experiment.look, experiment.phase === '' ? 'Pending' : experiment.phase),
    age: age(experiment.createdAt, now),
    info: cell(experiment.message),
    children: [
      ...experiment.replicaSets.map((set) => replicaSetNode(set, now)),
      ...experiment.runs.map((run) => runNode(run, now)),
    ],
  };
}

function replicaSetNode(set: ReplicaSetView, now: Instant): Node {
  return {
    icon: KIND_ICONS.ReplicaSet,
    name: set.name,
    kind: 'ReplicaSet',
    status: status(set.look, set.status),
    age: age(set.createdAt, now),
    info: joined([...set.roles.map((role) => ({ text: role, look: roleLook(role) })), ...delay(set, now)]),
    children: set.pods.map((pod) => podNode(pod, now)),
  };
}

function roleLook(role: string): Look {
  return role === 'stable' || role === 'active' ? 'good' : 'paused';
}

/** The countdown to its end, where it keeps its pods for a while only. */
function delay({ scaleDownAt }: ReplicaSetView, now: Instant): readonly Piece[] {
  if (scaleDownAt === null) return [];
  const left = scaleDownAt - now;
  return [{ text: left <= 0 ? 'delay:passed' : `delay:${shortDuration(left)}` }];
}

function podNode(pod: PodView, now: Instant): Node {
  const restarts = pod.restarts === 0 ? [] : [{ text: `restarts:${pod.restarts}` }];
  return {
    icon: KIND_ICONS.Pod,
    name: pod.name,
    kind: 'Pod',
    status: status(pod.look, pod.status),
    age: age(pod.createdAt, now),
    info: joined([{ text: `ready:${pod.ready}/${pod.containers}` }, ...restarts]),
    children: [],
  };
}

function runNode(run: RunTree, now: Instant): Node {
  const counts: readonly (readonly [Look, number])[] = [
    ['good', run.successful],
    ['bad', run.failed],
    ['unsure', run.inconclusive],
    ['warning', run.error],
  ];
  const told = counts.filter(([, count]) => count > 0);
  return {
    icon: KIND_ICONS.AnalysisRun,
    name: run.name,
    kind: 'AnalysisRun',
    status: status(run.look, run.phase === '' ? 'Pending' : run.phase),
    age: age(run.createdAt, now),
    info: joined(told.map(([look, count]) => ({ text: `${ICONS[look]} ${count}`, look }))),
    children: run.experiments.map((experiment) => experimentNode(experiment, now)),
  };
}

function status(look: Look, text: string): Cell {
  return [{ text: ICONS[look], look }, { text: ` ${text}` }];
}

function joined(pieces: readonly Piece[]): Cell {
  return pieces.flatMap((piece, i) => (i === 0 ? [piece] : [{ text: ',' }, piece]));
}
