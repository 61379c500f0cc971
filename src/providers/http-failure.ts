import { type HttpFailure, type HttpFailureCode, type HttpRequest, maxAnswerBytes } from './http.ts';

/** Why there is no answer. */
export type Cause =
  | { readonly kind: 'address' }
  | { readonly kind: 'proxy' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'redirect'; readonly reason: string }
  | { readonly kind: 'error'; readonly error: unknown };

/**
 * Words for a failed request, in the form in which the original reports them:
 * `Post "http://prometheus:9090/api/v1/query": dial tcp 10.0.0.1:9090: connect: connection refused`.
 * The address is shown without user, password and query, because any of them may hold a secret.
 */
export function failureOf(request: HttpRequest, cause: Cause): HttpFailure {
  const { code, reason } = describe(request, cause);
  return { kind: 'failure', code, message: `${askedOf(request)}: ${reason}` };
}

/** What was asked and where: `Get "https://api.example.com/query"`. */
export function askedOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  return `${method.charAt(0)}${method.slice(1).toLowerCase()} "${shown(url)}"`;
}

/** An address fit for a message: no user, no password, no query. */
export function shown(address: string): string {
  const url = URL.parse(address);
  if (url === null) return 'an address that cannot be read';
  const endsWithSlash = address.replace(/[?#].*$/s, '').endsWith('/');
  const path = url.pathname === '/' && !endsWithSlash ? '' : url.pathname;
  return `${url.protocol}//${url.host}${path}`;
}

interface Description {
  readonly code: HttpFailureCode;
  readonly reason: string;
}

function describe(request: HttpRequest, cause: Cause): Description {
  switch (cause.kind) {
    case 'address':
      return { code: 'invalid', reason: 'the address must begin with http:// or https://' };
    case 'proxy':
      return { code: 'invalid', reason: 'the proxy in HTTP_PROXY or HTTPS_PROXY is not an http address' };
    case 'cancelled':
      return { code: 'cancelled', reason: 'the measurement was cancelled' };
    case 'timeout':
      return {
        code: 'timeout',
        reason: `context deadline exceeded: no answer within ${request.timeoutSeconds}s`,
      };
    case 'too-large':
      return { code: 'too-large', reason: `the answer is larger than ${maxAnswerBytes / 1024 / 1024} MiB` };
    case 'redirect':
      return { code: 'redirect', reason: cause.reason };
    case 'error':
      return describeError(cause.error, URL.parse(request.url));
    default:
      return cause satisfies never;
  }
}

// Codes of Node.js, OpenSSL and undici, with what they mean for a request.
const network: Readonly<Record<string, Description>> = {
  ECONNREFUSED: { code: 'refused', reason: 'connect: connection refused' },
  EHOSTUNREACH: { code: 'unreachable', reason: 'connect: no route to host' },
  ENETUNREACH: { code: 'unreachable', reason: 'connect: network is unreachable' },
  ETIMEDOUT: { code: 'unreachable', reason: 'i/o timeout' },
  UND_ERR_CONNECT_TIMEOUT: { code: 'unreachable', reason: 'i/o timeout' },
};

const others: Readonly<Record<string, Description>> = {
  ECONNRESET: { code: 'closed', reason: 'read: connection reset by peer' },
  EPIPE: { code: 'closed', reason: 'write: broken pipe' },
  UND_ERR_SOCKET: { code: 'closed', reason: 'EOF: the other side closed the connection in the middle' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { code: 'closed', reason: 'unexpected EOF' },
  UND_ERR_INVALID_ARG: { code: 'invalid', reason: 'a header has a name or a value that cannot be sent' },
  UND_ERR_NOT_SUPPORTED: { code: 'invalid', reason: 'a header is set that only the connection may set' },
  EPROTO: { code: 'tls', reason: 'tls: the other side does not speak TLS on this port' },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'tls',
    reason: 'tls: the other side does not speak TLS on this port',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    code: 'tls',
    reason: 'tls: the other side does not speak TLS on this port',
  },
};

function describeError(error: unknown, url: URL | null): Description {
  const { code, address } = detailsOf(error);
  const dialled = network[code];
  if (dialled !== undefined) {
    return { code: dialled.code, reason: `dial tcp ${address ?? url?.host ?? ''}: ${dialled.reason}` };
  }
  if (code === 'ENOTFOUND')
    return { code: 'name', reason: `dial tcp: lookup ${url?.hostname}: no such host` };
  if (code === 'EAI_AGAIN') {
    return {
      code: 'name',
      reason: `dial tcp: lookup ${url?.hostname}: temporary failure in name resolution`,
    };
  }
  const other = others[code];
  if (other !== undefined) return other;
  if (code.startsWith('HPE_')) return { code: 'invalid', reason: `the answer is not HTTP (${code})` };
  if (isCertificateError(code)) {
    return { code: 'tls', reason: `tls: failed to verify certificate: ${code}` };
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return { code: 'tls', reason: `tls: handshake failed: ${code}` };
  }
  // The message of an unknown error is left out: it may repeat what was sent.
  return { code: 'closed', reason: `the request failed (${code === '' ? 'unknown error' : code})` };
}

// What OpenSSL calls the results of its verification, as Node.js passes them on.
// https://nodejs.org/api/tls.html#x509-certificate-error-codes
function isCertificateError(code: string): boolean {
  return (
    /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|CRL_/.test(code) && !code.startsWith('ERR_SSL_')
  );
}

/** The code of the error or of the first of several: a name with many addresses fails once for each. */
function detailsOf(error: unknown): { readonly code: string; readonly address: string | null } {
  let current: unknown = error;
  let code = '';
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    if ('code' in current && typeof current.code === 'string') code = current.code;
    if ('address' in current && typeof current.address === 'string' && 'port' in current) {
      const host = current.address.includes(':') ? `[${current.address}]` : current.address;
      return { code, address: `${host}:${String(current.port)}` };
    }
    if ('errors' in current && Array.isArray(current.errors)) current = current.errors[0];
    else current = 'cause' in current ? current.cause : null;
  }
  return { code, address: null };
}
