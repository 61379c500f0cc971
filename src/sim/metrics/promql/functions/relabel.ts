import { fail, refuse } from '../../fault.ts';
import { labelValue, withLabel } from '../../labels.ts';
import { isLabelName } from '../../series.ts';
import type { Computed } from '../rows.ts';
import { capturing } from './captures.ts';

/**
 * `label_replace`: where the regular expression covers the whole value of the source label, the target label
 * is set from its groups (`$1`, `${name}`); an empty result takes the label away.
 */
export function labelReplace(samples: readonly Computed[], texts: readonly string[]): readonly Computed[] {
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  const groupsOf = capturing(pattern);
  if (!isLabelName(target)) fail(`invalid destination label name in label_replace(): ${target}`);
  return samples.map(({ labels, value }) => {
    const groups = groupsOf(labelValue(labels, source));
    if (groups === null) return { labels, value };
    return { labels: withLabel(labels, target, expand(replacement, groups)), value };
  });
}

/** `label_join`: the values of several labels, with a separator, become a label. */
export function labelJoin(samples: readonly Computed[], texts: readonly string[]): readonly Computed[] {
  const [target = '', separator = '', ...sources] = texts;
  if (!isLabelName(target)) fail(`invalid destination label name in label_join(): ${target}`);
  const wrong = sources.find((source) => !isLabelName(source));
  if (wrong !== undefined) fail(`invalid source label name in label_join(): ${wrong}`);
  return samples.map(({ labels, value }) => {
    const joined = sources.map((source) => labelValue(labels, source)).join(separator);
    return { labels: withLabel(labels, target, joined), value };
  });
}

/**
 * Puts groups into a template as Go's `Regexp.Expand` does: `$name` is as long as it can be, `$$` is a
 * dollar.
 */
function expand(template: string, groups: ReadonlyMap<string, string>): string {
  return template.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (whole, dollar, braced, bare) => {
    if (dollar !== undefined) return '$';
    const name = String(braced ?? bare);
    if (/^0\d/.test(name)) refuse(`${whole} in label_replace()`);
    return groups.get(name) ?? '';
  });
}
