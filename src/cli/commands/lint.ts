import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { check } from '../lint/check.ts';
import { readSources } from '../lint/files.ts';
import { type Format, report } from '../lint/report.ts';
import { Refusal } from '../refusal.ts';
import { paintFor } from '../text/paint.ts';

/** Options of `lint`. */
export interface LintOptions {
  readonly filename?: readonly string[];
  readonly output: Format;
  readonly color: boolean;
}

/** `lint FILE...`: every mistake in manifests, with its place. Exit code 1 where there are errors. */
export async function lint(io: Io, paths: readonly string[], options: LintOptions): Promise<number> {
  if (paths.length === 0) throw new Refusal('which files? Name some with -f; - stands for standard input');
  const checked = check(await readSources(io, paths));
  say(io.out, ...report(checked, options.output, paintFor(io.out, io, options.color)));
  return checked.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}
