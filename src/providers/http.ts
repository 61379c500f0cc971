/** One request as a provider wants it sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /**
   * `http:` or `https:`. A user and password in it become basic authentication, unless a header says
   * otherwise.
   */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** True accepts any server certificate. */
  readonly insecure: boolean;
  /** Sending it twice does no harm: it is sent again, once, when the connection is lost without an answer. */
  readonly repeatable: boolean;
  /** For everything together: name lookup, connection, redirects and the last byte of the body. */
  readonly timeoutSeconds: number;
  readonly deadline: AbortSignal;
}

/** An answer of the other side, whatever its status. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8; what is not becomes U+FFFD. */
  readonly body: string;
}

/**
 * No answer could be had. The message begins with method and address and never holds a header, a query or a
 * body.
 */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly code: HttpFailureCode;
  readonly message: string;
}

export type HttpFailureCode =
  | 'cancelled'
  | 'timeout'
  | 'name'
  | 'refused'
  | 'unreachable'
  | 'closed'
  | 'tls'
  | 'redirect'
  | 'too-large'
  | 'invalid';

export type HttpOutcome = HttpAnswer | HttpFailure;

/** Sends one request. Never rejects. */
export type HttpClient = (request: HttpRequest) => Promise<HttpOutcome>;

/** Answers beyond this are refused: a measurement is a few numbers, and the controller's memory is shared. */
export const maxAnswerBytes = 5 * 1024 * 1024;
