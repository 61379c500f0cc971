import type { AnalysisRun } from '../api/analysis.ts';
import { describeDuration, parsePause } from '../api/duration.ts';
import type { BlueGreenStrategy, PauseCondition, StepPluginStatus } from '../api/rollout.ts';
import { whyRunFailed } from '../core/analysis/why.ts';
import { type Commit, sayCommit } from '../core/commit.ts';
import { describeStep } from '../core/rollout/life.ts';
import { GATE } from '../core/steps/stored.ts';
import { sayPreviewPause, sayReach } from './blue-green.ts';
import type { Progress } from './progress.ts';
import { type Story, storyOf, type Version } from './story.ts';
import type { Snapshot, Transition } from './transitions.ts';

/** The built-in message: the same words for every service. */
export interface Message {
  readonly tone: 'good' | 'bad' | 'warning' | 'info';
  /** One line that says what happened to what. */
  readonly title: string;
  /** Short facts, in order. */
  readonly facts: readonly Fact[];
  /** Why, in sentences; empty where there is nothing to explain. */
  readonly reasons: readonly string[];
  /** The commit behind the version that is told of; null where nobody knows. */
  readonly commit: Commit | null;
  /** What to type to see more. */
  readonly command: string;
  /** A page about the rollout; null: none is configured. */
  readonly link: string | null;
}

/** One fact. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Says a transition in plain words: what, from what to what, how far, why, and where to look. */
export function messageOf(
  transition: Transition,
  snapshot: Snapshot,
  progress: Progress | null,
  link: string | null,
): Message {
  const story = storyOf(snapshot, progress);
  const said = say(transition, snapshot, story);
  return {
    ...said,
    title: `${story.namespace}/${story.name}: ${said.title}`,
    commit: story.to.commit,
    command: `kubectl sluice get rollout ${story.name} -n ${story.namespace}`,
    link,
  };
}

/** The message as text, for services without a layout and for readers who see only that. */
export function plainText(message: Message): string {
  const facts = message.facts.map(({ label, value }) => `${label}: ${value}`);
  const more = message.link === null ? [] : [message.link];
  return [message.title, ...facts, ...message.reasons, `More: ${message.command}`, ...more].join('\n');
}

type Said = Pick<Message, 'tone' | 'title' | 'facts' | 'reasons'>;

function say(transition: Transition, snapshot: Snapshot, story: Story): Said {
  const { subject } = transition;
  switch (subject.kind) {
    case 'updated':
      return { tone: 'info', title: `began to release ${to(story)}`, facts: versions(story), reasons: [] };
    case 'aborted': {
      const title = `${to(story)} was rolled back${back(story)}`;
      return {
        tone: 'bad',
        title,
        facts: progressFacts(story, 'Came as far as'),
        reasons: whyAborted(story),
      };
    }
    case 'completed':
      return { tone: 'good', title: completion(snapshot, story), facts: versions(story), reasons: [] };
    case 'resumed': {
      const title = `the release of ${to(story)} goes on`;
      return { tone: 'info', title, facts: progressFacts(story, 'Now at'), reasons: [] };
    }
    case 'pause':
      return sayPause(subject.pause, snapshot, story);
    case 'step': {
      const step = snapshot.rollout.spec.strategy?.canary?.steps?.[subject.index];
      const what = step === undefined ? '' : ` (${describeStep(step)})`;
      const title = `step ${subject.index + 1} of ${story.steps} of ${to(story)} is done${what}`;
      return { tone: 'info', title, facts: versions(story), reasons: [] };
    }
    case 'plugin':
      return sayPlugin(subject.run, story);
    case 'weight': {
      const from = subject.from === null ? '' : `from ${subject.from} `;
      const title = `traffic of ${to(story)} went ${from}to ${subject.to}`;
      return { tone: 'info', title, facts: progressFacts(story, 'Now at'), reasons: [] };
    }
    case 'switch':
      return saySwitch(subject.to, snapshot, story);
    case 'scale': {
      const title = `ReplicaSet ${subject.replicaSet} goes from ${subject.from} to ${subject.to} pods`;
      return { tone: 'info', title, facts: versions(story), reasons: [] };
    }
    case 'run':
      return sayRun(subject.run, story);
    default:
      return subject satisfies never;
  }
}

