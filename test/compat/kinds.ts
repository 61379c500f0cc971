/** A kind that is recorded: where its API is. */
export interface RecordedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Does it come from a CRD, so that the cluster may lack it? */
  readonly custom: boolean;
}

/**
 * The kinds whose objects are recorded.
 * Source: the recordings' README, "Recorded kinds".
 */
export const recordedKinds: readonly RecordedKind[] = [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', custom: true },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', custom: true },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', custom: true },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', custom: false },
  { apiVersion: 'apps/v1', kind: 'Deployment', custom: false },
  { apiVersion: 'v1', kind: 'Service', custom: false },
  { apiVersion: 'v1', kind: 'Pod', custom: false },
  { apiVersion: 'v1', kind: 'Event', custom: false },
  { apiVersion: 'batch/v1', kind: 'Job', custom: false },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', custom: false },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', custom: false },
  { apiVersion: 'networking.istio.io/v1alpha3', kind: 'VirtualService', custom: true },
  { apiVersion: 'networking.istio.io/v1alpha3', kind: 'DestinationRule', custom: true },
  { apiVersion: 'split.smi-spec.io/v1alpha1', kind: 'TrafficSplit', custom: true },
  { apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService', custom: true },
  { apiVersion: 'getambassador.io/v2', kind: 'Mapping', custom: true },
  { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', custom: true },
];

/** The kinds that a plugin's request may name by the plural in its path. */
const plurals: Readonly<Record<string, string>> = {
  rollouts: 'Rollout',
  analysisruns: 'AnalysisRun',
  experiments: 'Experiment',
  deployments: 'Deployment',
};

/** The kind behind a plural, such as `rollouts`; null if no plugin writes it. */
export function kindOfPlural(plural: string): string | null {
  return plurals[plural] ?? null;
}

/** The API version of a kind that scenarios patch, scale or delete. Throws on a kind that is not listed. */
export function apiVersionOf(kind: string): string {
  const others: Readonly<Record<string, string>> = {
    AnalysisTemplate: 'argoproj.io/v1alpha1',
    ClusterAnalysisTemplate: 'argoproj.io/v1alpha1',
    Secret: 'v1',
    ConfigMap: 'v1',
    PodTemplate: 'v1',
  };
  const found = recordedKinds.find((one) => one.kind === kind)?.apiVersion ?? others[kind];
  if (found === undefined) throw new Error(`no API version is known for kind ${kind}`);
  return found;
}
