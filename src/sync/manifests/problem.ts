/** Something in the repository that keeps a commit from being applied. */
export interface Problem {
  /** From the root of the repository. */
  readonly file: string;
  /** Counts from 1; 0 where there is no line to name. */
  readonly line: number;
  readonly message: string;
}

/** A problem as `file:line: message`. */
export function problemLine({ file, line, message }: Problem): string {
  return `${file}${line === 0 ? '' : `:${line}`}: ${message}`;
}

/** In the order of reading, without repetition. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const sorted = problems.toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.message, b.message),
  );
  return sorted.filter((problem, i) => {
    const before = sorted[i - 1];
    return before === undefined || problemLine(before) !== problemLine(problem);
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
