import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { ClusterAnalysisTemplate, Metric } from '../../src/api/analysis.ts';
import { resolveMetrics } from '../../src/core/analysis/resolve.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A template of the library. */
export interface Listed {
  readonly name: string;
  /** What it measures with: the folder that it is in. */
  readonly source: string;
  readonly text: string;
  readonly template: ClusterAnalysisTemplate;
}

/** All templates, by source and name. */
export const library: readonly Listed[] = globSync('analysis-templates/*/*.yaml', { cwd: ROOT })
  .sort()
  .map((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const template = parse(text) as ClusterAnalysisTemplate;
    return { name: basename(file, '.yaml'), source: basename(dirname(file)), text, template };
  });

/** The template of that name. Throws where there is none. */
export function templateOf(name: string): ClusterAnalysisTemplate {
  const found = library.find((one) => one.name === name);
  if (found === undefined) throw new Error(`analysis-templates: there is no ${name}`);
  return found.template;
}

/** Its metrics with `1` for every argument without a default. */
export function metricsOf({ spec }: ClusterAnalysisTemplate): readonly Metric[] {
  const args = (spec.args ?? []).map((argument) => ({ value: '1', ...argument }));
  const resolved = resolveMetrics({ metrics: spec.metrics ?? [], args }, new Map());
  if (resolved.kind !== 'metrics') throw new Error(resolved.reasons.join('\n'));
  return resolved.metrics;
}