function completion({ rollout }: Snapshot, story: Story): string {
  const outcome = rollout.status?.duration?.completionStatus;
  // After an abort nothing but the stable version again ends so: a retry begins anew.
  if (outcome !== undefined && BACK.has(outcome)) return `is back at ${to(story)}`;
  return `${to(story)} is fully released${story.from === null ? ' for the first time' : ''}`;
}

const BACK: ReadonlySet<string> = new Set(['FastRolledBack', 'RolledBack', 'Aborted']);

/** All users are at another version from now on. */
function saySwitch(hash: string, { rollout }: Snapshot, story: Story): Said {
  const facts = versions(story);
  if (hash !== story.to.hash)
    return { tone: 'bad', title: `all users are switched back${back(story)}`, facts, reasons: [] };
  const isJudged = rollout.spec.strategy?.blueGreen?.postPromotionAnalysis !== undefined && !story.isOver;
  const reasons = isJudged ? ['It is judged now: if it is bad, they are all switched back.'] : [];
  return { tone: 'info', title: `all users are switched to ${to(story)}`, facts, reasons };
}

function sayPreview(blueGreen: BlueGreenStrategy, facts: readonly Fact[], story: Story): Said {
  const { look, goesOn } = sayPreviewPause(blueGreen);
  const title = `${to(story)} is paused before the switch`;
  if (goesOn !== null) return { tone: 'info', title, facts, reasons: [...look, goesOn] };
  return {
    tone: 'warning',
    title: `${title} until somebody promotes it`,
    facts,
    reasons: [...look, waits(story)],
  };
}

function sayPause(pause: PauseCondition, snapshot: Snapshot, story: Story): Said {
  const facts = progressFacts(story, 'Paused at');
  const { blueGreen } = snapshot.rollout.spec.strategy ?? {};
  if (pause.reason === 'BlueGreenPause' && blueGreen !== undefined)
    return sayPreview(blueGreen, facts, story);
  if (pause.reason === 'PointOfNoReturn') {
    const why = snapshot.rollout.status?.canary?.pointOfNoReturn?.cause ?? '';
    const reasons = [...(why === '' ? [] : [`Why: ${why}`]), `${waits(story)} goes on, abort takes it back`];
    return { tone: 'bad', title: `${to(story)} is paused: it cannot go back by itself`, facts, reasons };
  }
  if (pause.reason !== 'CanaryPauseStep' && pause.reason !== 'BlueGreenPause') {
    const unclear = snapshot.runs.filter((run) => run.status?.phase === 'Inconclusive').at(-1);
    const reasons = [
      ...(unclear === undefined ? [] : whyRunFailed(unclear)),
      `${waits(story)} goes on, abort takes it back`,
    ];
    return { tone: 'warning', title: `${to(story)} is paused: its analysis is inconclusive`, facts, reasons };
  }
  const duration = snapshot.rollout.spec.strategy?.canary?.steps?.[story.step ?? -1]?.pause?.duration;
  const parsed = parsePause(duration);
  if (parsed.kind === 'timed') {
    const reasons = [`It goes on by itself after ${describeDuration(parsed.seconds * 1000)}.`];
    return { tone: 'info', title: `${to(story)} is paused`, facts, reasons };
  }
  const reasons = [waits(story)];
  return { tone: 'warning', title: `${to(story)} is paused until somebody promotes it`, facts, reasons };
}

function sayPlugin(run: StepPluginStatus, story: Story): Said {
  const { index, name, phase, message = '' } = run;
  const facts = progressFacts(story, 'Now at');
  const step = `step ${index + 1} of ${story.steps} of ${to(story)} (${name})`;
  const reasons = message === '' ? [] : [message];
  switch (phase) {
    case 'Successful':
      return { tone: 'good', title: `${step} is done`, facts, reasons };
    case 'Failed':
      return { tone: 'bad', title: `${step} failed`, facts, reasons };
    case 'Error':
      return { tone: 'warning', title: `${step} is in trouble`, facts, reasons };
    case 'Running':
    case undefined: {
      if (name !== GATE) return { tone: 'info', title: `${step} began`, facts, reasons };
      const how = `To open it: kubectl sluice approve ${story.name} -n ${story.namespace}`;
      return { tone: 'warning', title: `${to(story)} waits at a gate`, facts, reasons: [...reasons, how] };
    }
    default:
      return phase satisfies never;
  }
}

