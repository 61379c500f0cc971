/** A request as it goes over the wire. */
export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came back. */
export interface Answer {
  readonly code: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** A watch that goes on: `lines` grows until it is over. */
export interface Opened {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly lines: readonly string[];
  isOver(): boolean;
  cancel(): void;
}

/** Whoever answers: the real API server with the real controllers, or the simulated ones. */
export interface Subject {
  send(request: Request): Promise<Answer>;
  /** For watches: the answer is read while it comes. */
  open(request: Request): Promise<Opened>;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  /** The time that it has, milliseconds since the epoch. */
  now(): number;
  /** What kubectl is to be called with to reach it; null where there is no socket to connect to. */
  readonly kubectl: readonly string[] | null;
}
