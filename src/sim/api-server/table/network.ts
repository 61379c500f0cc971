import type { Manifest } from '../../../api/meta.ts';
import { at, type ColumnTable, count, labelsText, list, shown, WIDE, word } from './spec.ts';
import type { Cell } from './table.ts';

/** Services and what leads to them, column by column as in kube-apiserver 1.35. */
export const networkColumns: ColumnTable = {
  services: [
    'name',
    ['Type', (object) => word(object, 'spec', 'type')],
    ['Cluster-IP', (object) => word(object, 'spec', 'clusterIP') || '<none>'],
    ['External-IP', externalAddress],
    ['Port(s)', servicePorts],
    'age',
    ['Selector', (object) => labelsText(at(object, 'spec', 'selector')), WIDE],
  ],
  endpoints: ['name', ['Endpoints', oldEndpoints], 'age'],
  'ingresses.networking.k8s.io': [
    'name',
    ['Class', (object) => word(object, 'spec', 'ingressClassName') || '<none>'],
    ['Hosts', hosts],
    ['Address', (object) => balancers(object).join(',')],
    ['Ports', (object) => (list(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')],
    'age',
  ],
  'ingressclasses.networking.k8s.io': [
    'name',
    ['Controller', (object) => word(object, 'spec', 'controller')],
    ['Parameters', parameters],
    'age',
  ],
  'endpointslices.discovery.k8s.io': [
    'name',
    ['AddressType', (object) => word(object, 'addressType')],
    [
      'Ports',
      (object) =>
        shortened(
          list(object, 'ports').map((port) => shown('*', port, 'port')),
          '<unset>',
        ),
    ],
    [
      'Endpoints',
      (object) =>
        shortened(
          list(object, 'endpoints').flatMap((one) => list(one, 'addresses')),
          '<unset>',
        ),
    ],
    'age',
  ],
};

function externalAddress(object: Manifest): Cell {
  const addresses = list(object, 'spec', 'externalIPs');
  switch (word(object, 'spec', 'type')) {
    case 'LoadBalancer': {
      const all = [...balancers(object), ...addresses];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    case 'ExternalName':
      return word(object, 'spec', 'externalName');
    default:
      return addresses.length === 0 ? '<none>' : addresses.join(',');
  }
}

function balancers(object: Manifest): readonly string[] {
  return list(object, 'status', 'loadBalancer', 'ingress').map(
    (one) => word(one, 'ip') || word(one, 'hostname'),
  );
}

function servicePorts(object: Manifest): Cell {
  const ports = list(object, 'spec', 'ports').map((port) => {
    const node = count(port, 'nodePort');
    return `${count(port, 'port')}${node > 0 ? `:${node}` : ''}/${word(port, 'protocol')}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

function oldEndpoints(object: Manifest): Cell {
  const all = list(object, 'subsets').flatMap((subset) => {
    const addresses = list(subset, 'addresses').map((address) => word(address, 'ip'));
    const ports = list(subset, 'ports').map((port) => count(port, 'port'));
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => `${address}:${port}`));
  });
  return shortened(all, '<none>');
}

function hosts(object: Manifest): Cell {
  const names = list(object, 'spec', 'rules').map((rule) => word(rule, 'host') || '*');
  return names.length === 0 ? '*' : shortened([...new Set(names)], '*');
}

function parameters(object: Manifest): Cell {
  const kind = word(object, 'spec', 'parameters', 'kind');
  if (kind === '') return '<none>';
  const group = word(object, 'spec', 'parameters', 'apiGroup');
  const name = word(object, 'spec', 'parameters', 'name');
  return `${group === '' ? kind : `${kind}.${group}`}/${name}`;
}

/** Three at most, then how many more there are. */
function shortened(all: readonly unknown[], none: string): string {
  if (all.length === 0) return none;
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}
