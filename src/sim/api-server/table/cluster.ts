import type { Manifest } from '../../../api/meta.ts';
import { age } from './age.ts';
import { at, type ColumnSpec, type ColumnTable, count, fields, list, WIDE, word } from './spec.ts';
import type { Cell } from './table.ts';

const roleColumns: readonly ColumnSpec[] = [
  'name',
  ['Role', (object) => `${word(object, 'roleRef', 'kind')}/${word(object, 'roleRef', 'name')}`],
  'age',
  ['Users', (object) => subjects(object, 'User'), WIDE],
  ['Groups', (object) => subjects(object, 'Group'), WIDE],
  ['ServiceAccounts', (object) => subjects(object, 'ServiceAccount'), WIDE],
];

/** Namespaces, nodes, configuration, Events and rights, column by column as in kube-apiserver 1.35. */
export const clusterColumns: ColumnTable = {
  namespaces: ['name', ['Status', (object) => word(object, 'status', 'phase')], 'age'],
  nodes: [
    'name',
    ['Status', nodeStatus],
    ['Roles', nodeRoles],
    'age',
    ['Version', (object) => word(object, 'status', 'nodeInfo', 'kubeletVersion')],
    ['Internal-IP', (object) => nodeAddress(object, 'InternalIP'), WIDE],
    ['External-IP', (object) => nodeAddress(object, 'ExternalIP'), WIDE],
    ['OS-Image', (object) => word(object, 'status', 'nodeInfo', 'osImage') || '<unknown>', WIDE],
    ['Kernel-Version', (object) => word(object, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>', WIDE],
    [
      'Container-Runtime',
      (object) => word(object, 'status', 'nodeInfo', 'containerRuntimeVersion') || '<unknown>',
      WIDE,
    ],
  ],
  configmaps: ['name', ['Data', (object) => fields(object, 'data') + fields(object, 'binaryData')], 'age'],
  secrets: [
    'name',
    ['Type', (object) => word(object, 'type')],
    ['Data', (object) => fields(object, 'data')],
    'age',
  ],
  serviceaccounts: ['name', 'age'],
  events: [
    ['Last Seen', lastSeen],
    ['Type', (object) => word(object, 'type')],
    ['Reason', (object) => word(object, 'reason')],
    ['Object', (object) => about(object, 'involvedObject')],
    ['Subobject', (object) => word(object, 'involvedObject', 'fieldPath'), WIDE],
    ['Source', (object) => word(object, 'source', 'component') || word(object, 'reportingComponent'), WIDE],
    ['Message', (object) => word(object, 'message').trim()],
    ['First Seen', firstSeen, WIDE],
    ['Count', (object) => String(count(object, 'series', 'count') || count(object, 'count') || 1), WIDE],
    ['Name', ({ metadata }) => metadata.name, { ...WIDE, format: 'name' }],
  ],
  'events.events.k8s.io': [
    ['Last Seen', lastSeen],
    ['Type', (object) => word(object, 'type')],
    ['Reason', (object) => word(object, 'reason')],
    ['Object', (object) => about(object, 'regarding')],
    ['Subobject', (object) => word(object, 'regarding', 'fieldPath'), WIDE],
    ['Source', (object) => word(object, 'reportingController'), WIDE],
    ['Message', (object) => word(object, 'note').trim()],
    ['First Seen', firstSeen, WIDE],
    ['Count', (object) => String(count(object, 'series', 'count') || 1), WIDE],
    ['Name', ({ metadata }) => metadata.name, { ...WIDE, format: 'name' }],
  ],
  'leases.coordination.k8s.io': [
    'name',
    ['Holder', (object) => word(object, 'spec', 'holderIdentity')],
    'age',
  ],
  'rolebindings.rbac.authorization.k8s.io': roleColumns,
  'clusterrolebindings.rbac.authorization.k8s.io': roleColumns,
};

function nodeStatus(object: Manifest): Cell {
  const ready = list(object, 'status', 'conditions').find((condition) => word(condition, 'type') === 'Ready');
  const words = [ready === undefined ? 'Unknown' : word(ready, 'status') === 'True' ? 'Ready' : 'NotReady'];
  if (at(object, 'spec', 'unschedulable') === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeRoles({ metadata }: Manifest): Cell {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length));
  return roles.length === 0 ? '<none>' : roles.sort().join(',');
}

function nodeAddress(object: Manifest, type: string): Cell {
  const found = list(object, 'status', 'addresses').find((address) => word(address, 'type') === type);
  return word(found, 'address') || '<none>';
}

function lastSeen(object: Manifest, now: number): Cell {
  const moments = [
    word(object, 'series', 'lastObservedTime'),
    word(object, 'lastTimestamp'),
    word(object, 'deprecatedLastTimestamp'),
    word(object, 'eventTime'),
  ];
  return age(
    moments.find((moment) => moment !== ''),
    now,
  );
}

function firstSeen(object: Manifest, now: number): Cell {
  const moments = [
    word(object, 'firstTimestamp'),
    word(object, 'deprecatedFirstTimestamp'),
    word(object, 'eventTime'),
  ];
  return age(
    moments.find((moment) => moment !== ''),
    now,
  );
}

function about(object: Manifest, field: string): Cell {
  const kind = word(object, field, 'kind').toLowerCase();
  const name = word(object, field, 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function subjects(object: Manifest, kind: string): string {
  return list(object, 'subjects')
    .filter((subject) => word(subject, 'kind') === kind)
    .map((subject) => {
      const name = word(subject, 'name');
      return kind === 'ServiceAccount' ? `${word(subject, 'namespace')}/${name}` : name;
    })
    .join(', ');
}
