import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Rollout } from '../../src/api/rollout.ts';
import { podTemplateWarnings, validateRollout } from '../../src/api/validate/index.ts';
import { containerWith, rolloutWith, TEMPLATE } from './rollouts.ts';

const APP = 'spec.template.spec.containers[0]';

/** The only issue, as `path: message`; null: none. */
function row(name: string, rollout: Rollout, issue: string | null): void {
  void test(name, () => {
    const found = validateRollout(rollout).map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(found, issue === null ? [] : [issue]);
  });
}

const mounts = (name: string, volumes: readonly object[]) =>
  containerWith({ volumeMounts: [{ name, mountPath: '/data' }] }, { volumes });
const limits = (requests: object, most: object) => containerWith({ resources: { requests, limits: most } });
const twice = { containers: [{ name: 'app', image: 'a' }], initContainers: [{ name: 'app', image: 'b' }] };

row('an image is needed', containerWith({ image: '' }), `${APP}.image: Required value`);
row(
  'an image has no blanks around it',
  containerWith({ image: 'a ' }),
  `${APP}.image: Invalid value: "a ": must not have leading or trailing whitespace`,
);
row(
  'names are lower case',
  containerWith({ name: 'App' }),
  `${APP}.name: Invalid value: "App": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-", and must start and end with an alphanumeric character`,
);
row(
  'names are short',
  containerWith({ name: 'a'.repeat(64) }),
  `${APP}.name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters`,
);
row(
  'names are unique over init containers too',
  rolloutWith({ template: { ...TEMPLATE, spec: twice } }),
  'spec.template.spec.initContainers[0].name: Duplicate value: "app"',
);
row(
  'a port has a number',
  containerWith({ ports: [{ name: 'http' }] }),
  `${APP}.ports[0].containerPort: Required value`,
);
row(
  'a port is at most 65535',
  containerWith({ ports: [{ containerPort: 65_536 }] }),
  `${APP}.ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive`,
);
row('port 65535 is one', containerWith({ ports: [{ containerPort: 65_535, protocol: 'TCP' }] }), null);
row(
  'a port is no text',
  containerWith({ ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
  `${APP}.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"`,
);
row(
  'port names are unique',
  containerWith({
    ports: [
      { name: 'a', containerPort: 1 },
      { name: 'a', containerPort: 2 },
    ],
  }),
  `${APP}.ports[1].name: Duplicate value: "a"`,
);
row('a variable has a name', containerWith({ env: [{ value: 'x' }] }), `${APP}.env[0].name: Required value`);
row('a mount has a volume', mounts('data', []), `${APP}.volumeMounts[0].name: Not found: "data"`);
row('a mount finds its volume', mounts('data', [{ name: 'data', emptyDir: {} }]), null);
row(
  'volumes have names of their own',
  mounts('v', [{ name: 'v' }, { name: 'v' }]),
  'spec.template.spec.volumes[1].name: Duplicate value: "v"',
);
row(
  'a probe does something',
  containerWith({ livenessProbe: { periodSeconds: 5 } }),
  `${APP}.livenessProbe: Required value: must specify a handler type`,
);
row(
  'a probe does one thing',
  containerWith({ readinessProbe: { exec: {}, tcpSocket: { port: 80 } } }),
  `${APP}.readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type`,
);
row(
  'liveness is proved by one success',
  containerWith({ livenessProbe: { exec: {}, successThreshold: 2 } }),
  `${APP}.livenessProbe.successThreshold: Invalid value: 2: must be 1`,
);
row('readiness may take several', containerWith({ readinessProbe: { exec: {}, successThreshold: 2 } }), null);
row(
  'a request is at most the limit',
  limits({ cpu: 2 }, { cpu: '1500m' }),
  `${APP}.resources.requests.cpu: Invalid value: 2: must be less than or equal to cpu limit of 1500m`,
);
row(
  'a request equals the limit in other units',
  limits({ memory: '1Gi', cpu: '0.5' }, { memory: '1024Mi', cpu: '500m' }),
  null,
);
row(
  'no negative limits',
  limits({}, { cpu: '-1' }),
  `${APP}.resources.limits.cpu: Invalid value: "-1": must be greater than or equal to 0`,
);
row('a quantity that is none stops nothing', limits({ memory: 'not-a-size' }, {}), null);
row(
  'image pull policies',
  containerWith({ imagePullPolicy: 'Sometimes' }),
  `${APP}.imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`,
);
row(
  'pods run for good',
  containerWith({}, { restartPolicy: 'OnFailure' }),
  'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
);
row(
  'init containers may be sidecars',
  containerWith({}, { initContainers: [{ name: 'i', image: 'b', restartPolicy: 'Always' }] }),
  null,
);
row(
  'label values are checked',
  rolloutWith({ template: { ...TEMPLATE, metadata: { labels: { app: 'web', 'a/b': 'c d' } } } }),
  'spec.template.metadata.labels: Invalid value: "c d": a label value must be empty or at most 63 letters, digits, "-", "_" and "."',
);
row(
  'unknown fields are left to Kubernetes',
  containerWith({ newThing: { a: 1 } }, { anotherNewThing: true }),
  null,
);

void test('a quantity that is none is told as a warning', () => {
  const { template = {} } = containerWith({ resources: { requests: { memory: 'not-a-size', cpu: 1 } } }).spec;
  assert.deepEqual(podTemplateWarnings('spec.template', template), [
    { path: `${APP}.resources.requests.memory`, message: '"not-a-size" is no quantity and is ignored' },
  ]);
});

/** Refused by the original as well; `container-restart-rules` is not in here, since newer clusters take it. */
const REFUSED = ['lifecycle-http', 'ephemeral-containers', 'active-deadline'];
const templates = JSON.parse(
  readFileSync(join(import.meta.dirname, 'vectors/stored-templates.json'), 'utf8'),
) as readonly { readonly name: string; readonly input: object }[];
for (const { name, input } of templates) {
  void test(`${REFUSED.includes(name) ? 'refuses' : 'accepts'} the odd pod template ${name}`, () => {
    const issues = validateRollout(rolloutWith({ selector: { matchLabels: { app: 'h' } }, template: input }));
    assert.equal(issues.length, REFUSED.includes(name) ? 1 : 0, JSON.stringify(issues));
  });
}
