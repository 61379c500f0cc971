import type { Metric } from '../../api/analysis.ts';
import { EXPERIMENT } from '../../api/experiment-metric.ts';
import type { Json } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { type Substituted, substitute } from './substitute.ts';

/** Claims that the measurements of a metric are Experiments. */
export function isExperiment({ provider }: Metric): boolean {
  return Object.hasOwn(provider.plugin ?? {}, EXPERIMENT);
}

/**
 * Such a metric with its arguments filled in. The analyses of the Experiment have placeholders of their own,
 * which are left to it. `secrets` names arguments that come from Secrets: whoever may read Experiments could
 * read their values, so that to ask for one is a problem.
 */
export function fillExperiment(
  metric: Metric,
  values: ReadonlyMap<string, string>,
  secrets: ReadonlySet<string>,
): Substituted<Metric> {
  const { provider, ...rest } = metric;
  const config = provider.plugin?.[EXPERIMENT] ?? null;
  const open = new Map([...values].filter(([name]) => !secrets.has(name)));
  const all: Substituted<unknown>[] = [];
  const fill = <T>(part: T, keep: ReadonlySet<string>): T => {
    const filled = substitute(part, open, keep);
    all.push(filled);
    return filled.value;
  };
  const others = fill(rest, NONE);
  const filled = isObject(config)
    ? Object.fromEntries(
        Object.entries(config).map(([key, part]) => {
          const after = fill(part as Json, key === 'analyses' ? ownNames(config) : NONE);
          return [key, withNumbers(key, part, after)];
        }),
      )
    : config;
  const unresolved = [...new Set(all.flatMap((one) => one.unresolved))];
  return {
    value: { ...others, provider: { ...provider, plugin: { ...provider.plugin, [EXPERIMENT]: filled } } },
    unresolved: unresolved.filter((name) => !secrets.has(name)),
    problems: [
      ...new Set(all.flatMap((one) => one.problems)),
      ...unresolved.filter((name) => secrets.has(name)).map(leak),
    ],
  };
}

const NONE: ReadonlySet<string> = new Set();

/** What arguments of the Experiment's analyses may say of it. */
function ownNames(config: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const templates = Array.isArray(config['templates']) ? config['templates'].filter(isObject) : [];
  return new Set([
    'experiment.availableAt',
    'experiment.finishedAt',
    ...templates.flatMap(({ name }) => [
      `templates.${String(name)}.podTemplateHash`,
      `templates.${String(name)}.replicaset.name`,
    ]),
  ]);
}

function leak(name: string): string {
  return (
    `{{${name}}} comes from a Secret, and everybody who may read Experiments could read it there: ` +
    'let the pods or the argument of the analysis refer to the Secret itself, by secretKeyRef'
  );
}

const NUMBERS = ['replicas', 'minReadySeconds', 'progressDeadlineSeconds', 'scaleDownDelaySeconds'];

/** Arguments are texts: one that stands where a number is wanted is made one. */
function withNumbers(key: string, before: unknown, after: Json): Json {
  if (typeof after === 'string')
    return NUMBERS.includes(key) && before !== after && /^-?\d{1,10}$/.test(after) ? Number(after) : after;
  if (key !== 'templates' || !Array.isArray(after) || !Array.isArray(before)) return after;
  return after.map((template: Json, index) => {
    const given: unknown = before[index];
    if (!isObject(template) || !isObject(given)) return template;
    const entries = Object.entries(template as Readonly<Record<string, Json>>);
    return Object.fromEntries(
      entries.map(([field, value]) => [
        field,
        typeof value === 'string' ? withNumbers(field, given[field], value) : value,
      ]),
    );
  });
}
