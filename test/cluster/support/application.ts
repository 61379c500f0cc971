import { conditionOf, valueAt } from '../bed/api.ts';
import type { Bed } from '../bed/bed.ts';
import type { KubeObject, Manifest, Ref } from '../bed/client.ts';

/** One application in one namespace: a Rollout and what belongs to it, named after it. */
export interface Application {
  readonly name: string;
  readonly namespace: string;
  /** The Rollout. */
  readonly ref: Ref;
  /** Applies any object as a user, in the namespace. */
  put(apiVersion: string, kind: string, name: string, body: object): Promise<KubeObject>;
  /** Applies the Services `NAME-stable` and `NAME-canary`. */
  putServices(): Promise<void>;
  /** Applies the Rollout. `more` is merged into its spec. */
  putRollout(canary: object, more?: object): Promise<KubeObject>;
  /** What a new release is: another image tag. */
  release(tag: string): Promise<KubeObject>;
  /** What the plugin sends: `promote`, `promote --full`, `abort`, `retry`. */
  act(action: keyof typeof ACTIONS): Promise<KubeObject>;
  get(): Promise<KubeObject>;
  /** Waits until the Rollout, as of its newest generation, is so. */
  until(claim: (rollout: KubeObject) => boolean, seconds?: number): Promise<KubeObject>;
  /** Waits for a phase of the newest generation. */
  phase(wanted: string, seconds?: number): Promise<KubeObject>;
  /** Waits until it pauses at a step. */
  pausedAt(step: number, seconds?: number): Promise<KubeObject>;
}

const ACTIONS = {
  promote: { pauseConditions: null },
  full: { promoteFull: true },
  abort: { abort: true },
  retry: { abort: false },
} as const;

const ROLLOUTS = 'argoproj.io/v1alpha1';

/** How an application's pods are. */
export interface Making {
  readonly replicas?: number;
  /** The first image's tag (1). */
  readonly tag?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Names an application; nothing is created yet. Of a bed it needs the client alone. */
export function application(
  bed: Pick<Bed, 'api'>,
  namespace: string,
  name: string,
  { replicas = 2, tag = '1', labels = {} }: Making = {},
): Application {
  const ref: Ref = { apiVersion: ROLLOUTS, kind: 'Rollout', namespace, name };
  const put: Application['put'] = (apiVersion, kind, called, body) =>
    bed.api.apply({ apiVersion, kind, metadata: { name: called, namespace }, ...body });
  const until: Application['until'] = async (claim, seconds = 60) => {
    const found = await bed.api.until(
      ref,
      (rollout) => rollout !== null && isObserved(rollout) && claim(rollout),
      seconds,
    );
    if (found === null) throw new Error(`no Rollout ${name}`);
    return found;
  };
  return {
    name,
    namespace,
    ref,
    put,
    putServices: async () => {
      for (const role of ['stable', 'canary'])
        await put('v1', 'Service', `${name}-${role}`, {
          spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
        });
    },
    putRollout: (canary, more = {}) =>
      bed.api.apply({
        apiVersion: ROLLOUTS,
        kind: 'Rollout',
        metadata: { name, namespace, labels },
        spec: {
          replicas,
          selector: { matchLabels: { app: name } },
          template: podTemplate(name, `demo/app:${tag}`),
          strategy: { canary },
          ...more,
        },
      } satisfies Manifest),
    release: (next) =>
      bed.api.patch(ref, 'json', [
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: `demo/app:${next}` },
      ]),
    act: (action) => bed.api.patch(ref, 'merge', { status: ACTIONS[action] }, 'status'),
    get: () => bed.api.get(ref),
    until,
    phase: (wanted, seconds) => until((rollout) => valueAt(rollout, 'status.phase') === wanted, seconds),
    pausedAt: (step, seconds) =>
      until(
        (rollout) =>
          valueAt(rollout, 'status.phase') === 'Paused' &&
          valueAt(rollout, 'status.currentStepIndex') === step,
        seconds,
      ),
  };
}

/** A pod template as users write it: it ends gently, so that no request is lost when a pod goes. */
export function podTemplate(app: string, image: string) {
  return {
    metadata: { labels: { app } },
    spec: {
      containers: [
        {
          name: 'app',
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '5m', memory: '16Mi' } },
          lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
        },
      ],
    },
  };
}

/** True where the status speaks of the newest generation of the spec. */
export function isObserved(rollout: KubeObject): boolean {
  return String(valueAt(rollout, 'status.observedGeneration')) === String(rollout.metadata.generation);
}

/** The text of the condition that says why a spec is refused; empty where it is not. */
export function invalidSpec(rollout: KubeObject): string {
  if (conditionOf(rollout, 'InvalidSpec') !== 'True') return '';
  const conditions = valueAt(rollout, 'status.conditions') as readonly { type: string; message: string }[];
  return conditions.find((one) => one.type === 'InvalidSpec')?.message ?? '';
}
