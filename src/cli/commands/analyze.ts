import { type AnalyzeOptions, refuseStrangers } from '../analyze/options.ts';
import { Access } from '../analyze/run/access.ts';
import { complaint } from '../complaint.ts';
import type { GivenFlags } from '../flags.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';

/** Nothing could be judged: the command line, a template or the way to a service is wrong. */
const UNUSABLE = 2;

/**
 * `analyze`: runs templates now, over past time with `--replay`, or over recorded counters with `--input`.
 * Exit code 0 for success, 1 where something failed, 3 where it is undecided, 2 where nothing could be
 * judged, 130 after Ctrl-C.
 */
export async function analyze(io: Io, flags: GivenFlags, options: AnalyzeOptions): Promise<number> {
  const access = new Access(io, flags);
  try {
    refuseStrangers(options);
    const { input } = options;
    if (input !== undefined) {
      const { judgeRecording } = await import('../analyze/recording.ts');
      return await judgeRecording(io, { ...options, input });
    }
    if (options.aa === true) {
      const { selfCheck } = await import('../analyze/self/check.ts');
      return await selfCheck(io, access, options);
    }
    if (options.replay === true) {
      const { replay } = await import('../analyze/past/replay.ts');
      return await replay(io, access, options);
    }
    const { analyzeNow } = await import('../analyze/run/now.ts');
    return await analyzeNow(io, access, options);
  } catch (error) {
    if (io.ended.aborted) throw error;
    say(io.err, `Error: ${complaint(error)}`);
    return UNUSABLE;
  } finally {
    await access.close();
  }
}
