import { row, type Topic } from '../case.ts';
import { type Fields, rollout, template } from '../objects.ts';

const canary = (fields: Fields): Fields => rollout('x', { strategy: { canary: fields } });
const metric = {
  name: 'errors',
  successCondition: 'result < 1',
  provider: { prometheus: { address: 'http://p', query: 'q' } },
};

const rollouts: Readonly<Record<string, Fields>> = {
  'all the steps': canary({
    steps: [
      { setWeight: 5 },
      { pause: { duration: 10 } },
      { pause: { duration: '1h' } },
      { setCanaryScale: { replicas: 1 } },
      { analysis: { templates: [{ templateName: 't' }], args: [{ name: 'a', value: 'b' }] } },
      { setHeaderRoute: { name: 'h', match: [{ headerName: 'x', headerValue: { exact: 'y' } }] } },
    ],
  }),
  'a weight above all': canary({ steps: [{ setWeight: 500 }] }),
  'a weight in words': canary({ steps: [{ setWeight: 'half' }] }),
  'surge as a number and as a share': canary({ maxSurge: 1, maxUnavailable: '25%' }),
  'surge as a truth': canary({ maxSurge: true }),
  'both strategies': rollout('x', { strategy: { canary: {}, blueGreen: { activeService: 'a' } } }),
  'blue and green': rollout('x', {
    strategy: { blueGreen: { activeService: 'a', previewService: 'b', autoPromotionEnabled: false } },
  }),
  'no active service': rollout('x', { strategy: { blueGreen: {} } }),
  'no strategy': rollout('x', { strategy: undefined }),
  'no template': rollout('x', { template: undefined }),
  'no selector': rollout('x', { selector: undefined }),
  'a selector of another sort': rollout('x', { selector: 'app=x' }),
  'size below nothing': rollout('x', { replicas: -1 }),
  'size as text': rollout('x', { replicas: '2' }),
  'unknown fields everywhere': rollout('x', {
    colour: 'red',
    template: { ...template('x'), colour: 'red' },
    strategy: { canary: { colour: 'red' }, colour: 'red' },
  }),
  'a template that no pod could have': rollout('x', { template: { spec: { containers: 'none' } } }),
  'quantities as numbers': rollout('x', {
    template: template('x', 'i', {
      containers: [{ name: 'a', image: 'i', resources: { limits: { cpu: 1, memory: '1Gi' } } }],
    }),
  }),
  'a port as text': rollout('x', {
    template: template('x', 'i', {
      containers: [{ name: 'a', image: 'i', ports: [{ containerPort: '80' }] }],
    }),
  }),
  'a probe on a named port': rollout('x', {
    template: template('x', 'i', {
      containers: [{ name: 'a', image: 'i', readinessProbe: { httpGet: { port: 'http' } } }],
    }),
  }),
  'null all over': rollout('x', {
    replicas: null,
    minReadySeconds: null,
    template: { metadata: null, spec: { containers: [{ name: 'a', image: 'i', env: null }] } },
  }),
  'a workload of somebody else': {
    ...rollout('x'),
    spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, strategy: { canary: {} } },
  },
};

const analyses: Readonly<Record<string, readonly [string, Fields]>> = {
  'a template': ['analysistemplates', { metrics: [metric], args: [{ name: 'a' }] }],
  'a template without metrics': ['analysistemplates', {}],
  'a metric without a name': ['analysistemplates', { metrics: [{ provider: {} }] }],
  'a metric without a provider': ['analysistemplates', { metrics: [{ name: 'x' }] }],
  'counts as numbers and as text': [
    'analysistemplates',
    { metrics: [{ ...metric, count: 5, failureLimit: '2', interval: '1m' }] },
  ],
  'a count as a truth': ['analysistemplates', { metrics: [{ ...metric, count: true }] }],
  'a run': ['analysisruns', { metrics: [metric], terminate: false }],
  'a run without metrics': ['analysisruns', {}],
  'an experiment': [
    'experiments',
    {
      duration: '1m',
      templates: [{ name: 'a', selector: { matchLabels: { app: 'a' } }, template: template('a') }],
    },
  ],
  'an experiment without templates': ['experiments', {}],
};

/** Our own kinds, as their definitions check and complete them. */
export const ownKinds: Topic = {
  name: 'own',
  cases: [
    ...Object.entries(rollouts).map(([name, object]) =>
      row(`a rollout: ${name}`, async ({ post }) => {
        await post('rollouts', object);
        await post('rollouts?fieldValidation=Strict&dryRun=All', { ...object, metadata: { name: 'y' } });
      }),
    ),
    ...Object.entries(analyses).map(([name, [resource, spec]]) =>
      row(`analysis: ${name}`, async ({ post }) => {
        await post(resource, { metadata: { name: 'x' }, spec });
      }),
    ),
    row('a cluster-wide template', async ({ namespace, post, send }) => {
      const name = `template-${namespace}`;
      await post('clusteranalysistemplates', { metadata: { name }, spec: { metrics: [metric] } });
      await send('GET', `clusteranalysistemplates/${name}`);
      await send('DELETE', `clusteranalysistemplates/${name}`);
    }),
  ],
};