function waits({ name, namespace }: Story): string {
  return `It waits for you: kubectl sluice promote ${name} -n ${namespace}`;
}

function sayRun(run: AnalysisRun, story: Story): Said {
  const facts = [...progressFacts(story, 'Now at'), { label: 'Analysis', value: run.metadata.name }];
  const reasons = whyRunFailed(run);
  const phase = run.status?.phase ?? '';
  switch (phase) {
    case 'Failed':
      return { tone: 'bad', title: `the analysis of ${to(story)} failed`, facts, reasons };
    case 'Error':
      return { tone: 'bad', title: `the analysis of ${to(story)} could not be carried out`, facts, reasons };
    case 'Inconclusive':
      return { tone: 'warning', title: `the analysis of ${to(story)} is inconclusive`, facts, reasons };
    case 'Successful':
      return { tone: 'good', title: `the analysis of ${to(story)} succeeded`, facts, reasons: [] };
    case 'Running':
    case 'Pending':
    case '':
      return { tone: 'info', title: `an analysis of ${to(story)} began`, facts, reasons: [] };
    default:
      return phase satisfies never;
  }
}

function whyAborted({ cause, culprit }: Story): readonly string[] {
  if (culprit !== null) return whyRunFailed(culprit).map((why) => `Why: ${why}`);
  return [`Why: ${cause ?? 'somebody aborted it'}`];
}

function to(story: Story): string {
  const images = changedImages(story).map(({ image }) => tagOf(image));
  return `${revisionText(story.to)}${images.length === 0 ? '' : ` (${images.join(', ')})`}`;
}

/** Images that are others than before; all where nothing is known of before, or nothing changed. */
function changedImages({ from, to: version }: Story): Version['images'] {
  const changed = version.images.filter(
    ({ container, image }) => from?.images.find((one) => one.container === container)?.image !== image,
  );
  return changed.length === 0 ? version.images : changed;
}

function back({ from }: Story): string {
  return from === null || from.revision === '' ? '' : ` to revision ${from.revision}`;
}

/** An image without its registry and folders: what tells versions apart. */
function tagOf(image: string): string {
  const short = image.slice(image.lastIndexOf('/') + 1);
  return short.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1');
}

/** From and to, and the commit; containers that stay as they are are left out where others change. */
function versions(story: Story): readonly Fact[] {
  const { from, to: version } = story;
  const shown = changedImages(story);
  const commit = version.commit === null ? [] : [{ label: 'Commit', value: sayCommit(version.commit) }];
  if (from === null) return [{ label: 'Version', value: imageText(version, shown) }, ...commit];
  const old = from.images.filter(({ container }) => shown.some((one) => one.container === container));
  return [
    { label: 'From', value: imageText(from, old.length === 0 ? from.images : old) },
    { label: 'To', value: imageText(version, shown) },
    ...commit,
  ];
}

function imageText(version: Version, images: Version['images']): string {
  const list = images.map(({ image }) => image).join(', ');
  return `${revisionText(version)}${list === '' ? '' : `, ${list}`}`;
}

function revisionText({ revision, hash }: Version): string {
  return `revision ${revision === '' ? hash : revision}`;
}

function progressFacts(story: Story, label: string): readonly Fact[] {
  const { step, steps, weight, reach, isOver } = story;
  if (reach !== null) return [...versions(story), { label, value: sayReach(reach, isOver) }];
  const at = step === null || steps === 0 ? [] : [`step ${Math.min(step + 1, steps)} of ${steps}`];
  const share = weight === null ? [] : [`${weight} % of the traffic`];
  const value = [...at, ...share].join(', ');
  return value === '' ? versions(story) : [...versions(story), { label, value }];
}
