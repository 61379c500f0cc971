import type { SigV4 } from '../api/providers.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { awsCredentials } from './aws/credentials.ts';
import { isRegion } from './aws/region.ts';
import { signing } from './aws/sign.ts';
import type { HttpClient } from './http.ts';
import type { Ask } from './provider.ts';

/** A client that signs for Amazon's managed Prometheus. */
export type Signing = { readonly kind: 'signing'; readonly fetch: HttpClient } | ErrorReading;

const domain = '(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)';
const host = new RegExp(
  `(?:^|\\.)aps-workspaces(?:-fips)?\\.(?<region>[a-z]+(?:-[a-z]+)+-\\d+)\\.${domain}$`,
);

/**
 * Claims that an address is that of Amazon Managed Service for Prometheus. The original looks for
 * `aps-workspaces` anywhere in the address; here it must be a host of Amazon's, so that nothing is signed for
 * others.
 */
export function isAmazon({ hostname }: URL): boolean {
  return host.test(hostname);
}

/**
 * Prepares signatures by the controller's own credentials, by those of a profile, or by a role. The region
 * is that of `sigv4`, else that of the address.
 */
export async function signerFor(url: URL, sigv4: SigV4 | undefined, ask: Ask): Promise<Signing> {
  const { region: wanted = '', profile = '', roleArn = '' } = sigv4 ?? {};
  if (url.protocol !== 'https:') return refuse('requests to Amazon are signed only with https');
  const region = wanted || host.exec(url.hostname)?.groups?.['region'] || '';
  if (!isRegion(region)) return refuse(`sigv4: "${region}" is no region of AWS`);
  const credentials = await awsCredentials({ who: 'prometheus', region, profile, roleArn }, ask);
  if (credentials.kind === 'error') return credentials;
  const fetch = signing(ask.fetch, credentials, { service: 'aps', region, now: ask.now });
  return { kind: 'signing', fetch };
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `prometheus: ${reason}`, retryable: false };
}
