import type { AnalysisRun } from '../../../api/analysis.ts';
import type { Taken } from '../../../core/analysis/record.ts';
import type { Cancel } from '../../../shell/clock.ts';
import type { Io, Sink } from '../../io.ts';
import { say } from '../../lines.ts';
import type { Paint } from '../../text/paint.ts';
import { Screen } from '../../watch/screen.ts';
import { progressLines, takenLine } from './words.ts';

/** Shows a run while it goes on. */
export interface Show {
  /** Measurements that have finished just now. */
  measured(taken: readonly Taken[]): void;
  /** How the run stands. */
  stands(run: AnalysisRun): void;
  /** Says something beside it, on `sink` where nothing is in the way. */
  above(sink: Sink, line: string): void;
  /** Takes away what was there only while it went on. */
  close(): void;
}

/** Countdowns move by themselves. */
const TICK_MS = 1_000;

/** A table that is rewritten in place on a terminal; a line for each measurement anywhere else. */
export function showOn(io: Pick<Io, 'clock'>, sink: Sink, paint: Paint): Show {
  if (!sink.isTerminal) {
    return {
      measured: (taken) => say(sink, ...taken.map((one) => takenLine(one, paint))),
      stands: () => {},
      above: (other, line) => say(other, line),
      close: () => {},
    };
  }
  const screen = new Screen(sink);
  let run: AnalysisRun | null = null;
  let cancel: Cancel | null = null;
  let isOpen = true;
  const draw = (): void => {
    if (run !== null) screen.draw(progressLines(run, io.clock.now(), paint));
  };
  const tick = (): void => {
    draw();
    cancel = io.clock.after(TICK_MS, tick);
  };
  return {
    measured: () => {},
    stands: (now) => {
      run = now;
      if (cancel === null) tick();
      else draw();
    },
    above: (_, line) => screen.above([line]),
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      cancel?.();
      screen.clear();
      screen.close();
    },
  };
}
