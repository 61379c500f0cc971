import { AwsV4Signer } from 'aws4fetch';
import type { Instant } from '../../core/time.ts';
import type { HttpClient } from '../http.ts';
import type { AwsCredentials } from './credentials.ts';

/** For which service of Amazon, where and when a request is signed. */
export interface Scope {
  /** The name in the signature, such as `monitoring` or `aps`. */
  readonly service: string;
  readonly region: string;
  readonly now: Instant;
}

/**
 * A client that signs what it sends: method, address, body and all headers but those that proxies change. A
 * signature is good for this request and this host alone, and for minutes.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signing(fetch: HttpClient, credentials: AwsCredentials, scope: Scope): HttpClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { service, region, now } = scope;
  return async (request) => {
    const { method, headers, body } = request;
    const url = withoutPlus(request.url);
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { ...headers },
      body,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === null ? {} : { sessionToken }),
      service,
      region,
      datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const signed = await signer.sign();
    return await fetch({ ...request, url, headers: Object.fromEntries(signed.headers) });
  };
}

/** In a query `+` and `%20` are the same blank, but not every signer takes them for it. */
function withoutPlus(url: string): string {
  const [address = '', ...query] = url.split('?');
  return query.length === 0 ? url : `${address}?${query.join('?').replaceAll('+', '%20')}`;
}
