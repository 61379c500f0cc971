/** Something that a check found. Lines and columns count from 1; 0 where there is no place. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Errors keep the manifest from working as it stands; warnings may be meant so. */
  readonly severity: 'error' | 'warning';
  /** `Rollout app`; empty where the text is no object. */
  readonly object: string;
  /** Where in the object, such as `spec.strategy.canary.steps[3]`. Empty: the object itself. */
  readonly path: string;
  readonly message: string;
}

/** In the order of reading: by file, then by place. */
export function inOrder(findings: readonly Finding[], files: readonly string[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
