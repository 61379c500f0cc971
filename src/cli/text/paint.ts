import { styleText } from 'node:util';
import type { Look } from '../../view/look.ts';
import type { Io, Sink } from '../io.ts';

/** Colours a text, or leaves it as it is. */
export type Paint = (look: Look | 'title' | 'dim', text: string) => string;

const STYLES = {
  good: 'green',
  bad: 'red',
  busy: 'blueBright',
  paused: 'yellow',
  off: 'gray',
  warning: 'yellow',
  unsure: 'magenta',
  title: 'bold',
  dim: 'gray',
} as const;

/** No colour. */
export const plain: Paint = (_look, text) => text;

/** Colour, whatever reads it. */
export const coloured: Paint = (look, text) =>
  text === '' ? '' : styleText(STYLES[look], text, { validateStream: false });

/**
 * Colour on a terminal only, and neither with `--no-color` nor with NO_COLOR set. FORCE_COLOR asks for it
 * anyway.
 * Source: https://no-color.org
 */
export function paintFor(sink: Sink, io: Pick<Io, 'env'>, wanted: boolean): Paint {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM = '' } = io.env;
  if (!wanted || NO_COLOR !== '' || FORCE_COLOR === '0') return plain;
  if (FORCE_COLOR !== '') return coloured;
  return sink.isTerminal && TERM !== 'dumb' ? coloured : plain;
}
