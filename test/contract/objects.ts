/** Fields of any object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Fields without some of them. */
export function without(fields: object, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Texts, or rows of texts, in an order of their own. */
export function sorted(rows: readonly unknown[]): readonly string[] {
  const texts = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  return texts.toSorted((a, b) => (a < b ? -1 : 1));
}

/** A ConfigMap. */
export function configMap(name: string, data?: Fields, metadata: Fields = {}): Fields {
  const head = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } };
  return data === undefined ? head : { ...head, data };
}

/** A pod with one container. */
export function pod(name: string, spec: Fields = {}, metadata: Fields = {}): Fields {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [{ name: 'app', image: 'demo/app:1' }], ...spec },
  };
}

/** A pod template whose pods have the label `app`. */
export function template(app: string, image = 'demo/app:1', spec: Fields = {}): Fields {
  return {
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] }], ...spec },
  };
}

/** A Deployment of one replica. */
export function deployment(name: string, spec: Fields = {}, metadata: Fields = {}): Fields {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  };
}

/** A ReplicaSet of one replica. */
export function replicaSet(name: string, spec: Fields = {}, metadata: Fields = {}): Fields {
  return { ...deployment(name, spec, metadata), kind: 'ReplicaSet' };
}

/** A Deployment or ReplicaSet that makes no pods: for rules that are not about pods. */
export const idle: Fields = { replicas: 0 };

/** A Job whose pod runs as the image says. */
export function job(name: string, spec: Fields = {}, image = 'demo/job:1'): Fields {
  const podSpec = { restartPolicy: 'Never', containers: [{ name: 'work', image }] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: podSpec }, ...spec },
  };
}

/** A Service with one port. */
export function service(name: string, spec: Fields = {}): Fields {
  const ports = [{ name: 'web', port: 80, targetPort: 'http' }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports, ...spec },
  };
}

/** A budget for the pods with the label `app`. */
export function budget(name: string, app: string, spec: Fields): Fields {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: { matchLabels: { app } }, ...spec },
  };
}

/** A canary Rollout that nobody controls. */
export function rollout(name: string, spec: Fields = {}): Fields {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: template(name),
      strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
      ...spec,
    },
  };
}
