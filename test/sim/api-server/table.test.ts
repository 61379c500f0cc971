import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import { humanDuration } from '../../../src/sim/api-server/table/age.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, parsed, podSpec, replicaSet, USER } from './server.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

interface Table {
  readonly kind: string;
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object?: { readonly kind: string };
  }[];
}

const tableOf = ({ ask }: Bench, path: string): Table =>
  parsed(ask('GET', path, undefined, { accept: TABLE })) as Table;
const at = (name: string) => ({ namespace: 'default', name });
const labels = { app: 'a' };
const status = { ...USER, subresource: 'status' } as const;
const containers = [{ name: 'main', image: 'app:1' }];
const running = {
  phase: 'Running',
  podIP: '10.1.2.3',
  containerStatuses: [
    {
      name: 'main',
      ready: true,
      restartCount: 2,
      lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-21T08:00:30Z' } },
    },
  ],
};

/** The object of a row: its kind, its content, its status. The row is looked at a minute after its creation. */
type Row = readonly [Kind, object, object | null, readonly unknown[]];

const rows: Readonly<Record<string, Row>> = {
  'a running pod': [
    kinds.pods,
    { metadata: at('a'), spec: { ...podSpec, nodeName: 'n' } },
    running,
    ['a', '1/1', 'Running', '2 (30s ago)', '60s', '10.1.2.3', 'n', '<none>', '<none>'],
  ],
  'a pod that nobody runs': [
    kinds.pods,
    { metadata: at('a'), spec: { ...podSpec, readinessGates: [{ conditionType: 'x.y/z' }] } },
    null,
    ['a', '0/1', 'Pending', '0', '60s', '<none>', '<none>', '<none>', '0/1'],
  ],
  'a deployment': [
    kinds.deployments,
    replicaSet('a', 3),
    { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
    ['a', '2/3', 3, 1, '60s', 'main', 'app:1', 'app=a'],
  ],
  'a ReplicaSet': [
    kinds.replicaSets,
    replicaSet('a', 3),
    { replicas: 3, readyReplicas: 2 },
    ['a', 3, 3, 2, '60s', 'main', 'app:1', 'app=a'],
  ],
  'a Service': [
    kinds.services,
    { metadata: at('a'), spec: { clusterIP: '10.96.0.9', selector: labels, ports: [{ port: 80 }] } },
    null,
    ['a', 'ClusterIP', '10.96.0.9', '<none>', '80/TCP', '60s', 'app=a'],
  ],
  'an Ingress': [
    kinds.ingresses,
    { metadata: at('a'), spec: { ingressClassName: 'nginx', rules: [{ host: 'x.y' }, { host: 'z' }] } },
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    ['a', 'nginx', 'x.y,z', '1.2.3.4', '80', '60s'],
  ],
  'a Job': [
    kinds.jobs,
    {
      metadata: at('a'),
      spec: { completions: 3, template: { spec: { containers, restartPolicy: 'Never' } } },
    },
    { startTime: '2026-11-21T08:00:00Z', succeeded: 1 },
    ['a', 'Running', '1/3', '60s', '60s', 'main', 'app:1'],
  ],
  'an autoscaler': [
    kinds.horizontalPodAutoscalers,
    {
      metadata: at('a'),
      spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
    },
    null,
    ['a', 'Deployment/d', 'cpu: <unknown>/80%', '1', 5, 0, '60s'],
  ],
  'a budget': [
    kinds.podDisruptionBudgets,
    { metadata: at('a'), spec: { maxUnavailable: '50%', selector: { matchLabels: labels } } },
    { disruptionsAllowed: 2 },
    ['a', 'N/A', '50%', 2, '60s'],
  ],
  'an EndpointSlice': [
    kinds.endpointSlices,
    {
      metadata: at('a'),
      addressType: 'IPv4',
      ports: [{ port: 80 }],
      endpoints: ['1', '2', '3', '4'].map((n) => ({ addresses: [`10.0.0.${n}`] })),
    },
    null,
    ['a', 'IPv4', '80', '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...', '60s'],
  ],
  'a Lease': [kinds.leases, { metadata: at('a'), spec: { holderIdentity: 'me' } }, null, ['a', 'me', '60s']],
  'a ConfigMap': [
    kinds.configMaps,
    { metadata: at('a'), data: { x: '1' }, binaryData: { y: 'eA==' } },
    null,
    ['a', 2, '60s'],
  ],
  'a Secret': [kinds.secrets, { metadata: at('a'), stringData: { x: '1' } }, null, ['a', 'Opaque', 1, '60s']],
  'an Event': [
    kinds.events,
    {
      metadata: at('a'),
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      reason: 'Why',
      message: 'what \n',
      type: 'Normal',
      lastTimestamp: '2026-11-21T08:00:50Z',
      firstTimestamp: '2026-11-21T08:00:00Z',
      count: 3,
      source: { component: 'me' },
    },
    null,
    ['10s', 'Normal', 'Why', 'pod/p', '', 'me', 'what', '60s', '3', 'a'],
  ],
  'a custom resource without columns': [
    kinds.analysisRuns,
    { metadata: at('a'), spec: {} },
    null,
    ['a', '60s'],
  ],
};

void describe('the row of', () => {
  for (const [name, [kind, object, state, cells]] of Object.entries(rows)) {
    void test(name, async () => {
      const one = bench();
      one.api.create(kind, object, USER);
      if (state !== null) one.api.merge(kind, at('a'), { status: state }, status);
      await one.pass(60_000);
      const root = kind.group === '' ? '/api/v1' : `/apis/${kind.group}/${kind.version}`;
      const table = tableOf(one, `${root}/namespaces/default/${kind.resource}`);
      const shown = table.rows[0]?.cells.slice(0, cells.length);
      assert.deepEqual(shown, cells);
      assert.equal(table.rows[0]?.cells.length, table.columnDefinitions.length);
      assert.equal(table.rows[0]?.object?.kind, 'PartialObjectMetadata');
    });
  }
});

void test('the object comes along as one wishes', () => {
  const one = bench();
  const kind = (query: string) => tableOf(one, `/api/v1/namespaces?${query}`).rows[0]?.object?.kind;
  assert.deepEqual(
    [kind(''), kind('includeObject=Object'), kind('includeObject=None')],
    ['PartialObjectMetadata', 'Namespace', undefined],
  );
});

void test('a watch tells the columns once', () => {
  const one = bench();
  const { body } = one.ask('GET', '/api/v1/namespaces?watch=true', undefined, { accept: TABLE });
  const counts: number[] = [];
  if (typeof body !== 'string') {
    body.onLine((line) =>
      counts.push((JSON.parse(line) as { object: Table }).object.columnDefinitions.length),
    );
  }
  assert.deepEqual(counts, [3, 0, 0, 0]);
});

void describe('a length of time', () => {
  const [S, M, H, D] = [1000, 60_000, 3_600_000, 86_400_000];
  const lengths: readonly (readonly [number, string])[] = [
    [-3 * S, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119 * S, '119s'],
    [120 * S, '2m'],
    [125 * S, '2m5s'],
    [10 * M, '10m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [3 * H + 5 * M, '3h5m'],
    [8 * H + 5 * M, '8h'],
    [47 * H, '47h'],
    [48 * H, '2d'],
    [50 * H, '2d2h'],
    [8 * D, '8d'],
    [400 * D, '400d'],
    [730 * D, '2y'],
    [731 * D, '2y1d'],
    [3000 * D, '8y'],
  ];
  for (const [ms, text] of lengths) void test(text, () => assert.equal(humanDuration(ms), text));
});
