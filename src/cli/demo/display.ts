import type { Clock } from '../../shell/clock.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import { Screen } from '../watch/screen.ts';
import type { Line, Who } from './line.ts';
import type { Posted } from './slack.ts';
import { slackBox } from './slack-box.ts';
import { type Status, statusLines } from './status.ts';
import { wrapped } from './wrapped.ts';

/** Shows what happens, and on a terminal below it how everything stands. */
export interface Display {
  tell(line: Line): void;
  post(posted: Posted): void;
  /** Lines without a time. */
  print(lines: readonly string[]): void;
  /** No status any more. */
  close(): void;
}

/** What a display is made with. */
export interface DisplayOptions {
  readonly io: Io;
  readonly clock: Clock;
  readonly paint: Paint;
  /** Milliseconds since the demo began. */
  readonly elapsed: () => number;
  /** How everything stands; null: nothing to show. */
  readonly status: () => Status | null;
}

/** How often the status is drawn anew. */
const FRAME_MS = 200;
const NARROW = 20;

/** A display for this terminal, or plain lines where it is none. */
export function displayFor(options: DisplayOptions): Display {
  const { io } = options;
  if (!io.out.isTerminal) return new Plain(options);
  return new Live(options);
}

class Plain implements Display {
  readonly #options: DisplayOptions;

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  tell(line: Line): void {
    this.print(lineText(line, this.#options, null));
  }

  post(posted: Posted): void {
    this.print(postText(posted, this.#options, null));
  }

  print(lines: readonly string[]): void {
    say(this.#options.io.out, ...lines);
  }

  close(): void {}
}

class Live implements Display {
  readonly #options: DisplayOptions;
  readonly #screen: Screen;
  #cancel: () => void = () => {};

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#screen = new Screen(options.io.out);
    // Whoever presses Ctrl-C twice gets the cursor back, too.
    process.on('exit', this.#giveBack);
    this.#frame();
  }

  tell(line: Line): void {
    this.print(lineText(line, this.#options, this.#columns));
  }

  post(posted: Posted): void {
    this.print(postText(posted, this.#options, this.#columns));
  }

  print(lines: readonly string[]): void {
    this.#screen.above(lines);
  }

  close(): void {
    this.#cancel();
    this.#screen.clear();
    this.#giveBack();
  }

  readonly #giveBack = (): void => {
    process.off('exit', this.#giveBack);
    this.#screen.close();
  };

  get #columns(): number {
    return Math.max(this.#options.io.out.size()?.columns ?? 80, NARROW);
  }

  #frame(): void {
    const { clock, status, paint } = this.#options;
    this.#cancel = clock.after(FRAME_MS, () => this.#frame());
    const now = status();
    if (now !== null) this.#screen.draw(statusLines(now, this.#columns, paint));
  }
}

/** Widths of time and name before the text. */
const TIME = 7;
const WHO = 8;
const NAMES: Readonly<Record<Who, string>> = {
  demo: '',
  git: 'git',
  sync: 'sync',
  sluice: 'sluice',
  users: 'users',
  testers: 'testers',
  slack: 'slack',
  you: '$',
};

/** A line with its time, broken at words where it is longer than the terminal is wide. */
function lineText(
  { who, text, look }: Line,
  { paint, elapsed }: DisplayOptions,
  columns: number | null,
): readonly string[] {
  const time = `${(elapsed() / 1000).toFixed(1)}s`.padStart(TIME - 1);
  const width = columns === null ? Number.POSITIVE_INFINITY : columns - TIME - WHO - 1;
  const rows = wrapped(oneLine(text), width);
  const painted = (row: string) => (look === null ? row : paint(look, row));
  // Headings stand apart, and begin where names do.
  if (who === 'demo' && look === 'title') return ['', `${paint('dim', time)} ${painted(oneLine(text))}`];
  return rows.map((row, i) => {
    const lead = i === 0 ? `${time} ${NAMES[who].padEnd(WHO)}` : ' '.repeat(TIME + WHO);
    return `${paint('dim', lead)}${painted(row)}`;
  });
}

function postText(posted: Posted, options: DisplayOptions, columns: number | null): readonly string[] {
  const { paint } = options;
  const indent = ' '.repeat(TIME + WHO);
  const head: Line = { who: 'slack', text: `a message in #${posted.channel}:`, look: null };
  const width = columns === null ? Number.POSITIVE_INFINITY : columns - indent.length - 3;
  const rows = slackBox(posted, paint, (text) => wrapped(text, width));
  return [...lineText(head, options, columns), ...rows.map((row) => `${indent}${row}`)];
}
