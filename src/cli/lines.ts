import type { Sink } from './io.ts';

/** Writes lines, each with its end. */
export function say(sink: Sink, ...lines: readonly string[]): void {
  if (lines.length > 0) sink.write(`${lines.join('\n')}\n`);
}
