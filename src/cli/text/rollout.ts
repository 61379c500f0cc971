import type { Instant } from '../../core/time.ts';
import { ICONS } from '../../view/look.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { waitingFor } from '../../view/words.ts';
import { shortDuration } from './age.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';
import { tree } from './tree.ts';

/** A rollout as `get rollout` shows it: a summary, an empty line, the tree. */
export function rolloutText(view: RolloutView, now: Instant, paint: Paint): readonly string[] {
  return [...summary(view, now, paint), '', ...tree(view, now, paint)];
}

function summary(view: RolloutView, now: Instant, paint: Paint): readonly string[] {
  const { replicas } = view;
  const row = (label: string, value: string) => `${`${label}:`.padEnd(17)}${value}`.trimEnd();
  const optional = (label: string, value: string | null) => (value === null ? [] : [row(label, value)]);
  return [
    row('Name', view.name),
    row('Namespace', view.namespace),
    row('Status', `${paint(view.look, ICONS[view.look])} ${view.phase}`),
    ...optional('Message', view.message === '' ? null : oneLine(view.message)),
    ...optional('Waiting for', waitLine(view, now)),
    ...optional('Workload', view.workload === null ? null : oneLine(view.workload)),
    ...optional('Strategy', view.strategy),
    ...canaryLines(view).map(([label, value]) => row(`  ${label}`, value)),
    ...imageLines(view, paint).map((line, i) => (i === 0 ? row('Images', line) : ' '.repeat(17) + line)),
    'Replicas:',
    row('  Desired', String(replicas.desired)),
    row('  Current', String(replicas.current)),
    row('  Updated', String(replicas.updated)),
    row('  Ready', String(replicas.ready)),
    row('  Available', String(replicas.available)),
  ];
}

/**
 * What it waits for, why that does not come, and for how long nothing has. Null where it waits for nothing.
 */
export function waitLine(view: RolloutView, now: Instant): string | null {
  const wait = waitingFor(view.reason, now, view.step?.total ?? 0);
  if (wait === null) return null;
  const standstill = view.since === null ? '' : ` (nothing changed for ${shortDuration(now - view.since)})`;
  return oneLine(`${wait}${troubles(view)}${standstill}`);
}

/** The pods that keep it waiting, by what is wrong with them: `2 pods are ImagePullBackOff`. */
function troubles({ reason, revisions }: RolloutView): string {
  if (reason.kind !== 'pods' && reason.kind !== 'deadline') return '';
  const sets = revisions.flatMap(({ replicaSets }) => replicaSets);
  const pods = sets.find(({ name }) => name === reason.replicaSet)?.pods ?? [];
  const bad = pods.filter(({ look }) => look === 'bad').map(({ status }) => status);
  const told = [...new Set(bad)].map((status) => {
    const count = bad.filter((one) => one === status).length;
    return count === 1 ? `1 pod is ${status}` : `${count} pods are ${status}`;
  });
  return told.length === 0 ? '' : `; ${told.join(', ')}`;
}

function canaryLines({ step, weight }: RolloutView): readonly (readonly [string, string])[] {
  if (weight === null) return [];
  return [
    ['Step', step === null ? '' : `${step.index}/${step.total}`],
    ['SetWeight', String(weight.set)],
    ['ActualWeight', String(weight.actual)],
  ];
}

function imageLines(view: RolloutView, paint: Paint): readonly string[] {
  return view.images.map(({ image, tags }) => {
    const shown = tags.map((tag) => paint(tagLook(tag), oneLine(tag))).join(', ');
    return shown === '' ? oneLine(image) : `${oneLine(image)} (${shown})`;
  });
}

function tagLook(tag: string) {
  if (tag === 'stable' || tag === 'active') return 'good';
  return tag === 'canary' || tag === 'preview' ? 'paused' : 'busy';
}
