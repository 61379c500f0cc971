import { ANNOTATION, API_VERSION } from '../../src/api/keys.ts';
import type { WorkloadRef } from '../../src/api/rollout.ts';
import { type WorkloadObject, withWorkload, workloadObject } from '../../src/core/rollout/workload.ts';
import { memoryText } from '../../src/core/rollout/workload-size.ts';
import type { World } from '../../src/core/world.ts';
import { frozen } from './cluster.ts';
import { templateOf, ZERO } from './draft.ts';
import type { Scene } from './world.ts';

/** A Deployment `web` as a test says it. */
export interface DeploymentDraft {
  readonly replicas: number;
  /** Default: all of them. */
  readonly available?: number;
  /** What it remembers: `4>0@10s`, from 4 to 0 at ten seconds after time zero. */
  readonly memory?: string;
  /** Who has its pods. Default `app`. */
  readonly memoryOf?: string;
  readonly epoch?: number;
  /** A field of its metadata. */
  readonly metadata?: object;
  /** True where its controller has not seen its size yet. */
  readonly isUnseen?: boolean;
}

/** The Deployment as decisions see it; the template is that of the version which the scene wants. */
export function deployment(scene: Scene, draft: DeploymentDraft): WorkloadObject {
  const { replicas, available = replicas, memory, memoryOf = 'app', epoch, isUnseen = false } = draft;
  const annotations = {
    ...(memory === undefined ? {} : { [ANNOTATION.scaledDown]: remembered(memory, memoryOf) }),
    ...(epoch === undefined ? {} : { [ANNOTATION.epoch]: `app/${epoch}` }),
    'users.own/note': 'not kept',
  };
  return workloadObject({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'demo',
      uid: 'uid-web',
      resourceVersion: '50',
      generation: 7,
      annotations,
      ...draft.metadata,
    },
    spec: { replicas, selector: { matchLabels: { app: 'app' } }, template: templateOf(scene.draft.wants) },
    status: {
      observedGeneration: isUnseen ? 6 : 7,
      replicas: available,
      updatedReplicas: available,
      availableReplicas: available,
    },
  } as never);
}

function remembered(text: string, rollout: string): string {
  const [, from = '0', to = '0', at = '0'] = /^(\d+)>(\d+)@(\d+)s$/.exec(text) ?? [];
  return memoryText({ rollout, from: Number(from), to: Number(to), at: ZERO + Number(at) * 1000 });
}

/** The generation of the Deployment, as those who have seen it show it. */
const SEEN = { [ANNOTATION.workloadGeneration]: '7' };

/** The world of a scene whose rollout takes its template from a Deployment `web`; null: it is gone. */
export function referring(
  scene: Scene,
  scaleDown: WorkloadRef['scaleDown'] | undefined,
  object: WorkloadObject | null,
  finalizers: readonly string[] = [],
): World {
  const { world } = scene;
  const { template: _template, selector: _selector, ...spec } = world.rollout.spec;
  const workloadRef = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'web',
    ...(scaleDown === undefined ? {} : { scaleDown }),
  };
  const { metadata } = world.rollout;
  const stored = {
    ...world.rollout,
    apiVersion: API_VERSION,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, ...SEEN },
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
    spec: { ...spec, workloadRef },
    status: { ...world.rollout.status, workloadObservedGeneration: '7' },
  } as const;
  const replicaSets = world.replicaSets.map((set) => ({
    ...set,
    metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...SEEN } },
  }));
  const isGone = object === null;
  const issues = isGone ? [{ path: '', message: 'deployments.apps "demo/web" not found' }] : [];
  const rollout = object === null ? stored : withWorkload(stored, object);
  return frozen({ ...world, rollout, replicaSets, workload: { stored, object, isGone, issues } });
}
