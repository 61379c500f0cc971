import type { Manifest } from '../../../api/meta.ts';

/** `autoscaling/v2` HorizontalPodAutoscaler, as far as its controller looks at it. */
export interface Autoscaler extends Manifest {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly MetricSpec[];
    readonly behavior?: { readonly scaleUp?: Rules; readonly scaleDown?: Rules };
  };
  readonly status?: AutoscalerStatus;
}

/** What is measured; of all kinds only the use of CPU, as a share of what pods ask for, is known here. */
export interface MetricSpec {
  readonly type: string;
  readonly resource?: {
    readonly name: string;
    readonly target: { readonly type?: string; readonly averageUtilization?: number };
  };
}

/** How fast a size may change in one direction. */
export interface Rules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled';
  readonly policies?: readonly Policy[];
  readonly tolerance?: number | string;
}

/** So many pods, or percent of them, in a period. */
export interface Policy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** How an autoscaler stands. */
export interface AutoscalerStatus {
  readonly observedGeneration?: number;
  readonly lastScaleTime?: string;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly currentMetrics?: readonly object[];
  readonly conditions?: readonly AutoscalerCondition[];
}

/** A condition of an autoscaler. */
export interface AutoscalerCondition {
  readonly type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
  readonly status: 'True' | 'False';
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

const DEFAULT_TARGET = 80;

/** The wanted use of CPU in percent of what pods ask for; null: it is not what is measured. */
export function targetOf({ spec }: Autoscaler): number | null {
  const { metrics = [] } = spec;
  if (metrics.length === 0) return DEFAULT_TARGET;
  const cpu = metrics.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu');
  return cpu?.resource?.target.averageUtilization ?? null;
}
