import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { request } from 'undici';
import { conditionOf, openApi, valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { missingPrometheus, startPrometheus } from './bed/prometheus.ts';

const traffic = await canBindPodAddresses();
const noTraffic = traffic ? false : 'needs the network namespace of test/run.ts';
const noPrometheus = noTraffic || ((await missingPrometheus()) ?? false);

void describe('the test bed', () => {
  let bed: Bed;
  let namespace: string;

  before(async () => {
    bed = await startBed({ traffic, gatewayApi: true, bare: true });
    namespace = await bed.namespace('bed');
  });
  after(() => bed?.stop());

  const replicaSets = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name });
  const pods = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  const jobs = (name: string) => ({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
  const services = (name: string) => ({ apiVersion: 'v1', kind: 'Service', namespace, name });
  const slices = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };

  const put = async (
    { apiVersion, kind, name }: ReturnType<typeof pods>,
    spec: Readonly<Record<string, unknown>>,
  ) => {
    await bed.api.apply({ apiVersion, kind, metadata: { name, namespace, labels: { app: name } }, spec });
  };
  const putPod = (name: string, container: Readonly<Record<string, unknown>>, more: object = {}) =>
    put(pods(name), { containers: [{ name: 'main', image: 'demo/app:1', ...container }], ...more });
  const replicas = (app: string, count: number, image: string) => ({
    replicas: count,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  });
  const stateOf = (pod: unknown) => valueAt(pod, 'status.containerStatuses.0.state');
  const isReady = (object: KubeObject | null) => conditionOf(object, 'Ready') === 'True';
  const listPods = (app: string) =>
    bed.api.list({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector: `app=${app}` });

  void test('the pods of a ReplicaSet get ready, each with an address of its own', async () => {
    await put(replicaSets('three'), replicas('three', 3, 'demo/app:1'));
    await bed.api.until(replicaSets('three'), (set) => valueAt(set, 'status.availableReplicas') === 3);
    const addresses = new Set((await listPods('three')).map((pod) => valueAt(pod, 'status.podIP')));
    assert.equal(addresses.size, 3);
  });

  void test('a pod that is deleted goes, and another one takes its place', async () => {
    await put(replicaSets('again'), replicas('again', 1, 'demo/app:1'));
    await bed.api.until(replicaSets('again'), (set) => valueAt(set, 'status.readyReplicas') === 1);
    const [pod] = await listPods('again');
    const name = pod?.metadata.name ?? '';
    await bed.api.delete(pods(name));
    await bed.api.until(pods(name), (left) => left === null);
    await bed.api.until(replicaSets('again'), (set) => valueAt(set, 'status.readyReplicas') === 1);
    assert.notEqual((await listPods('again'))[0]?.metadata.name, name);
  });

  void test('an image that cannot be pulled leaves the pod pending', async () => {
    await putPod('unpulled', { image: 'demo/app:bad-image' });
    const reason = (pod: unknown) => valueAt(stateOf(pod), 'waiting.reason');
    await bed.api.until(pods('unpulled'), (pod) => reason(pod) === 'ErrImagePull');
    const pod = await bed.api.until(pods('unpulled'), (left) => reason(left) === 'ImagePullBackOff');
    assert.equal(valueAt(pod, 'status.phase'), 'Pending');
  });

  void test('a command that fails is started again after a while, and the pod is not ready', async () => {
    await putPod('crashing', { command: ['sh', '-c', 'exit 3'] });
    const pod = await bed.api.until(
      pods('crashing'),
      (p) => valueAt(stateOf(p), 'waiting.reason') === 'CrashLoopBackOff',
    );
    assert.equal(valueAt(pod, 'status.containerStatuses.0.lastState.terminated.exitCode'), 3);
    assert.equal(conditionOf(pod, 'Ready'), 'False');
  });

  const jobRows = [
    { command: 'sleep 1 && exit 0', ends: 'Complete' },
    { command: 'sleep 1 && exit 1', ends: 'Failed' },
  ] as const;
  for (const [index, { command, ends }] of jobRows.entries()) {
    void test(`a Job that does "${command}" ends as ${ends}`, async () => {
      const containers = [{ name: 'main', image: 'demo/check:1', command: ['sh', '-c', command] }];
      await put(jobs(`job-${index}`), {
        backoffLimit: 0,
        template: { spec: { restartPolicy: 'Never', containers } },
      });
      await bed.api.until(jobs(`job-${index}`), (job) => conditionOf(job, ends) === 'True');
    });
  }

  void test('a readiness gate holds the pod back until its condition is true', async () => {
    await putPod('gated', {}, { readinessGates: [{ conditionType: 'test/go' }] });
    const held = await bed.api.until(pods('gated'), (pod) => conditionOf(pod, 'ContainersReady') === 'True');
    assert.equal(conditionOf(held, 'Ready'), 'False');
    const go = { status: { conditions: [{ type: 'test/go', status: 'True' }] } };
    await bed.api.patch(pods('gated'), 'strategic', go, 'status');
    await bed.api.until(pods('gated'), isReady);
  });

  void test('a delayed probe and a preStop sleep take their time', async () => {
    const lifecycle = { preStop: { exec: { command: ['sleep', '1'] } } };
    await putPod('slow', { readinessProbe: { initialDelaySeconds: 1, tcpSocket: { port: 80 } }, lifecycle });
    const begun = await bed.api.until(pods('slow'), (pod) => valueAt(pod, 'status.phase') === 'Running');
    assert.equal(conditionOf(begun, 'Ready'), 'False');
    await bed.api.until(pods('slow'), isReady);
    await bed.api.delete(pods('slow'));
    const going = await bed.api.get(pods('slow'));
    assert.notEqual(going.metadata.deletionTimestamp, undefined);
    await bed.api.until(pods('slow'), (pod) => pod === null);
  });

  void test('the EndpointSlice of a Service lists its ready pods', async () => {
    await put(replicaSets('served'), replicas('served', 2, 'demo/app:1'));
    await put(services('served'), { selector: { app: 'served' }, ports: [{ port: 80, targetPort: 'http' }] });
    await bed.api.until(replicaSets('served'), (set) => valueAt(set, 'status.readyReplicas') === 2);
    const [slice] = await bed.api.list(
      { ...slices, namespace },
      { labelSelector: 'kubernetes.io/service-name=served' },
    );
    const ref = { ...slices, namespace, name: slice?.metadata.name };
    const ready = (value: unknown) =>
      ((valueAt(value, 'endpoints') ?? []) as readonly unknown[]).filter(
        (e) => valueAt(e, 'conditions.ready') === true,
      );
    const full = await bed.api.until(ref, (value) => ready(value).length === 2);
    const addresses = ready(full).map((endpoint) => valueAt(endpoint, 'addresses.0'));
    const expected = (await listPods('served')).map((pod) => valueAt(pod, 'status.podIP'));
    assert.deepEqual(new Set(addresses), new Set(expected));
  });

  void test('each request of the controller under test is in the audit file, and no other', async () => {
    const ca = readFileSync(bed.caFile, 'utf8');
    const controller = openApi({ server: bed.server, ca, token: bed.tokens.controller });
    await controller.wire.send('GET', `/api/v1/namespaces/${namespace}/pods`);
    await controller.close();
    const requests = readFileSync(bed.auditFile, 'utf8').trim().split('\n');
    const told = requests.map((line) => valueAt(JSON.parse(line), 'requestURI'));
    assert.deepEqual(told, [`/api/v1/namespaces/${namespace}/pods`]);
  });

  void test('a pod answers over HTTP with its version, fails as often as asked, and counts', {
    skip: noTraffic,
  }, async () => {
    await putPod('talking', { image: 'demo/app:2-errors-30', ports: [{ containerPort: 8080 }] });
    const pod = await bed.api.until(pods('talking'), isReady);
    const base = `http://${String(valueAt(pod, 'status.podIP'))}:8080`;
    const codes: number[] = [];
    for (let i = 0; i < 10; i++) {
      const { statusCode, body } = await request(base);
      codes.push(statusCode);
      assert.equal(await body.text(), '2-errors-30\n');
    }
    assert.equal(codes.filter((code) => code === 500).length, 3);
    const metrics = await (await request(`${base}/metrics`)).body.text();
    assert.match(metrics, /http_requests_total\{[^}]*version="2-errors-30"[^}]*code="500"\} 3\n/);
    assert.match(metrics, /http_request_duration_seconds_count\{[^}]*\} 10\n/);
  });

  void test('Prometheus finds the pods and counts their requests', { skip: noPrometheus }, async () => {
    await putPod('scraped', { image: 'demo/app:7', ports: [{ containerPort: 8080 }] });
    const pod = await bed.api.until(pods('scraped'), isReady);
    const prometheus = await startPrometheus(bed);
    await (await request(`http://${String(valueAt(pod, 'status.podIP'))}:8080/`)).body.dump();
    const query = encodeURIComponent(
      `http_requests_total{pod="scraped",namespace="${namespace}",version="7"}`,
    );
    const deadline = performance.now() + 30_000;
    let value: unknown = null;
    while (value !== '1' && performance.now() < deadline) {
      const answer = await request(`${prometheus.url}/api/v1/query?query=${query}`);
      value = valueAt(await answer.body.json(), 'data.result.0.value.1');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await prometheus.stop();
    assert.equal(value, '1');
  });

  void test('the Gateway API is there when asked for', async () => {
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
    await bed.api.apply({ ...route, metadata: { name: 'r', namespace }, spec: { rules: [] } });
    assert.equal((await bed.api.list({ ...route, namespace })).length, 1);
  });

  void test('a restarted API server has all data, and pods go on', async () => {
    await putPod('before', {});
    await bed.api.until(pods('before'), isReady);
    const { 'kube-apiserver': pid } = bed.pids();
    await bed.restartApiServer(() => Promise.resolve());
    assert.notEqual(bed.pids()['kube-apiserver'], pid);
    assert.ok(isReady(await bed.api.get(pods('before'))));
    await putPod('after', {});
    await bed.api.until(pods('after'), isReady, 40);
  });
});
