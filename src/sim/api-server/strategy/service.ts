import type { Manifest } from '../../../api/meta.ts';
import { kinds } from '../../kinds.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { Strategy, Surroundings } from './strategy.ts';

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
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
  causes: (object, live) => [...portCauses(object), ...addressCauses(object, live)],
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
  const causes: Cause[] = [];
  if (ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None') {
    causes.push({ reason: 'FieldValueRequired', field: 'spec.ports', message: 'Required value' });
  }
  ports.forEach(({ name, port = 0 }, i) => {
    if (ports.length > 1 && !name) {
      const field = `spec.ports[${i}].name`;
      causes.push({ reason: 'FieldValueRequired', field, message: 'Required value' });
    }
    if (port < 1 || port > 65535) {
      causes.push(invalid(`spec.ports[${i}].port`, port, 'must be between 1 and 65535, inclusive'));
    }
  });
  return causes;
}

function addressCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  const [now, before] = [object['spec'] as ServiceSpec, (live?.['spec'] ?? {}) as ServiceSpec];
  if (before.clusterIP === undefined || now.type === 'ExternalName') return [];
  if (now.clusterIP === before.clusterIP || before.type === 'ExternalName') return [];
  return [invalid('spec.clusterIPs[0]', [now.clusterIP], 'may not change once set')];
}
