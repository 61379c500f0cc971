import type { Manifest, StringMap } from '../../../api/meta.ts';
import type { Deployment, ServicePort } from '../../../api/workload.ts';
import { type Fields, fieldsOf, listOf, specOf, textOf } from '../fields.ts';
import type { Part } from '../migration.ts';
import { type Given, named } from '../neighbours.ts';
import { type Canary, numberOf } from './canary.ts';

/** What is known of the pods that a Canary steers. */
export interface Pods {
  readonly labels: StringMap;
  readonly replicas: number;
  /** Ports of the containers, for Services that show all of them. */
  readonly ports: readonly ServicePort[];
  readonly notes: readonly string[];
}

/** The pods of a Canary's Deployment. Flagger keeps that at 0, and their number elsewhere. */
export function podsOf(canary: Canary, given: Given): Pods {
  const { target } = canary;
  const deployment = named(given, 'Deployment', target) as Deployment | null;
  const primary = named(given, 'Deployment', `${target}-primary`) as Deployment | null;
  const scaler =
    canary.autoscaler === null ? null : named(given, canary.autoscaler.kind, canary.autoscaler.name);
  const least = scaler === null ? 0 : leastOf(scaler);
  const replicas = primary?.spec.replicas || deployment?.spec.replicas || least || 1;
  const isKnown = (primary?.spec.replicas || deployment?.spec.replicas || least) > 0;
  return {
    labels: deployment?.spec.selector.matchLabels ?? { app: target },
    replicas,
    ports: portsOf(deployment),
    notes: [
      ...(deployment === null
        ? [`deployment/${target} is not there: its pods are taken to have the label app: ${target}`]
        : []),
      ...(isKnown ? [] : ['spec.replicas: the number of pods is not known; set it']),
    ],
  };
}

function leastOf(scaler: Manifest): number {
  const { minReplicas, minReplicaCount } = specOf(scaler);
  return numberOf(minReplicas) ?? numberOf(minReplicaCount) ?? 0;
}

function portsOf(deployment: Deployment | null): readonly ServicePort[] {
  const containers = listOf(fieldsOf(deployment?.spec.template?.spec)['containers']);
  return containers
    .flatMap(({ ports }) => listOf(ports))
    .flatMap((port) => {
      const number = numberOf(port['containerPort']);
      if (number === null) return [];
      const name = textOf(port['name']) || `port-${number}`;
      return [{ name, port: number, targetPort: number, protocol: textOf(port['protocol']) || 'TCP' }];
    });
}

/** The Services that users and routes know, leading to the Deployment's own pods. */
export function serviceManifests(canary: Canary, pods: Pods): Part {
  const { apex, canary: second, raw } = canary.service;
  return {
    manifests: [serviceOf(canary, pods, apex, raw['apex']), serviceOf(canary, pods, second, raw['canary'])],
  };
}

function serviceOf(canary: Canary, pods: Pods, name: string, custom: unknown): Manifest {
  const { namespace, service } = canary;
  const { raw, port } = service;
  const targetPort = raw['targetPort'];
  const main: ServicePort = {
    name: textOf(raw['portName']) || 'http',
    port,
    targetPort:
      typeof targetPort === 'string' || numberOf(targetPort) !== null
        ? (targetPort as string | number)
        : port,
    protocol: 'TCP',
    ...(textOf(raw['appProtocol']) === '' ? {} : { appProtocol: textOf(raw['appProtocol']) }),
  };
  const more =
    raw['portDiscovery'] === true
      ? pods.ports.filter(
          (other) => other.port !== main.targetPort && other.name !== main.targetPort && other.port !== port,
        )
      : [];
  const { labels, annotations } = fieldsOf(custom);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...texts('labels', labels),
      ...texts('annotations', annotations),
    },
    spec: {
      ...(raw['headless'] === true ? { clusterIP: 'None' } : {}),
      selector: pods.labels,
      ports: [main, ...more],
    },
  };
}

function texts(key: string, value: unknown): Fields {
  const pairs = Object.entries(fieldsOf(value)).filter(([, item]) => typeof item === 'string');
  return pairs.length === 0 ? {} : { [key]: Object.fromEntries(pairs) };
}
