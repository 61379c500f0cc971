import type { Rollout } from '../../api/rollout.ts';
import { formatInstant, type Instant } from '../../core/time.ts';
import { ICONS } from '../../view/look.ts';
import { viewOf } from '../../view/rollout-view.ts';
import type { Paint } from './paint.ts';
import { type Cell, cell, table } from './table.ts';

/** Lines of `list rollouts`. */
export interface ListText {
  /** Heading and a line for each rollout. */
  table(rollouts: readonly Rollout[], now: Instant): readonly string[];
  /** One more line, with the columns of the last table. */
  line(rollout: Rollout, now: Instant): string;
}

/** What the lines of a list show. */
export interface ListStyle {
  readonly allNamespaces: boolean;
  readonly timestamps: boolean;
  readonly paint: Paint;
}

const HEADINGS = ['STRATEGY', 'STATUS', 'STEP', 'SET-WEIGHT', 'READY', 'DESIRED', 'UP-TO-DATE', 'AVAILABLE'];

/** Makes the lines of a list of rollouts. */
export function listText(style: ListStyle): ListText {
  const heading = [
    ...(style.timestamps ? ['TIMESTAMP'] : []),
    ...(style.allNamespaces ? ['NAMESPACE'] : []),
    'NAME',
    ...HEADINGS,
  ].map((text) => cell(text, 'title'));
  let before: readonly (readonly Cell[])[] = [heading];
  return {
    table: (rollouts, now) => {
      before = [heading, ...rollouts.map((rollout) => row(rollout, now, style))];
      return table(before, style.paint);
    },
    // Set among the lines that were written, so that the columns stay where they were.
    line: (rollout, now) => table([...before, row(rollout, now, style)], style.paint).at(-1) ?? '',
  };
}

function row(rollout: Rollout, now: Instant, style: ListStyle): readonly Cell[] {
  const view = viewOf({ rollout, replicaSets: [], pods: [], runs: [], experiments: [] }, now);
  const { replicas, step, weight } = view;
  const texts = [
    step === null ? '-' : `${step.index}/${step.total}`,
    weight === null ? '-' : String(weight.set),
    `${replicas.ready}/${replicas.current}`,
    String(replicas.desired),
    String(replicas.updated),
    String(replicas.available),
  ];
  return [
    ...(style.timestamps ? [cell(formatInstant(now))] : []),
    ...(style.allNamespaces ? [cell(view.namespace)] : []),
    cell(view.name),
    cell(view.strategy ?? '-'),
    [{ text: ICONS[view.look], look: view.look }, { text: ` ${view.phase}` }],
    ...texts.map((text) => cell(text)),
  ];
}
