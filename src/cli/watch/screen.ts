import type { Sink } from '../io.ts';

const SYNC = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };
const WRAP = { off: '\x1b[?7l', on: '\x1b[?7h' };
const CURSOR = { hide: '\x1b[?25l', show: '\x1b[?25h' };
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/**
 * Shows lines at one place of a terminal, and rewrites only those that change. Long lines are cut at the
 * edge, and of too many lines the last ones are left out, so that the place never scrolls away.
 */
export class Screen {
  readonly #sink: Sink;
  #shown: readonly string[] = [];
  #columns = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Makes these the lines that are shown. */
  draw(lines: readonly string[]): void {
    const size = this.#sink.size() ?? { columns: 80, rows: 24 };
    const next = fitting(lines, size.rows - 1);
    // A terminal that got another width has moved our lines about: all of them are written anew.
    const old = size.columns === this.#columns ? this.#shown : this.#shown.map(() => null);
    this.#columns = size.columns;
    const body = next.map((line, i) => (line === old[i] ? '\n' : `\r${line}${ERASE_LINE}\n`)).join('');
    const isSame = next.length === old.length && next.every((line, i) => line === old[i]);
    this.#shown = next;
    if (isSame) return;
    const up = old.length === 0 ? '' : `\x1b[${old.length}A\r`;
    const rest = next.length < old.length ? ERASE_BELOW : '';
    this.#sink.write(`${SYNC.begin}${CURSOR.hide}${WRAP.off}${up}${body}${rest}${WRAP.on}${SYNC.end}`);
  }

  /** Writes lines above those that are shown: they scroll away as all others do, and are not cut. */
  above(lines: readonly string[]): void {
    const shown = this.#shown;
    const up = shown.length === 0 ? '' : `\x1b[${shown.length}A\r`;
    const over = lines.map((line) => `${line}\n`).join('');
    const body = shown.map((line) => `${line}\n`).join('');
    const text = `${up}${ERASE_BELOW}${over}${WRAP.off}${body}${WRAP.on}`;
    this.#sink.write(`${SYNC.begin}${CURSOR.hide}${text}${SYNC.end}`);
  }

  /** Takes the lines that are shown away. */
  clear(): void {
    if (this.#shown.length === 0) return;
    this.#sink.write(`\x1b[${this.#shown.length}A\r${ERASE_BELOW}`);
    this.#shown = [];
  }

  /** Gives the terminal back; the last lines stay. */
  close(): void {
    this.#sink.write(`${WRAP.on}${CURSOR.show}`);
  }
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(rows - 1, 0));
  return [...shown, `(${lines.length - shown.length} more lines)`];
}
