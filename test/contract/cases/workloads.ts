import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { podRow, type Topic } from '../case.ts';
import { deployment, type Fields, replicaSet, sorted, template, without } from '../objects.ts';
import type { Holds } from '../session.ts';

const at =
  (path: string, value: unknown): Holds =>
  (body) =>
    valueAt(body, path) === value;
const items = (body: KubeObject): readonly KubeObject[] => body['items'] as readonly KubeObject[];
const condition =
  (type: string, reason: string): Holds =>
  (body) =>
    ((valueAt(body, 'status.conditions') ?? []) as readonly Fields[]).some(
      (one) => one['type'] === type && one['reason'] === reason,
    );
const isShrinking = (body: KubeObject): boolean => (valueAt(body, 'status.terminatingReplicas') ?? 0) !== 0;
const isSeen = (body: KubeObject): boolean =>
  valueAt(body, 'status.observedGeneration') === body.metadata.generation;
const isComplete: Holds = (body) =>
  condition('Progressing', 'NewReplicaSetAvailable')(body, 200) &&
  isSeen(body) &&
  valueAt(body, 'status.updatedReplicas') === valueAt(body, 'spec.replicas') &&
  valueAt(body, 'status.availableReplicas') === valueAt(body, 'spec.replicas') &&
  valueAt(body, 'status.replicas') === valueAt(body, 'spec.replicas') &&
  (valueAt(body, 'status.terminatingReplicas') ?? 0) === 0;
/** A workload as it is in the end: who wrote it last is a matter of moments. */
const final = {
  show: (body: KubeObject) => ({
    ...body,
    metadata: without(body.metadata, 'managedFields', 'resourceVersion'),
    status: withoutOrder(body['status'] as Fields),
  }),
};

function withoutOrder(status: Fields): Fields {
  const conditions = (status['conditions'] ?? []) as readonly Fields[];
  return {
    ...status,
    conditions: conditions.toSorted((a, b) => (String(a['type']) < String(b['type']) ? -1 : 1)),
  };
}

/** Of each ReplicaSet its revision and size, oldest revision first. */
const revisions = {
  show: (body: KubeObject) =>
    items(body)
      .map((set) => [
        valueAt(set, 'metadata.annotations')
          ? (set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? null)
          : null,
        set.metadata.annotations?.['deployment.kubernetes.io/revision-history'] ?? null,
        set.metadata.name,
        valueAt(set, 'spec.replicas'),
        valueAt(set, 'spec.template.spec.containers.0.image'),
      ])
      .sort(([a], [b]) => Number(a) - Number(b)),
};
const images = {
  show: (body: KubeObject) => sorted(items(body).map((pod) => valueAt(pod, 'spec.containers.0.image'))),
};
const image = (name: string): Fields => ({ spec: { template: template('web', name) } });

