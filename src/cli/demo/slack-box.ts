import type { Look } from '../../view/look.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import type { Posted } from './slack.ts';

/** The colours that Slack is given, as we name them. */
const LOOKS: Readonly<Record<string, Look>> = { '#18be52': 'good', '#e01e5a': 'bad', '#ecb22e': 'warning' };

/** A message with a bar of its colour at its side, as Slack shows it. `wrap` breaks long lines. */
export function slackBox(
  { title, lines, color }: Posted,
  paint: Paint,
  wrap: (text: string) => readonly string[],
): readonly string[] {
  const look = LOOKS[color] ?? 'busy';
  const bar = paint(look, '▌');
  const head = wrap(oneLine(title)).map((row) => `${bar} ${paint('title', row)}`);
  return [...head, ...lines.flatMap((line) => wrap(oneLine(line))).map((row) => `${bar} ${row}`)];
}
