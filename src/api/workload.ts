import type {
  IntOrString,
  LabelSelector,
  Manifest,
  ObjectMeta,
  PodTemplate,
  StringMap,
  Timestamp,
} from './meta.ts';

/** `apps/v1` ReplicaSet, as far as we look at it. */
export interface ReplicaSet extends Manifest {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'ReplicaSet';
  readonly spec: ReplicaSetSpec;
  readonly status?: ReplicaSetStatus;
}

/** What a ReplicaSet should be. */
export interface ReplicaSetSpec {
  /** Default 1. */
  readonly replicas?: number;
  /** Default 0. */
  readonly minReadySeconds?: number;
  readonly selector: LabelSelector;
  readonly template?: PodTemplate;
}

/** What a ReplicaSet is. Counts are absent at zero. */
export interface ReplicaSetStatus {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly WorkloadCondition[];
}

/** A condition of a built-in workload. */
export interface WorkloadCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime?: Timestamp;
  readonly lastUpdateTime?: Timestamp;
  readonly reason?: string;
  readonly message?: string;
}

/** `apps/v1` Deployment, which `spec.workloadRef` may name. */
export interface Deployment extends Manifest {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly spec: ReplicaSetSpec & { readonly paused?: boolean };
  readonly status?: ReplicaSetStatus & { readonly updatedReplicas?: number };
}

/** `v1` Pod, slim: what readiness, restarts and `get` need. */
export interface Pod extends Manifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly spec?: PodSpec;
  readonly status?: PodStatus;
}

/** What a Pod should be; the rest is kept but not typed. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
  readonly [field: string]: unknown;
}

/** What a Pod is. */
export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly startTime?: Timestamp;
  readonly conditions?: readonly WorkloadCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/** What a container is. */
export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** Exactly one is set. */
export interface ContainerState {
  readonly running?: { readonly startedAt?: Timestamp };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly exitCode?: number; readonly reason?: string; readonly message?: string };
}

/** `v1` Service. */
export interface Service extends Manifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly spec?: ServiceSpec;
}

/** What a Service should be; the rest is kept but not typed. */
export interface ServiceSpec {
  /** Absent where endpoints are managed by somebody else. */
  readonly selector?: StringMap;
  readonly ports?: readonly ServicePort[];
  readonly type?: string;
  readonly clusterIP?: string;
  readonly [field: string]: unknown;
}

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: IntOrString;
  readonly protocol?: string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

/** `networking.k8s.io/v1` Ingress. */
export interface Ingress extends Manifest {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'Ingress';
  readonly spec?: IngressSpec;
}

/** What an Ingress should be. */
export interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: IngressBackend;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  readonly rules?: readonly IngressRule[];
}

/** The paths of one host; no host stands for all. */
export interface IngressRule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly IngressPath[] };
}

/** One path and where it goes. */
export interface IngressPath {
  readonly path?: string;
  readonly pathType: string;
  readonly backend: IngressBackend;
}

/** A Service, or an object of another kind. */
export interface IngressBackend {
  readonly service?: {
    readonly name: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
}

/** `v1` Event: what happened to `involvedObject`. */
export interface Event extends Manifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Event';
  readonly involvedObject: ObjectReference;
  readonly type?: 'Normal' | 'Warning';
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: Timestamp;
  readonly lastTimestamp?: Timestamp;
  /** How often the same was said. */
  readonly count?: number;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

/** Names an object, fully. */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

/** `coordination.k8s.io/v1` Lease: who leads. */
export interface Lease extends Manifest {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly spec?: LeaseSpec;
}

/** What a Lease says. Times here are RFC 3339 with microseconds. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: Timestamp;
  readonly renewTime?: Timestamp;
  readonly leaseTransitions?: number;
}

/** `batch/v1` Job, as far as job metrics need it. */
export interface Job extends Manifest {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly startTime?: Timestamp;
    readonly completionTime?: Timestamp;
    readonly conditions?: readonly WorkloadCondition[];
  };
}

/** `discovery.k8s.io/v1` EndpointSlice: the addresses behind a Service. */
export interface EndpointSlice extends Manifest {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints?: readonly Endpoint[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
}

/** One member of an EndpointSlice. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly targetRef?: ObjectReference;
}

/** Metadata of an object that is stored: uid and version are there. */
export type StoredMeta = ObjectMeta & { readonly uid: string; readonly resourceVersion: string };
