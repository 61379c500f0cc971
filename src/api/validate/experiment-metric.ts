import type { Experiment, ExperimentTemplate } from '../experiment.ts';
import type { ExperimentMetric, ExperimentMetricTemplate } from '../experiment-metric.ts';
import { API_VERSION } from '../keys.ts';
import type { Issue, PodTemplate } from '../meta.ts';
import { at } from '../path.ts';
import { argumentIssues } from './analysis.ts';
import { experimentPodIssues, validateExperiment } from './experiment.ts';
import { required, when } from './issue.ts';
import { dnsLabel } from './names.ts';

/** Names of ReplicaSets and Services begin with the Experiment's, which needs room, too. */
const LONGEST_NAME = 40;
const SAYS = 'Experiment m ';

/**
 * Everything that is wrong with an Experiment that a metric makes, beside the fields of its configuration,
 * which stands at `path`: what any Experiment is told, and names that leave none for the Experiment.
 */
export function experimentMetricIssues(path: string, config: ExperimentMetric): readonly Issue[] {
  const experiment = standIn(config);
  const own = [...validateExperiment(experiment), ...experimentPodIssues(experiment)].map((issue) => ({
    path: path + issue.path.replace(/^spec/, ''),
    message: issue.message.replace(SAYS, 'the Experiment '),
  }));
  const { templates, analyses = [] } = config;
  return [
    ...own,
    ...templates.flatMap(({ name }, index) => nameIssues(at(path, 'templates', index, 'name'), name)),
    ...analyses.flatMap(({ name, templateName, args }, index) => {
      const here = at(path, 'analyses', index);
      return [
        ...when(name === '', required(at(here, 'name'))),
        ...nameIssues(at(here, 'name'), name),
        ...when(templateName === '', required(at(here, 'templateName'))),
        ...argumentIssues(at(here, 'args'), args),
      ];
    }),
  ];
}

function nameIssues(path: string, name: string): readonly Issue[] {
  if (name.length > LONGEST_NAME)
    return [{ path, message: `must be no more than ${LONGEST_NAME} characters` }];
  return name === '' ? [] : dnsLabel(path, name);
}

/** The Experiment with pods that nobody has anything against in place of those of versions. */
function standIn({ templates, ...spec }: ExperimentMetric): Experiment {
  return {
    apiVersion: API_VERSION,
    kind: 'Experiment',
    metadata: { name: 'm' },
    spec: { ...spec, templates: templates.map(withPods) },
  };
}

function withPods(given: ExperimentMetricTemplate): ExperimentTemplate {
  const { name, replicas, minReadySeconds, service, metadata = {}, template } = given;
  const known = {
    name,
    ...(replicas === undefined ? {} : { replicas }),
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    ...(service === undefined ? {} : { service }),
  };
  if (template !== undefined) {
    const labels = { ...template.metadata?.labels, ...metadata.labels };
    const pods = { ...template, metadata: { ...template.metadata, labels } };
    return { ...known, selector: given.selector ?? {}, template: pods };
  }
  // Whether a selector fits the pods of a version is told when there is one.
  const labels = { pods: 'some', ...metadata.labels };
  return {
    ...known,
    selector: { matchLabels: labels },
    template: { ...PODS, metadata: { ...metadata, labels } },
  };
}

const PODS: PodTemplate = { spec: { containers: [{ name: 'web', image: 'web' }] } };
