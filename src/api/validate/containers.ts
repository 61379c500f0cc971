import type { Issue } from '../meta.ts';
import { at, isObject } from '../path.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { duplicate, forbidden, inRange, invalid, oneWord, required, unique, when } from './issue.ts';
import { dnsLabel } from './names.ts';

type Raw = Readonly<Record<string, unknown>>;

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What the containers of a pod may refer to. */
export interface PodContext {
  readonly volumes: readonly string[];
  readonly hasOs: boolean;
}

/** The issues of a list of containers: what people really get wrong, not all that Kubernetes checks. */
export function containersIssues(path: string, containers: unknown, pod: PodContext): readonly Issue[] {
  return objects(containers).flatMap((container, index) => containerIssues(at(path, index), container, pod));
}

function containerIssues(path: string, container: Raw, pod: PodContext): readonly Issue[] {
  const image = textOf(container['image']);
  const lifecycle = container['lifecycle'];
  const hasStopSignal = isObject(lifecycle) && lifecycle['stopSignal'] !== undefined;
  return [
    ...dnsLabel(at(path, 'name'), textOf(container['name'])),
    ...when(image === undefined || image === '', required(at(path, 'image'))),
    ...when(
      image !== undefined && image.trim() !== image,
      invalid(at(path, 'image'), image, 'must not have leading or trailing whitespace'),
    ),
    ...portsIssues(at(path, 'ports'), container['ports']),
    ...envIssues(at(path, 'env'), container['env']),
    ...mountsIssues(at(path, 'volumeMounts'), container['volumeMounts'], pod.volumes),
    ...PROBES.flatMap((probe) => probeIssues(at(path, probe), container[probe])),
    ...when(
      hasStopSignal && !pod.hasOs,
      forbidden(
        at(path, 'lifecycle', 'stopSignal'),
        'may not be set for containers with empty `spec.os.name`',
      ),
    ),
    ...oneWord(at(path, 'imagePullPolicy'), container['imagePullPolicy'], PULL_POLICIES),
    ...resourcesIssues(at(path, 'resources'), container['resources']),
  ];
}

function portsIssues(path: string, ports: unknown): readonly Issue[] {
  const list = objects(ports);
  return [
    ...list.flatMap((port, index) => {
      const { containerPort, hostPort, protocol } = port;
      const here = at(path, index);
      return [
        ...(containerPort === undefined ? [required(at(here, 'containerPort'))] : []),
        ...inRange(at(here, 'containerPort'), numberOf(containerPort), 1, 65_535),
        ...inRange(at(here, 'hostPort'), numberOf(hostPort) || undefined, 1, 65_535),
        ...portNameIssues(at(here, 'name'), textOf(port['name'])),
        ...oneWord(at(here, 'protocol'), protocol, PROTOCOLS),
      ];
    }),
    ...unique(
      list.map((port) => textOf(port['name']) || undefined),
      (index) => at(path, index, 'name'),
    ),
  ];
}

/** Source: RFC 6335, section 5.1. */
function portNameIssues(path: string, name: string | undefined): readonly Issue[] {
  if (name === undefined || name === '') return [];
  const isValid = name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);
  const rule = 'must be at most 15 lower case letters, digits and single "-", with at least one letter';
  return when(!isValid, invalid(path, name, rule));
}

function envIssues(path: string, env: unknown): readonly Issue[] {
  return objects(env).flatMap((variable, index) => {
    const here = at(path, index);
    const { name, value, valueFrom } = variable;
    const both = value !== undefined && value !== '' && isObject(valueFrom);
    return [
      ...(name === undefined || name === '' ? [required(at(here, 'name'))] : []),
      ...when(both, invalid(at(here, 'valueFrom'), '', 'may not be specified when `value` is not empty')),
    ];
  });
}

function mountsIssues(path: string, mounts: unknown, volumes: readonly string[]): readonly Issue[] {
  const list = objects(mounts);
  return [
    ...list.flatMap((mount, index) => {
      const here = at(path, index);
      const name = textOf(mount['name']);
      if (name === undefined || name === '') return [required(at(here, 'name'))];
      const notFound = { path: at(here, 'name'), message: `Not found: ${JSON.stringify(name)}` };
      return [
        ...when(!volumes.includes(name), notFound),
        ...(mount['mountPath'] ? [] : [required(at(here, 'mountPath'))]),
      ];
    }),
    ...list.flatMap((mount, index) => {
      const mountPath = mount['mountPath'];
      const isAgain = list.findIndex((other) => other['mountPath'] === mountPath) < index;
      return when(isAgain, invalid(at(path, index, 'mountPath'), mountPath, 'must be unique'));
    }),
  ];
}

function probeIssues(path: string, probe: unknown): readonly Issue[] {
  if (!isObject(probe)) return [];
  const handlers = HANDLERS.filter((handler) => isObject(probe[handler]));
  const [first] = handlers;
  if (first === undefined) return [required(path, 'must specify a handler type')];
  const extra = handlers
    .slice(1)
    .map((handler) => forbidden(at(path, handler), 'may not specify more than 1 handler type'));
  const handler = probe[first];
  const port = isObject(handler) ? numberOf(handler['port']) : undefined;
  const once = path.endsWith('readinessProbe') ? undefined : numberOf(probe['successThreshold']);
  return [
    ...extra,
    ...inRange(at(path, first, 'port'), port, 1, 65_535),
    ...when((once ?? 1) > 1, invalid(at(path, 'successThreshold'), once, 'must be 1')),
  ];
}

function resourcesIssues(path: string, resources: unknown): readonly Issue[] {
  if (!isObject(resources)) return [];
  const limits = isObject(resources['limits']) ? resources['limits'] : {};
  const requests = isObject(resources['requests']) ? resources['requests'] : {};
  const negative = (part: string, map: Raw) =>
    Object.entries(map).flatMap(([name, value]) => {
      const isNegative = (parseQuantity(value)?.unscaled ?? 0n) < 0n;
      return when(isNegative, invalid(at(path, part, name), value, 'must be greater than or equal to 0'));
    });
  const above = Object.entries(requests).flatMap(([name, value]) => {
    const limit = limits[name];
    const [want, most] = [parseQuantity(value), parseQuantity(limit)];
    const reason = `must be less than or equal to ${name} limit of ${String(limit)}`;
    const isAbove = want !== null && most !== null && compareQuantities(want, most) > 0;
    return when(isAbove, invalid(at(path, 'requests', name), value, reason));
  });
  return [...negative('limits', limits), ...negative('requests', requests), ...above];
}

/** Names of containers must be unique over all lists of a pod. */
export function containerNameIssues(
  lists: readonly (readonly [path: string, list: unknown])[],
): readonly Issue[] {
  const seen = new Set<string>();
  return lists.flatMap(([path, list]) =>
    objects(list).flatMap((container, index) => {
      const name = textOf(container['name']);
      if (name === undefined || name === '') return [];
      const isAgain = seen.has(name);
      seen.add(name);
      return when(isAgain, duplicate(at(path, index, 'name'), name));
    }),
  );
}

/** The members of a list that are objects; none if it is no list. */
export function objects(list: unknown): readonly Raw[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
