import type { AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import { withoutNulls } from '../../api/shape.ts';
import { comparisonIssues as issuesOf } from '../../core/analysis/compare/party.ts';
import { isDryRun } from '../../core/analysis/rules.ts';

/** What keeps metrics that compare canary and stable from being judged together. */
export function comparisonIssues(manifest: Manifest): readonly Issue[] {
  const { metrics = [], dryRun } = (withoutNulls(manifest['spec']) ?? {}) as AnalysisTemplateSpec;
  return [true, false].flatMap((dry) =>
    issuesOf(
      metrics.filter(({ name }) => isDryRun(dryRun, name) === dry),
      (metric) => at('spec', 'metrics', metrics.indexOf(metric)),
    ),
  );
}
