import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '../../src/api/rollout.ts';
import { validateRollout } from '../../src/api/validate/index.ts';
import { canaryWith, nginxWith, rolloutWith, row, TEMPLATE } from './rollouts.ts';

const CANARY = 'spec.strategy.canary';
const TR = `${CANARY}.trafficRouting`;

// Top
row('a plain rollout is right', rolloutWith({}));
row(
  'all mistakes are told, not only the first',
  rolloutWith({ minReadySeconds: -1, selector: {}, strategy: {} }),
  ['spec.selector', 'empty selector'],
  ['spec.minReadySeconds', 'must be greater than or equal to 0'],
  ['spec.strategy', 'Rollout has missing field'],
);
row('a wrong type comes before everything else', rolloutWith({ replicas: 'two', strategy: {} }), [
  'spec.replicas',
  'must be an integer',
]);
row(
  'a selector must be well formed',
  rolloutWith({ selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }),
  ['spec.selector.matchExpressions[0].values', "must be specified when `operator` is 'In' or 'NotIn'"],
);
row(
  'expressions of the selector are matched',
  rolloutWith({
    selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
  }),
  ['spec.template.metadata.labels', '`selector` does not match template `labels`'],
);
row(
  'expressions may match',
  rolloutWith({
    selector: {
      matchExpressions: [
        { key: 'app', operator: 'Exists' },
        { key: 'x', operator: 'DoesNotExist' },
      ],
    },
  }),
);
row(
  'a deadline is compared with minReadySeconds, also the default one',
  rolloutWith({ minReadySeconds: 600 }),
  ['spec.progressDeadlineSeconds', 'Invalid value: 600: must be greater than minReadySeconds'],
);
row(
  'a workload takes the place of selector and template',
  rolloutWith({
    selector: undefined,
    template: undefined,
    workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  }),
);
row(
  'a workload needs a name',
  rolloutWith({ template: undefined, workloadRef: { apiVersion: 'v1', kind: 'PodTemplate' } }),
  ['spec.workloadRef.name', 'Required value'],
);
row('null fields count as absent', rolloutWith({ workloadRef: null, replicas: null }));

