import type { ApiAnswer } from '../http.ts';
import { json, text } from './answers.ts';
import type { Asked, HttpMeans } from './means.ts';

/** The version that the simulated server claims to be: the one that its answers were taken from. */
const VERSION = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4+sluice-sim',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
} as const;

/** Health, version and the list of all that; null for any other path. */
export function answerPlain(_means: HttpMeans, { request, parts }: Asked): ApiAnswer | null {
  if (request.method !== 'GET' || parts.length > 1) return null;
  switch (parts[0]) {
    case undefined:
      return json(200, {
        paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'],
      });
    case 'version':
      return json(200, VERSION);
    case 'healthz':
    case 'livez':
    case 'readyz':
      return text(200, 'ok');
    default:
      return null;
  }
}
