import type { IntOrString, Manifest, StringMap } from '../../../api/meta.ts';
import { kinds } from '../../kinds.ts';
import type { Cause } from '../errors.ts';
import { invalid, labelCauses } from '../metadata.ts';
import { subdomainFaults } from '../names.ts';
import { duplicate, required } from './numbers.ts';
import type { Strategy, Surroundings } from './strategy.ts';

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalName?: string;
  readonly selector?: StringMap;
  readonly ports?: readonly ServicePort[];
}

interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  readonly targetPort?: IntOrString;
  readonly protocol?: string;
}

const families = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' } as const;

/** Services get an address of their own, which stays. */
export const service: Strategy = {
  create: (object, surroundings) => {
    const spec = (object['spec'] ?? {}) as ServiceSpec;
    if (spec.type === 'ExternalName') return object;
    const clusterIP = spec.clusterIP || spec.clusterIPs?.[0] || freeAddress(surroundings);
    return { ...object, spec: { ...families, ...spec, clusterIP, clusterIPs: [clusterIP] } };
  },
  // Whoever replaces a Service without saying its address means the one that it has.
  update: (object, live) => {
    const spec = (object['spec'] ?? {}) as ServiceSpec;
    const { clusterIP, clusterIPs } = (live['spec'] ?? {}) as ServiceSpec;
    if (spec.clusterIP || clusterIP === undefined || spec.type === 'ExternalName') return object;
    return { ...object, spec: { ...spec, clusterIP, clusterIPs: clusterIPs ?? [clusterIP] } };
  },
  causes: (object, live) => [
    ...portCauses(object),
    ...labelCauses('spec.selector', (object['spec'] as ServiceSpec | undefined)?.selector ?? {}),
    ...nameCauses(object),
    ...addressCauses(object, live),
  ],
};

/** An address of 10.96.0.0/16 that no Service has. */
function freeAddress({ store, random }: Surroundings): string {
  const taken = new Set(
    store.list(kinds.services).map((other) => (other['spec'] as ServiceSpec | undefined)?.clusterIP),
  );
  for (;;) {
    const address = `10.96.${random.int(0, 255)}.${random.int(10, 250)}`;
    if (!taken.has(address)) return address;
  }
}

function portCauses(object: Manifest): readonly Cause[] {
  const { ports = [], type, clusterIP } = (object['spec'] ?? {}) as ServiceSpec;
  const isEmpty = ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None';
  return [
    ...(isEmpty ? [required('spec.ports')] : []),
    ...ports.flatMap((port, i) => onePortCauses(port, i, ports)),
  ];
}

const RANGE = 'must be between 1 and 65535, inclusive';

function onePortCauses(
  { name, port = 0, targetPort, protocol }: ServicePort,
  i: number,
  ports: readonly ServicePort[],
): readonly Cause[] {
  const field = `spec.ports[${i}]`;
  const earlier = ports.slice(0, i);
  const isOut = (value: unknown): boolean => typeof value === 'number' && (value < 1 || value > 65_535);
  const isTaken = earlier.some((other) => other.port === port && other.protocol === protocol);
  const told = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
  return [
    ...(ports.length > 1 && !name ? [required(`${field}.name`)] : []),
    ...(name && earlier.some((other) => other.name === name) ? [duplicate(`${field}.name`, name)] : []),
    ...(isOut(port) ? [invalid(`${field}.port`, port, RANGE)] : []),
    ...(isOut(targetPort) ? [invalid(`${field}.targetPort`, targetPort, RANGE)] : []),
    ...(isTaken ? [duplicate(field, told)] : []),
  ];
}

function nameCauses(object: Manifest): readonly Cause[] {
  const { type, externalName = '' } = (object['spec'] ?? {}) as ServiceSpec;
  if (type !== 'ExternalName') return [];
  return subdomainFaults(externalName).map((fault) => invalid('spec.externalName', externalName, fault));
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$|:/;

function addressCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  const [now, before] = [object['spec'] as ServiceSpec, (live?.['spec'] ?? {}) as ServiceSpec];
  const { clusterIP = '' } = now;
  if (clusterIP !== '' && clusterIP !== 'None' && !ADDRESS.test(clusterIP)) {
    const why = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return [invalid('spec.clusterIPs[0]', clusterIP, why)];
  }
  if (before.clusterIP === undefined || now.type === 'ExternalName') return [];
  if (now.clusterIP === before.clusterIP || before.type === 'ExternalName') return [];
  return [invalid('spec.clusterIPs[0]', [now.clusterIP], 'may not change once set')];
}
