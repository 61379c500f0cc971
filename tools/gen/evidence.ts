import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings } from '../../bench/analysis/findings.ts';
import { pageOf } from '../../bench/analysis/page.ts';
import type { Generated } from '../gen.ts';

const PUBLISHED = join(import.meta.dirname, '../../bench/analysis/published.json');

/** docs/evidence.md: what the simulated releases of `npm run bench -- analysis` came to. */
export function evidenceFiles(): readonly Generated[] {
  const findings = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as Findings;
  return [{ path: 'docs/evidence.md', text: pageOf(findings) }];
}
