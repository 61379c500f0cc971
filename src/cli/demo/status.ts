import type { Look } from '../../view/look.ts';
import { ICONS } from '../../view/look.ts';
import type { RolloutParts } from '../../view/parts.ts';
import { type RolloutView, viewOf } from '../../view/rollout-view.ts';
import { sayBecause } from '../../view/words.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import type { Ledger } from './ledger.ts';
import { tagOf } from './manifests.ts';
import { shareOf } from './share.ts';

/** What the block of status lines is made from. */
export interface Status {
  readonly parts: RolloutParts | null;
  readonly ledger: Ledger;
  /** Wall clock. */
  readonly now: number;
}

/** Widest bar of weights, and what else stands in its line. */
const BAR = { most: 40, beside: 40 } as const;
const LABEL = 10;

/** How everything stands, in a few lines: the rollout, weights, pods, requests. */
export function statusLines(
  { parts, ledger, now }: Status,
  columns: number,
  paint: Paint,
): readonly string[] {
  const rule = paint('dim', '─'.repeat(Math.max(columns - 1, 1)));
  if (parts === null) return [rule, row('rollout', 'there is none yet', paint)];
  const view = viewOf(parts, now);
  const because = sayBecause(view.reason, now, view.step?.total ?? 0);
  return [
    rule,
    row('rollout', `${paint(view.look, `${ICONS[view.look]} ${view.phase}`)}  ${oneLine(because)}`, paint),
    row('traffic', weights(view, columns, paint), paint),
    row('pods', pods(view, paint), paint),
    row('requests', requests(ledger, paint), paint),
  ];
}

function row(label: string, text: string, paint: Paint): string {
  return `${paint('dim', label.padEnd(LABEL))}${text}`;
}

function weights(view: RolloutView, columns: number, paint: Paint): string {
  const { stable, canary, percent } = shareOf(view);
  const width = Math.max(10, Math.min(BAR.most, columns - BAR.beside));
  const right = percent === 0 ? 0 : Math.max(1, Math.round((width * percent) / 100));
  const bar = paint('good', '█'.repeat(width - right)) + paint('paused', '█'.repeat(right));
  const rest = canary === '' ? '' : `, ${percent} % ${canary}`;
  return `${bar}  ${100 - percent} % ${stable}${rest}`;
}

const DOTS: Readonly<Record<Look, string>> = {
  good: '●',
  bad: '✖',
  busy: '○',
  paused: '○',
  off: '·',
  warning: '·',
  unsure: '·',
};

/** A dot for each pod, by version, the oldest version first. */
function pods({ revisions }: RolloutView, paint: Paint): string {
  const sets = revisions.flatMap(({ replicaSets }) => replicaSets).filter((set) => set.pods.length > 0);
  const told = sets.toReversed().map((set) => {
    const dots = set.pods.map(({ look, ready, containers, status }) => {
      const shown = look === 'good' && ready < containers ? 'busy' : status === 'Terminating' ? 'off' : look;
      return paint(shown, DOTS[shown]);
    });
    return `${oneLine(tagOf(set.images[0] ?? ''))}: ${dots.join('')}`;
  });
  return told.length === 0 ? 'none' : told.join('   ');
}

function requests(ledger: Ledger, paint: Paint): string {
  const { requests: all, failures } = ledger.total;
  const rates = [...ledger.rates()]
    .filter(([, rate]) => rate.requests >= 0.5)
    .map(([version, rate]) => {
      const name = version === '' ? 'none' : oneLine(version);
      const failed = rate.failures < 0.5 ? '' : paint('bad', ` (${Math.round(rate.failures)} fail)`);
      return `${name}: ${Math.round(rate.requests)}/s${failed}`;
    });
  const failed = paint(failures === 0 ? 'good' : 'bad', `${failures.toLocaleString('en-US')} failed`);
  return [...rates, `${all.toLocaleString('en-US')} in all, ${failed}`].join('   ');
}
