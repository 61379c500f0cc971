import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '../../src/providers/http.ts';
import { failureOf, shown } from '../../src/providers/http-failure.ts';

const request: HttpRequest = {
  method: 'POST',
  url: 'http://prometheus.monitoring:9090/api/v1/query',
  headers: {},
  body: null,
  insecure: false,
  repeatable: true,
  timeoutSeconds: 30,
  deadline: new AbortController().signal,
};

const dialled = { code: 'ECONNREFUSED', address: '10.0.0.1', port: 9090 };

// What Node.js, OpenSSL and undici throw, and what becomes of it.
const rows: readonly (readonly [string, object, string])[] = [
  ['a closed port', dialled, 'refused dial tcp 10.0.0.1:9090: connect: connection refused'],
  [
    'a closed port, address version 6',
    { ...dialled, address: '::1' },
    'refused dial tcp [::1]:9090: connect: connection refused',
  ],
  [
    'all addresses of a name',
    { code: 'X', errors: [dialled, dialled] },
    'refused dial tcp 10.0.0.1:9090: connect: connection refused',
  ],
  [
    'a cause inside',
    { code: 'UND_ERR', cause: dialled },
    'refused dial tcp 10.0.0.1:9090: connect: connection refused',
  ],
  [
    'no route',
    { code: 'EHOSTUNREACH' },
    'unreachable dial tcp prometheus.monitoring:9090: connect: no route to host',
  ],
  [
    'no network',
    { code: 'ENETUNREACH' },
    'unreachable dial tcp prometheus.monitoring:9090: connect: network is unreachable',
  ],
  [
    'no connection in time',
    { code: 'UND_ERR_CONNECT_TIMEOUT' },
    'unreachable dial tcp prometheus.monitoring:9090: i/o timeout',
  ],
  ['an unknown name', { code: 'ENOTFOUND' }, 'name dial tcp: lookup prometheus.monitoring: no such host'],
  [
    'no name service',
    { code: 'EAI_AGAIN' },
    'name dial tcp: lookup prometheus.monitoring: temporary failure in name resolution',
  ],
  ['a reset', { code: 'ECONNRESET' }, 'closed read: connection reset by peer'],
  [
    'an expired certificate',
    { code: 'CERT_HAS_EXPIRED' },
    'tls tls: failed to verify certificate: CERT_HAS_EXPIRED',
  ],
  [
    'another name in the certificate',
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    'tls tls: failed to verify certificate: ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  [
    'an unknown issuer',
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    'tls tls: failed to verify certificate: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  [
    'a certificate is wanted of us',
    { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    'tls tls: handshake failed: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ],
  [
    'another protocol',
    { code: 'HPE_INVALID_CONSTANT' },
    'invalid the answer is not HTTP (HPE_INVALID_CONSTANT)',
  ],
  [
    'a header that cannot be sent',
    { code: 'UND_ERR_INVALID_ARG', message: 'invalid x: secret' },
    'invalid a header has a name or a value that cannot be sent',
  ],
  ['something new', { code: 'E_NEW', message: 'with a secret' }, 'closed the request failed (E_NEW)'],
  ['nothing known', {}, 'closed the request failed (unknown error)'],
];

for (const [name, error, want] of rows) {
  void test(`a failed request: ${name}`, () => {
    const { code, message } = failureOf(request, { kind: 'error', error });
    assert.equal(
      `${code} ${message}`,
      want.replace(' ', ' Post "http://prometheus.monitoring:9090/api/v1/query": '),
    );
  });
}

const addresses: readonly (readonly [string, string])[] = [
  ['http://prometheus:9090', 'http://prometheus:9090'],
  ['https://user:pw@x.example/a/b?token=t#f', 'https://x.example/a/b'],
  ['https://x.example/?token=t', 'https://x.example/'],
  ['not an address', 'an address that cannot be read'],
];

for (const [address, want] of addresses) {
  void test(`${address} in a message`, () => assert.equal(shown(address), want));
}
