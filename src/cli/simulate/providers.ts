import type { AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import { EXPERIMENT } from '../../api/experiment-metric.ts';
import type { Manifest } from '../../api/meta.ts';
import { COMPARE } from '../../core/analysis/compare/compared.ts';
import { fieldsOf } from '../../routers/fields.ts';

/** Providers that a simulation answers. */
const SIMULATED: ReadonlySet<string> = new Set(['prometheus', 'web', 'job']);

/** Where metrics of all others ask instead. No such host can be. Source: RFC 6761. */
export const NOWHERE = 'http://not-simulated.invalid/';

/** Objects as a simulation can play them, and what was changed about them, in sentences. */
export interface Playable {
  readonly objects: readonly Manifest[];
  readonly notes: readonly string[];
}

/**
 * Templates whose metrics can all be taken: what asks a service that is not simulated is taken for good,
 * since nobody knows what it would have answered.
 */
export function playable(objects: readonly Manifest[]): Playable {
  const notes: string[] = [];
  const played = objects.map((object) => {
    if (!/^(Cluster)?AnalysisTemplate$/.test(object.kind)) return object;
    const spec = fieldsOf(object['spec']) as AnalysisTemplateSpec;
    const metrics = spec.metrics?.map((metric) => {
      const service = strangerIn(metric);
      if (service === null) return metric;
      notes.push(`metric ${metric.name} asks ${service}, which is not simulated: it is taken for good here`);
      return taken(metric);
    });
    return metrics === undefined ? object : { ...object, spec: { ...spec, metrics } };
  });
  return { objects: played, notes: [...new Set(notes)] };
}

/** The provider of a metric where nobody simulates it; null where somebody does. */
function strangerIn({ provider }: Metric): string | null {
  const [name, more] = Object.keys(fieldsOf(provider));
  if (name === undefined || more !== undefined || SIMULATED.has(name)) return null;
  if (name !== 'plugin') return name;
  const [plugin = name] = Object.keys(fieldsOf(provider.plugin));
  // The one asks Prometheus, the other the controller itself.
  return plugin === COMPARE || plugin === EXPERIMENT ? null : plugin;
}

/** The same metric as often, and whatever it finds is good. */
function taken(metric: Metric): Metric {
  const { successCondition: _success, failureCondition: _failure, ...rest } = metric;
  return { ...rest, provider: { web: { url: NOWHERE } } };
}
