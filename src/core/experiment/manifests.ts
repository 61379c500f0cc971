import type { Experiment, ExperimentTemplate } from '../../api/experiment.ts';
import { LABEL } from '../../api/keys.ts';
import { isObject } from '../../api/path.ts';
import type { ReplicaSet, Service, ServicePort } from '../../api/workload.ts';
import { usableTemplate } from '../rollout/template.ts';
import { ownedBy } from './owner.ts';
import { markOf, type Part } from './parts.ts';

/** The ReplicaSet of a template. The pod template is the user's, but for the hash label. */
export function replicaSetOf(experiment: Experiment, part: Part): ReplicaSet {
  const { template, hash, replicas } = part;
  const hashLabel = { [LABEL.podTemplateHash]: hash };
  const pods = usableTemplate(template.template);
  const labels = { ...pods.metadata?.labels, ...hashLabel };
  const { minReadySeconds, selector } = template;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: part.replicaSetName,
      namespace: experiment.metadata.namespace ?? '',
      labels,
      annotations: markOf(experiment, part),
      ownerReferences: [ownedBy(experiment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hashLabel } },
      template: { ...pods, metadata: { ...pods.metadata, labels } },
    },
  };
}

/** The Service of a template, with the ports of its containers; null where it wants none. */
export function serviceOf(experiment: Experiment, part: Part): Service | null {
  if (part.serviceName === null) return null;
  const ports = portsOf(part.template);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: part.serviceName,
      namespace: experiment.metadata.namespace ?? '',
      annotations: markOf(experiment, part),
      ownerReferences: [ownedBy(experiment)],
    },
    spec: {
      selector: { ...part.template.selector.matchLabels, [LABEL.podTemplateHash]: part.hash },
      ...(ports.length === 0 ? {} : { ports }),
    },
  };
}

/** The ports of a template's Service: those of its containers. Where there are several each needs a name. */
export function portsOf({ template }: ExperimentTemplate): readonly ServicePort[] {
  const containers: unknown = template.spec?.['containers'];
  const listed = (Array.isArray(containers) ? containers : []).flatMap((container: unknown) => {
    const ports: unknown = isObject(container) ? container['ports'] : undefined;
    return Array.isArray(ports) ? ports.filter(isObject) : [];
  });
  const found = new Map<string, ServicePort>();
  for (const { containerPort, protocol = 'TCP', name } of listed) {
    if (typeof containerPort !== 'number' || typeof protocol !== 'string') continue;
    const key = `${containerPort}/${protocol}`;
    const named = typeof name === 'string' && name !== '' ? { name } : {};
    if (!found.has(key))
      found.set(key, { ...named, protocol, port: containerPort, targetPort: containerPort });
  }
  const ports = [...found.values()];
  if (ports.length < 2) return ports;
  return ports.map((port) => ({
    ...port,
    name: port.name ?? `${(port.protocol ?? 'TCP').toLowerCase()}-${port.port}`,
  }));
}
