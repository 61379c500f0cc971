import type { Issue, PodTemplate } from '../meta.ts';
import { at, find, isObject } from '../path.ts';
import { parseQuantity } from '../quantity.ts';
import { containerNameIssues, containersIssues, objects } from './containers.ts';
import { forbidden, notNegative, oneWord, required, unique, when } from './issue.ts';
import { annotationsIssues, dnsLabel, dnsSubdomain, labelsIssues } from './names.ts';

const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/**
 * The issues of a pod template that a ReplicaSet is to be made of: the essentials of what Kubernetes checks,
 * so that most mistakes show at once and not as pods that cannot be created. The rest is told by the API
 * server.
 */
export function podTemplateIssues(path: string, template: PodTemplate): readonly Issue[] {
  const { metadata = {}, spec = {} } = template;
  return [
    ...labelsIssues(at(path, 'metadata', 'labels'), metadata.labels),
    ...annotationsIssues(at(path, 'metadata', 'annotations'), metadata.annotations),
    ...podSpecIssues(at(path, 'spec'), spec),
  ];
}

function podSpecIssues(path: string, spec: Readonly<Record<string, unknown>>): readonly Issue[] {
  const volumes = objects(spec['volumes']).map(({ name }) => (typeof name === 'string' ? name : ''));
  const pod = { volumes, hasOs: isObject(spec['os']) && Boolean(spec['os']['name']) };
  const [containers, init] = [at(path, 'containers'), at(path, 'initContainers')];
  const account = spec['serviceAccountName'];
  return [
    ...volumes.flatMap((name, index) => dnsLabel(at(path, 'volumes', index, 'name'), name)),
    ...unique(volumes, (index) => at(path, 'volumes', index, 'name')),
    ...when(objects(spec['containers']).length === 0, required(containers)),
    ...containersIssues(containers, spec['containers'], pod),
    ...containersIssues(init, spec['initContainers'], pod),
    ...containerNameIssues([
      [containers, spec['containers']],
      [init, spec['initContainers']],
    ]),
    ...when(
      objects(spec['ephemeralContainers']).length > 0,
      forbidden(at(path, 'ephemeralContainers'), 'ephemeral containers not allowed in pod template'),
    ),
    ...oneWord(at(path, 'restartPolicy'), spec['restartPolicy'], ['Always']),
    ...oneWord(at(path, 'dnsPolicy'), spec['dnsPolicy'], DNS_POLICIES),
    ...notNegative(
      at(path, 'terminationGracePeriodSeconds'),
      numberOf(spec['terminationGracePeriodSeconds']),
    ),
    ...(typeof account === 'string' && account !== ''
      ? dnsSubdomain(at(path, 'serviceAccountName'), account)
      : []),
    ...labelsIssues(at(path, 'nodeSelector'), spec['nodeSelector']),
    ...when(
      numberOf(spec['activeDeadlineSeconds']) !== undefined,
      forbidden(at(path, 'activeDeadlineSeconds'), 'activeDeadlineSeconds in ReplicaSet is not Supported'),
    ),
  ];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * What a pod template asks for and will not get. The API that we are compatible with drops quantities that it
 * cannot read, and runs the pods without them: no reason to stop, but a reason to tell.
 */
export function podTemplateWarnings(path: string, template: PodTemplate): readonly Issue[] {
  const patterns = ['spec.containers[].resources', 'spec.initContainers[].resources'];
  return patterns
    .flatMap((pattern) => ['limits', 'requests'].flatMap((part) => find(template, `${pattern}.${part}.*`)))
    .filter((found) => parseQuantity(found.value) === null)
    .map((found) => ({
      path: `${path}.${found.path}`,
      message: `${JSON.stringify(found.value)} is no quantity and is ignored`,
    }));
}