// Canary
row('surge and unavailable may be percentages', canaryWith({ maxSurge: '10%', maxUnavailable: 0 }));
row('half a percentage is none', canaryWith({ maxSurge: '10' }), [`${CANARY}.maxSurge`, 'a percentage']);
row('one of the two must allow for a change', canaryWith({ maxSurge: '0%', maxUnavailable: 0 }), [
  `${CANARY}.maxSurge`,
  'both can not be zero',
]);
row(
  'routers need both Services',
  nginxWith({ canaryService: undefined, stableService: undefined }),
  [`${CANARY}.stableService`, 'Canary service and Stable service'],
  [`${CANARY}.canaryService`, 'must to be set'],
);
row(
  'plugins say themselves which Services they need',
  canaryWith({ trafficRouting: { plugins: { a: {} } } }),
);
row(
  'Istio with subsets needs no Services',
  canaryWith({
    trafficRouting: {
      istio: {
        virtualService: { name: 'v' },
        destinationRule: { name: 'd', canarySubsetName: 'c', stableSubsetName: 's' },
      },
    },
  }),
);
row(
  'a background analysis needs names of templates',
  canaryWith({ analysis: { templates: [{}], startingStep: -1 } }),
  [`${CANARY}.analysis.templates[0].templateName`, 'Required value'],
  [`${CANARY}.analysis.startingStep`, 'greater than'],
);
row(
  'an argument reads metadata as the downward API does',
  canaryWith({
    analysis: {
      args: [
        { name: 'a', valueFrom: { fieldRef: { fieldPath: "metadata.labels['team']" } } },
        { name: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.finalizers' } } },
        { name: 'c', valueFrom: { fieldRef: { fieldPath: 'spec.replicas' } } },
      ],
    },
  }),
  [
    `${CANARY}.analysis.args[1].valueFrom.fieldRef.fieldPath`,
    'Analyses arguments must refer to valid object metadata',
  ],
);
row('argument names are unique', canaryWith({ analysis: { args: [{ name: 'a' }, { name: 'a' }] } }), [
  `${CANARY}.analysis.args[1].name`,
  'Duplicate value: "a"',
]);
row(
  'a threshold in percent ends at 100',
  canaryWith({ replicaProgressThreshold: { type: 'Percent', value: 101 } }),
  [`${CANARY}.replicaProgressThreshold.value`, 'must be between 1 and 100'],
);
row(
  'a threshold of an unknown type',
  canaryWith({ replicaProgressThreshold: { type: 'Percentage', value: 0 } }),
  [`${CANARY}.replicaProgressThreshold.type`, 'supported values: "Percent", "Pods"'],
  [`${CANARY}.replicaProgressThreshold.value`, 'must be greater than 0'],
);
row(
  'what the original refuses comes first, in its order',
  canaryWith({
    analysis: { startingStep: -1 },
    antiAffinity: {},
    steps: [{}],
    dynamicStableScale: true,
    canaryService: 'a',
    stableService: 'a',
    maxUnavailable: 0,
    maxSurge: 0,
  }),
  [`${CANARY}.maxSurge`, 'both can not be zero'],
  [`${CANARY}.stableService`, 'same service'],
  [`${CANARY}.dynamicStableScale`, 'only be used with traffic routing'],
  [`${CANARY}.steps[0]`, 'Step must have one'],
  [`${CANARY}.antiAffinity`, 'exactly one strategy'],
  [`${CANARY}.analysis.startingStep`, 'greater than'],
);

// Routers
row(
  'ingress-nginx has no total below 100',
  nginxWith({ trafficRouting: { nginx: { stableIngress: 'w' }, maxTrafficWeight: 50 } }),
  [`${TR}.maxTrafficWeight`, 'Invalid value: 50: must be at least 100 with NGINX'],
);
row('plugins may have one', canaryWith({ trafficRouting: { plugins: { a: {} }, maxTrafficWeight: 50 } }));
row(
  'ALB needs one Ingress and a real port',
  nginxWith({
    trafficRouting: {
      alb: { servicePort: 0, stickinessConfig: { enabled: true, durationSeconds: 604_801 } },
    },
  }),
  [`${TR}.alb`, 'Neither are configured.'],
  [`${TR}.alb.servicePort`, 'between 1 and 65535'],
  [`${TR}.alb.stickinessConfig.durationSeconds`, 'between 1 and 604800'],
);
row('Istio takes one VirtualService or a list', nginxWith({ trafficRouting: { istio: {} } }), [
  `${TR}.istio`,
  'exactly one of',
]);
row(
  'ping-pong with ALB needs a root Service',
  canaryWith({
    pingPong: { pingService: 'p', pongService: 'q' },
    trafficRouting: { alb: { ingress: 'i', servicePort: 80 } },
  }),
  [`${TR}.alb.rootService`, 'Root service field is required'],
);
row(
  'ping-pong needs both Services',
  canaryWith({
    pingPong: { pingService: '', pongService: 'q' },
    trafficRouting: { istio: { virtualService: { name: 'v' } } },
  }),
  [`${CANARY}.pingPong.pingService`, 'Ping service and Pong service'],
);

// Blue-green
row('a plain blue-green rollout is right', rolloutWith({ strategy: { blueGreen: { activeService: 'a' } } }));
row(
  'blue-green numbers',
  rolloutWith({
    revisionHistoryLimit: 1,
    strategy: {
      blueGreen: {
        activeService: 'a',
        scaleDownDelayRevisionLimit: 2,
        autoPromotionSeconds: -1,
        maxUnavailable: 'x%',
      },
    },
  }),
  ['spec.strategy.blueGreen.scaleDownDelayRevisionLimit', 'revision history limit can not be smaller'],
  ['spec.strategy.blueGreen.maxUnavailable', 'a percentage'],
  ['spec.strategy.blueGreen.autoPromotionSeconds', 'greater than'],
);

void test('what is no Rollout at all is told so, without an exception', () => {
  const manifests: readonly unknown[] = [
    {},
    { kind: 'Rollout' },
    { ...rolloutWith({}), spec: { template: 5 } },
  ];
  for (const manifest of manifests) assert.ok(validateRollout(manifest as Rollout).length > 0);
  assert.deepEqual(validateRollout(rolloutWith({ template: TEMPLATE })), []);
});
