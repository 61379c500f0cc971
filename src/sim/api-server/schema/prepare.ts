import type { Json, JsonObject } from '../../../api/meta.ts';
import { isSameQuantity, parseQuantity } from '../../../api/quantity.ts';
import { isList, isObject, own } from '../patch/object.ts';

/**
 * What the API server does to objects of some built-in kinds that is more than filling in a field: the name
 * of a namespace as its label, the plain texts of a Secret, and what pods get and pod templates do not. The
 * value itself comes back when nothing is to be done.
 */
export function prepared(value: JsonObject, type: string): JsonObject {
  switch (type) {
    case 'core.v1.Namespace':
      return withNameLabel(value);
    case 'core.v1.Secret':
      return withEncodedTexts(value);
    case 'core.v1.Pod':
      return preparedPod(value);
    default:
      return value;
  }
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

function withNameLabel(namespace: JsonObject): JsonObject {
  const metadata = part(namespace, 'metadata');
  const labels = part(metadata, 'labels');
  const name = own(metadata, 'name');
  if (typeof name !== 'string' || own(labels, NAME_LABEL) === name) return namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...labels, [NAME_LABEL]: name } } };
}

function withEncodedTexts(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const texts = Object.entries(isObject(stringData) ? stringData : {});
  const encoded = texts.map(([key, text]) => [
    key,
    Buffer.from(typeof text === 'string' ? text : '').toString('base64'),
  ]);
  return { ...rest, data: { ...part(secret, 'data'), ...Object.fromEntries(encoded) } };
}

function preparedPod(pod: JsonObject): JsonObject {
  const before = own(pod, 'spec');
  if (!isObject(before)) return pod;
  const hasHostNetwork = own(before, 'hostNetwork') === true;
  let spec: JsonObject = before;
  for (const list of ['containers', 'initContainers']) {
    const containers = own(before, list);
    if (!isList(containers)) continue;
    const done = containers.map((container) => preparedContainer(container, hasHostNetwork));
    if (done.some((container, i) => container !== containers[i])) spec = { ...spec, [list]: done };
  }
  if ((own(before, 'enableServiceLinks') ?? null) === null) spec = { ...spec, enableServiceLinks: true };
  const status = part(pod, 'status');
  if ((own(status, 'qosClass') ?? '') !== '') return spec === before ? pod : { ...pod, spec };
  return { ...pod, spec, status: { ...status, qosClass: qosClass(spec) } };
}

/** Limits are requests, too, where nothing else is requested. */
function preparedContainer(container: Json, hasHostNetwork: boolean): Json {
  if (!isObject(container)) return container;
  let done = container;
  const resources = part(container, 'resources');
  const requests = part(resources, 'requests');
  const missing = Object.entries(part(resources, 'limits')).filter(
    ([name]) => !Object.hasOwn(requests, name),
  );
  if (missing.length > 0) {
    done = {
      ...done,
      resources: { ...resources, requests: { ...requests, ...Object.fromEntries(missing) } },
    };
  }
  const ports = own(container, 'ports');
  if (!hasHostNetwork || !isList(ports)) return done;
  const bound = ports.map((port) => (isObject(port) ? withHostPort(port) : port));
  return bound.every((port, i) => port === ports[i]) ? done : { ...done, ports: bound };
}

function withHostPort(port: JsonObject): JsonObject {
  if ((own(port, 'hostPort') ?? 0) !== 0) return port;
  return { ...port, hostPort: own(port, 'containerPort') ?? 0 };
}

/** Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
function qosClass(spec: JsonObject): string {
  const lists = [own(spec, 'containers'), own(spec, 'initContainers')].filter(isList);
  const resources = lists
    .flat()
    .map((container) => (isObject(container) ? part(container, 'resources') : {}));
  const amounts = (of: JsonObject) => Object.keys(of).filter((name) => name === 'cpu' || name === 'memory');
  const isUnbound = (of: JsonObject) =>
    amounts(part(of, 'requests')).length === 0 && amounts(part(of, 'limits')).length === 0;
  if (resources.every(isUnbound)) return 'BestEffort';
  return resources.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function isGuaranteed(resources: JsonObject): boolean {
  return ['cpu', 'memory'].every((name) => {
    const limit = parseQuantity(own(part(resources, 'limits'), name));
    const request = parseQuantity(own(part(resources, 'requests'), name));
    return limit !== null && request !== null && isSameQuantity(limit, request);
  });
}

function part(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : {};
}