/** Deployments and ReplicaSets in time: where they end. */
export const workloads: Topic = {
  name: 'workloads',
  cases: [
    podRow('a Deployment becomes complete', async ({ post, until }) => {
      await post('deployments', deployment('web', { replicas: 2 }));
      await until('deployments/web', isComplete, final);
      await until('replicasets', (body) => valueAt(items(body)[0], 'status.availableReplicas') === 2, {
        show: (body) => items(body).map((set) => final.show(set)),
      });
    }),
    podRow('the pods of a Deployment', async ({ aside, get }) => {
      await aside.post('deployments', deployment('web'));
      await aside.until('deployments/web', isComplete);
      await get('pods');
    }),
    podRow('a rolling update, and back', async ({ aside, until, get }) => {
      await aside.post('deployments', deployment('web', { replicas: 3 }));
      await aside.until('deployments/web', isComplete);
      await aside.patch('deployments/web', 'merge', image('demo/app:2'));
      await until('deployments/web', isComplete, final);
      await get('replicasets', revisions);
      await get('pods', images);
      await aside.patch('deployments/web', 'merge', image('demo/app:1'));
      await until('deployments/web', isComplete, final);
      await get('replicasets', revisions);
    }),
    podRow('only so many old revisions are kept', async ({ aside, until }) => {
      await aside.post('deployments', deployment('web', { revisionHistoryLimit: 1 }));
      for (const tag of [2, 3, 4]) {
        await aside.until('deployments/web', isComplete);
        await aside.patch('deployments/web', 'merge', image(`demo/app:${tag}`));
      }
      await aside.until('deployments/web', isComplete);
      await until('replicasets', (body) => items(body).length === 2, revisions);
    }),
    podRow('all at once', async ({ aside, until, get }) => {
      await aside.post('deployments', deployment('web', { replicas: 2, strategy: { type: 'Recreate' } }));
      await aside.until('deployments/web', isComplete);
      await aside.patch('deployments/web', 'merge', image('demo/app:2'));
      await until('deployments/web', isComplete, final);
      await get('pods', images);
    }),
    podRow('paused and resumed', async ({ aside, until, get }) => {
      await aside.post('deployments', deployment('web', { replicas: 1 }));
      await aside.until('deployments/web', isComplete);
      await aside.patch('deployments/web', 'merge', { spec: { paused: true } });
      await until(
        'deployments/web',
        (body, code) => condition('Progressing', 'DeploymentPaused')(body, code) && isSeen(body),
        final,
      );
      await aside.patch('deployments/web', 'merge', image('demo/app:2'));
      await aside.patch('deployments/web', 'merge', { spec: { replicas: 2 } });
      await until('deployments/web', at('status.availableReplicas', 2), final);
      await get('replicasets', revisions);
      await aside.patch('deployments/web', 'merge', { spec: { paused: false } });
      await until('deployments/web', isComplete, final);
      await get('replicasets', revisions);
    }),
    podRow('an update that does not come up', async ({ aside, until, get }) => {
      await aside.post('deployments', deployment('web', { replicas: 3, progressDeadlineSeconds: 2 }));
      await aside.until('deployments/web', isComplete);
      const broken = template('web', 'demo/app:2', {
        containers: [{ name: 'app', image: 'demo/app:2', readinessProbe: { exec: { command: ['false'] } } }],
      });
      await aside.patch('deployments/web', 'merge', { spec: { template: broken } });
      await until('deployments/web', condition('Progressing', 'ProgressDeadlineExceeded'), final);
      await get('replicasets', revisions);
    }),
    podRow('scaled', async ({ aside, until, put }) => {
      await aside.post('deployments', deployment('web'));
      await aside.until('deployments/web', isComplete);
      const scale = {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'web' },
        spec: { replicas: 3 },
      };
      await put('deployments/web/scale', scale, { show: ({ spec }) => spec });
      await until(
        'deployments/web',
        (body) => isComplete(body, 200) && at('status.replicas', 3)(body, 200),
        final,
      );
      await aside.patch('deployments/web', 'merge', { spec: { replicas: 0 } });
      await until(
        'deployments/web',
        (body) => isComplete(body, 200) || valueAt(body, 'status.replicas') === undefined,
        {
          show: ({ spec }) => (spec as Fields)['replicas'],
        },
      );
      await until(
        'deployments/web',
        (body) => isSeen(body) && valueAt(body, 'status.replicas') === undefined && !isShrinking(body),
        final,
      );
    }),
    podRow('deleted with all that it made', async ({ aside, delete: remove, until }) => {
      await aside.post('deployments', deployment('web'));
      await aside.until('deployments/web', isComplete);
      await remove(
        'deployments/web',
        { propagationPolicy: 'Foreground' },
        {
          show: ({ metadata }) => [metadata['finalizers'], metadata.deletionGracePeriodSeconds],
        },
      );
      await until('deployments/web', (_, code) => code === 404);
      await until('replicasets', (body) => items(body).length === 0);
      await until('pods', (body) => items(body).length === 0);
    }),
    podRow(
      'deleted without its orphans, which find a new home',
      async ({ aside, delete: remove, until, get }) => {
        await aside.post('deployments', deployment('web'));
        await aside.until('deployments/web', isComplete);
        await remove('deployments/web', { propagationPolicy: 'Orphan' }, { show: () => null });
        await until('deployments/web', (_, code) => code === 404);
        await until(
          'replicasets',
          (body) => items(body).every(({ metadata }) => metadata['ownerReferences'] === undefined),
          {
            show: (body) => items(body).map(({ metadata }) => [metadata.name, metadata['ownerReferences']]),
          },
        );
        await aside.post('deployments', deployment('web'));
        await until('deployments/web', isComplete, final);
        await get('replicasets', revisions);
      },
    ),
    podRow('a ReplicaSet grows and shrinks', async ({ aside, until }) => {
      await aside.post('replicasets', replicaSet('web', { replicas: 2 }));
      await until('replicasets/web', at('status.availableReplicas', 2), final);
      await aside.patch('replicasets/web', 'merge', { spec: { replicas: 1 } });
      await until(
        'replicasets/web',
        (body) =>
          valueAt(body, 'status.availableReplicas') === 1 &&
          (valueAt(body, 'status.terminatingReplicas') ?? 0) === 0,
        final,
      );
      await aside.patch('replicasets/web', 'merge', { spec: { minReadySeconds: 3600, replicas: 2 } });
      await until('replicasets/web', at('status.readyReplicas', 2), final);
    }),
    podRow('a ReplicaSet takes in pods and lets them go', async ({ aside, until }) => {
      const pod = (name: string) => ({
        metadata: { name, labels: { app: 'web' } },
        spec: template('web')['spec'],
      });
      await aside.post('pods', pod('stray'));
      await aside.post('replicasets', replicaSet('web', { replicas: 2 }));
      const owner = ({ metadata }: KubeObject): unknown => valueAt(metadata, 'ownerReferences.0');
      const owned = { show: (body: KubeObject) => [body.metadata.labels, owner(body)] };
      await until('pods/stray', (body) => owner(body) !== undefined, owned);
      await until('replicasets/web', at('status.readyReplicas', 2), final);
      await aside.patch('pods/stray', 'merge', { metadata: { labels: { app: 'other' } } });
      await until('pods/stray', (body) => owner(body) === undefined, owned);
      await aside.until('pods', (body) => items(body).length === 3);
      await until('replicasets/web', at('status.readyReplicas', 2), final);
    }),
    podRow('a ReplicaSet that may not make pods', async ({ aside, until }) => {
      const spec = { serviceAccountName: 'nobody' };
      await aside.post('replicasets', replicaSet('web', { template: template('web', 'demo/app:1', spec) }));
      await until('replicasets/web', condition('ReplicaFailure', 'FailedCreate'), final);
    }),
    podRow('what happened is told', async ({ aside, until }) => {
      await aside.post('deployments', deployment('web'));
      await aside.until('deployments/web', isComplete);
      await aside.patch('deployments/web', 'merge', image('demo/app:2'));
      await aside.until('deployments/web', isComplete);
      await until('events', (body) => items(body).length >= 6, {
        show: (body) =>
          sorted(
            items(body)
              .filter((event) => valueAt(event, 'involvedObject.kind') !== 'Pod')
              .map((event) => [
                event['reason'],
                event['type'],
                valueAt(event, 'involvedObject.kind'),
                String(event['message']).replace(/-[a-z0-9]{5}$/, '-<x>'),
                valueAt(event, 'source.component'),
              ]),
          ),
      });
    }),
  ],
};
