import { isSameJson } from '../../../core/merge-patch.ts';
import { formatInstant, type Instant } from '../../../core/time.ts';
import { kinds } from '../../kinds.ts';
import type { Pod } from '../../kubelet/pod.ts';
import { type Cluster, MANAGER } from '../cluster.ts';
import type { Tell } from '../events.ts';
import { isActive, isReady } from '../pods.ts';
import { rescale, type Scale, scaleOf } from '../scale.ts';
import { keyOf, uidOf } from '../shelf.ts';
import { type Claim, type Memory, normalized, proposal, withChange } from './decide.ts';
import { type Autoscaler, type AutoscalerCondition, type AutoscalerStatus, targetOf } from './spec.ts';

/** How much of the CPU that they ask for pods use on average, in percent; null: it is not known. */
export type Utilization = (pods: readonly Pod[]) => number | null;

const PERIOD_MS = 15_000;
const NO_MEMORY: Memory = { proposals: [], changes: [] };

/**
 * Scales workloads by their use of CPU, every 15 s.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function autoscalerController(cluster: Cluster, utilization: Utilization): void {
  const { view } = cluster;
  const autoscalers = view.of<Autoscaler>(kinds.horizontalPodAutoscalers);
  const tell = cluster.tellAs('horizontal-pod-autoscaler');
  const memories = new Map<string, Memory>();
  const queue = cluster.queue((key) => {
    const autoscaler = autoscalers.get(key);
    if (autoscaler === null) return null;
    const uid = uidOf(autoscaler);
    const pass = new Pass({ cluster, tell, utilization, autoscaler, memory: memories.get(uid) ?? NO_MEMORY });
    memories.set(uid, pass.run());
    return PERIOD_MS;
  });
  view.on<Autoscaler>(kinds.horizontalPodAutoscalers, (before, after) => {
    if (after !== null) queue.addAfter(keyOf(after), PERIOD_MS);
    else if (before !== null) memories.delete(uidOf(before));
  });
  for (const autoscaler of autoscalers.all()) queue.addAfter(keyOf(autoscaler), PERIOD_MS);
}

interface Given {
  readonly cluster: Cluster;
  readonly tell: Tell;
  readonly utilization: Utilization;
  readonly autoscaler: Autoscaler;
  readonly memory: Memory;
}

/** A size and why; the same size again means that nothing is done. */
interface Wish {
  readonly size: number;
  readonly reason: string;
  readonly metrics: readonly object[];
}

class Pass {
  readonly #given: Given;
  readonly #now: Instant;
  #memory: Memory;
  #conditions: readonly AutoscalerCondition[];

  constructor(given: Given) {
    this.#given = given;
    this.#now = given.cluster.clock.now();
    this.#memory = given.memory;
    this.#conditions = given.autoscaler.status?.conditions ?? [];
  }

  /** Returns what to remember. */
  run(): Memory {
    const { cluster, autoscaler, tell } = this.#given;
    const { apiVersion = 'apps/v1', kind, name } = autoscaler.spec.scaleTargetRef;
    const scale = scaleOf(cluster, { apiVersion, kind, name }, autoscaler.metadata.namespace ?? '');
    if (scale === null) {
      const message = `the HPA controller was unable to get the target's current scale: ${kind} "${name}" not found`;
      this.#claim({ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message });
      tell(autoscaler, { type: 'Warning', reason: 'FailedGetScale', message });
      const { currentReplicas = 0, desiredReplicas = 0 } = autoscaler.status ?? {};
      this.#write({ currentReplicas, desiredReplicas });
      return this.#memory;
    }
    const current = scale.wanted;
    this.#claim({ type: 'AbleToScale', status: 'True', ...GOT_SCALE });
    const wish = this.#wish(scale);
    if (wish === null) {
      const desiredReplicas = autoscaler.status?.desiredReplicas ?? 0;
      this.#write({ currentReplicas: current, desiredReplicas });
      return this.#memory;
    }
    if (wish.size !== current) this.#rescale(scale, wish);
    this.#write({
      currentReplicas: current,
      desiredReplicas: wish.size,
      ...(wish.metrics.length === 0 ? {} : { currentMetrics: wish.metrics }),
      ...(wish.size === current ? {} : { lastScaleTime: formatInstant(this.#now) }),
    });
    return this.#memory;
  }

  // Null: it cannot be known.
  #wish(scale: Scale): Wish | null {
    const { minReplicas = 1, maxReplicas } = this.#given.autoscaler.spec;
    const current = scale.wanted;
    if (current === 0 && minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.#claim({ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message });
      return { size: 0, reason: '', metrics: [] };
    }
    if (current > maxReplicas) return { size: maxReplicas, reason: ABOVE, metrics: [] };
    if (current < minReplicas) return { size: minReplicas, reason: BELOW, metrics: [] };
    return this.#measure(scale);
  }

