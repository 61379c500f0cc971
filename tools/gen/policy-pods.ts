import {
  type Check,
  each,
  eachKey,
  keyed,
  literal,
  quoted,
  rule,
  say,
  shown,
  shownOrQuoted,
} from './policy-cel.ts';

/** What the checks of a pod template refer to. */
export const POD_VARIABLES: readonly (readonly [name: string, cel: string])[] = [
  ['pod', 'object.spec.?template.?spec.orValue({})'],
  ['volumes', "variables.pod.?volumes.orValue([]).map(volume, volume.?name.orValue(''))"],
];

/** Of what Kubernetes asks of pods, that which people get wrong most. */
export function templateChecks(): readonly Check[] {
  return [
    rule(
      'containers-missing',
      'size(variables.pod.?containers.orValue([])) == 0',
      say`spec.template.spec.containers: Required value`,
    ),
    containerChecks('containers'),
    containerChecks('initContainers'),
    rule(
      'restart-policy',
      `!(variables.pod.?restartPolicy.orValue('') in ['', 'Always'])`,
      say`spec.template.spec.restartPolicy: Unsupported value: ${quoted('variables.pod.restartPolicy')}: supported values: "Always"`,
    ),
    rule(
      'active-deadline',
      'has(variables.pod.activeDeadlineSeconds)',
      say`spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported`,
    ),
  ];
}

function containerChecks(list: string): Check {
  const containers = `variables.pod.?${list}.orValue([])`;
  const here = say`spec.template.spec.${literal(list)}[${shown('i')}]`;
  return each(
    'i',
    containers,
    rule(
      `${list}-image`,
      `${containers}[i].?image.orValue('') == ''`,
      say`${here}${literal('.image: Required value')}`,
    ),
    portChecks(list, `${containers}[i]`, here),
    mountChecks(list, `${containers}[i]`, here),
    requestChecks(list, `${containers}[i]`, here),
  );
}

function portChecks(list: string, container: string, here: string): Check {
  const port = `${container}.ports[j].?containerPort.orValue(1)`;
  return each(
    'j',
    `${container}.?ports.orValue([])`,
    rule(
      `${list}-port`,
      `(${port} < 1 || ${port} > 65535)`,
      say`${here}.ports[${shown('j')}].containerPort: Invalid value: ${shown(port)}: must be between 1 and 65535, inclusive`,
    ),
  );
}

function mountChecks(list: string, container: string, here: string): Check {
  const name = `${container}.volumeMounts[j].?name.orValue('')`;
  return each(
    'j',
    `${container}.?volumeMounts.orValue([])`,
    rule(
      `${list}-mount`,
      `${name} != '' && !(${name} in variables.volumes)`,
      say`${here}.volumeMounts[${shown('j')}].name: Not found: ${quoted(name)}`,
    ),
  );
}

function requestChecks(list: string, container: string, here: string): Check {
  const want = `${container}.resources.requests[key]`;
  const most = `${container}.resources.limits[key]`;
  const isNumber = (amount: string) => `isQuantity(string(${amount}))`;
  const isAbove = `quantity(string(${want})).compareTo(quantity(string(${most}))) > 0`;
  return eachKey(
    'key',
    `${container}.?resources.?requests.orValue({})`,
    rule(
      `${list}-request`,
      `key in ${container}.resources.?limits.orValue({}) && ${isNumber(want)} && ${isNumber(most)} && ${isAbove}`,
      say`${here}.resources.requests${keyed('key')}: Invalid value: ${shownOrQuoted(want)}: must be less than or equal to ${'key'} limit of ${`string(${most})`}`,
    ),
  );
}
