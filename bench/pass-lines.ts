import { readFileSync } from 'node:fs';

/** What a pass over a rollout wrote, as the controller's log tells it. */
export interface PassLine {
  /** `NAMESPACE/NAME`. */
  readonly rollout: string;
  /** The status, where it was stored, and each change after it: `patch Ingress/web`, in order. */
  readonly writes: readonly string[];
}

/** The passes in a log for people, in order; passes that wrote nothing are not logged. */
export function readPassLines(file: string): readonly PassLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => parsePassLine(line) ?? []);
}

/** Reads one line of such a log; null where it tells of something else. */
export function parsePassLine(line: string): PassLine | null {
  const [, rollout, committed, list] =
    /^\S+ INFO +pass rollout=(\S+) .*committed=(true|false) changes=(\[.*?\]) told=/.exec(line) ?? [];
  if (rollout === undefined || list === undefined) return null;
  // A change is told with its phase, `traffic patch Ingress/web`.
  const changes = (JSON.parse(list) as readonly string[]).map((change) => change.replace(/^\S+ /, ''));
  return { rollout, writes: [...(committed === 'true' ? ['patch status'] : []), ...changes] };
}