  #measure(scale: Scale): Wish | null {
    const { cluster, autoscaler, utilization } = this.#given;
    const { behavior = null, minReplicas: least = 1, maxReplicas: most } = autoscaler.spec;
    const target = targetOf(autoscaler);
    const isOwn = scale.selects;
    if (isOwn === null) return this.#fail('InvalidSelector', "the HPA target's scale is missing a selector");
    if (target === null) return this.#fail('InvalidMetricSourceType', NOT_CPU);
    const pods = cluster.view.of<Pod>(kinds.pods).in(scale.namespace);
    const own = pods.filter((pod) => isActive(pod) && isOwn(pod.metadata.labels ?? {}));
    const ready = own.filter(isReady);
    const used = ready.length === 0 ? null : utilization(ready);
    if (used === null) return this.#fail('FailedGetResourceMetric', NO_METRICS);
    this.#claim({ type: 'ScalingActive', status: 'True', ...MEASURED });
    const current = scale.wanted;
    const counts = { current, ready: ready.length, unready: own.length - ready.length };
    const proposed = proposal({ utilization: used, target, ...counts, behavior });
    const bounds = { proposed, current, least, most };
    const decided = normalized(bounds, { behavior, memory: this.#memory, now: this.#now });
    this.#memory = decided.memory;
    for (const claim of decided.conditions) this.#claim(claim);
    const metric = { name: 'cpu', current: { averageUtilization: Math.trunc(used) } };
    const reason = proposed > current ? `${CPU} above target` : 'All metrics below target';
    return { size: decided.size, reason, metrics: [{ type: 'Resource', resource: metric }] };
  }

  #fail(reason: string, message: string): null {
    this.#claim({ type: 'ScalingActive', status: 'False', reason, message });
    this.#given.tell(this.#given.autoscaler, { type: 'Warning', reason, message });
    return null;
  }

  #rescale(scale: Scale, { size, reason }: Wish): void {
    const { cluster, autoscaler, tell } = this.#given;
    rescale(cluster, scale, size);
    const message = `the HPA controller was able to update the target scale to ${size}`;
    this.#claim({ type: 'AbleToScale', status: 'True', reason: 'SucceededRescale', message });
    tell(autoscaler, {
      type: 'Normal',
      reason: 'SuccessfulRescale',
      message: `New size: ${size}; reason: ${reason}`,
    });
    this.#memory = withChange(this.#memory, size - scale.wanted, this.#now);
  }

  #claim(claim: Claim): void {
    const before = this.#conditions.find(({ type }) => type === claim.type);
    const at = before?.status === claim.status ? before.lastTransitionTime : formatInstant(this.#now);
    const next = { ...claim, lastTransitionTime: at };
    this.#conditions =
      before === undefined
        ? [...this.#conditions, next]
        : this.#conditions.map((one) => (one === before ? next : one));
  }

  #write(status: Omit<AutoscalerStatus, 'conditions'>): void {
    const { cluster, autoscaler } = this.#given;
    const { lastScaleTime } = autoscaler.status ?? {};
    const next: AutoscalerStatus = {
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      ...status,
      conditions: this.#conditions,
    };
    if (isSameJson({ ...autoscaler.status }, { ...next })) return;
    cluster.api.update(
      kinds.horizontalPodAutoscalers,
      { ...autoscaler, status: next },
      { manager: MANAGER, subresource: 'status' },
    );
  }
}

const CPU = 'cpu resource utilization (percentage of request)';
const ABOVE = 'Current number of replicas above Spec.MaxReplicas';
const BELOW = 'Current number of replicas below Spec.MinReplicas';
const GOT_SCALE = {
  reason: 'SucceededGetScale',
  message: "the HPA controller was able to get the target's current scale",
};
const MEASURED = {
  reason: 'ValidMetricFound',
  message: `the HPA was able to successfully calculate a replica count from ${CPU}`,
};
const UNABLE = 'the HPA was unable to compute the replica count:';
const NOT_CPU = `${UNABLE} only the utilization of cpu is measured in this cluster`;
const NO_METRICS =
  `${UNABLE} failed to get cpu utilization: unable to get metrics for resource cpu: ` +
  'no metrics returned from resource metrics API';
