import type { Ask } from '../provider.ts';
import { profileOf, usualProfile } from './profile.ts';

/** The controller's region, from where Amazon's SDKs take it; empty where nothing says it. */
export async function regionOf(profile: string, ask: Ask): Promise<string> {
  const inEnvironment = ask.env('AWS_REGION') || ask.env('AWS_DEFAULT_REGION') || '';
  if (inEnvironment !== '') return inEnvironment;
  const name = profile || ask.env('AWS_PROFILE') || usualProfile;
  return (await profileOf(name, ask))?.['region'] ?? '';
}

/** Domains of the partitions, by the beginning of their regions' names. */
const domains: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eusc-', 'amazonaws.eu'],
];

/** Claims that a text can be a region: it becomes part of a host's name. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/.test(text);
}

/**
 * Where a service of Amazon is asked. `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL` of the controller's
 * environment say otherwise, as with Amazon's SDKs.
 */
export function endpointOf(service: 'monitoring' | 'sts', region: string, ask: Ask): string {
  const name = service === 'sts' ? 'STS' : 'CLOUDWATCH';
  const given = ask.env(`AWS_ENDPOINT_URL_${name}`) || ask.env('AWS_ENDPOINT_URL') || '';
  if (given !== '') return given;
  const domain = domains.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return `https://${service}.${region}.${domain}`;
}
