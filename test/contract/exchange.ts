/** One thing that a case asked, and the answer. */
export interface Exchange {
  /** Method and short path, `WATCH path`, `UNTIL path` or `kubectl ...`. */
  readonly asked: string;
  /** HTTP status, or exit code. */
  readonly code: number;
  /** Content type. */
  readonly type?: string;
  readonly warning?: string;
  readonly retryAfter?: string;
  /** What was waited for did not happen. */
  readonly never?: true;
  /** A watch that the server ended. */
  over?: boolean;
  /** The parsed body, the text of one that is no JSON, or the events of a watch. */
  body: unknown;
}
