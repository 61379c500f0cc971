import type { KubeObject } from './object.ts';

/** Who wrote which field, for server-side apply: often a third of an object, and nothing that we read. */
type Unmanaged = { readonly metadata: { readonly managedFields?: unknown } };

/** The object as it came, without `metadata.managedFields`. The type is the caller's claim. */
export function withoutManagedFields<T extends KubeObject>(raw: KubeObject): T {
  const { metadata, ...rest } = raw as KubeObject & Unmanaged;
  const { managedFields: _, ...kept } = metadata;
  return { ...rest, metadata: kept } as unknown as T;
}

/** A condition of a pod, or of most other things. */
export interface SlimCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** State of one container: exactly one of the three is there. */
export interface SlimContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number };
}

/** Status of one container of a pod. */
export interface SlimContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: SlimContainerState;
}

/** What we keep of a pod: about a tenth. */
export interface SlimPod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image?: string }[];
  };
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly startTime?: string;
    readonly conditions: readonly SlimCondition[];
    readonly initContainerStatuses: readonly SlimContainerStatus[];
    readonly containerStatuses: readonly SlimContainerStatus[];
  };
}

/**
 * A pod as its readers need it: metadata without managed fields, container names and images, and its state.
 */
export function slimPod(raw: KubeObject): SlimPod {
  const pod = withoutManagedFields<RawPod>(raw);
  const { spec = {}, status = {} } = pod;
  const { phase, reason, message, podIP, startTime } = status;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod.metadata,
    spec: {
      ...given({ nodeName: spec.nodeName }),
      containers: (spec.containers ?? []).map(({ name, image }) => ({ name, ...given({ image }) })),
    },
    status: {
      ...given({ phase, reason, message, podIP, startTime }),
      conditions: (status.conditions ?? []).map((condition) => ({
        type: condition.type,
        status: condition.status,
        ...given({
          reason: condition.reason,
          message: condition.message,
          lastTransitionTime: condition.lastTransitionTime,
        }),
      })),
      initContainerStatuses: (status.initContainerStatuses ?? []).map(slimContainer),
      containerStatuses: (status.containerStatuses ?? []).map(slimContainer),
    },
  };
}

interface RawPod extends KubeObject {
  readonly spec?: Partial<SlimPod['spec']>;
  readonly status?: Partial<SlimPod['status']>;
}

function slimContainer(container: SlimContainerStatus): SlimContainerStatus {
  const { name, ready, restartCount, state } = container;
  return { name, ready, restartCount, ...given({ state }) };
}

/**
 * The fields that have a value: absent and undefined are different things where objects are compared or
 * frozen.
 */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(there) as Given<Fields>;
}

type Given<Fields> = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };
