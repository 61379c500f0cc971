import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { AnalysisRunSpec, ClusterAnalysisTemplate, Metric } from '../../src/api/analysis.ts';
import { composeRun } from '../../src/core/analysis/compose.ts';
import { resolveMetrics } from '../../src/core/analysis/resolve.ts';
import { templateKey } from '../../src/core/world.ts';

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

/** What counters are taken is told from the router. */
const ROUTED = { strategy: { canary: { trafficRouting: { nginx: { stableIngress: 'web' } } } } };

/**
 * A run of that template, made as the controller makes one. It measures four times, each second, and does not
 * wait for a version to warm up. Arguments that the template does not take are left out.
 */
export function quickRun(name: string, args: Readonly<Record<string, string>>): AnalysisRunSpec {
  const ref = { templateName: name, clusterScope: true };
  const { spec } = templateOf(name);
  const known = new Set((spec.args ?? []).map((arg) => arg.name));
  const given = Object.entries({ interval: '1s', measurements: '4', ...args })
    .filter(([arg]) => known.has(arg))
    .map(([arg, value]) => ({ name: arg, value }));
  const composed = composeRun({
    analysis: { templates: [ref], args: given },
    templates: { [templateKey(ref)]: spec },
    rollout: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec: ROUTED },
    stableHash: '',
    latestHash: '',
    path: '',
  });
  if (composed.kind !== 'spec') throw new Error(composed.issues.map(({ message }) => message).join('\n'));
  return { ...composed.spec, metrics: (composed.spec.metrics ?? []).map(atOnce) };
}

function atOnce(metric: Metric): Metric {
  return { ...metric, initialDelay: '0s' };
}
