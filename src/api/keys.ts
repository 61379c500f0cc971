/** The API group of Rollout, AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun and Experiment. */
export const GROUP = 'argoproj.io';

/** `apiVersion` of the kinds in `GROUP`. */
export const API_VERSION = 'argoproj.io/v1alpha1';

/** Label keys. The names are those of the API that users' selectors, dashboards and queries know. */
export const LABEL = {
  /**
   * Hash of the pod template: on ReplicaSets (labels, selector, template), pods, runs, experiments; in
   * Service selectors.
   */
  podTemplateHash: 'rollouts-pod-template-hash',
  /** Which controller an object belongs to, where several share a cluster. Children inherit it. */
  instanceId: 'argo-rollouts.argoproj.io/controller-instance-id',
  /** What an AnalysisRun is for: one of `ROLLOUT_TYPE`. */
  rolloutType: 'rollout-type',
  /** Index of the step that an AnalysisRun belongs to. */
  stepIndex: 'step-index',
  /** On Jobs of job metrics and on their pods: the AnalysisRun's uid. */
  analysisRunUid: 'analysisrun.argoproj.io/uid',
  /** Ours, on Jobs of steps: the index of the step. */
  step: 'sluice.dev/step',
  /** Ours, on Jobs of steps: what the step asked for, as a hash. */
  stepConfig: 'sluice.dev/step-config',
  /** Ours, on Jobs of steps after which a release cannot go back by itself: `true`. */
  pointOfNoReturn: 'sluice.dev/point-of-no-return',
  /** Ours, on the copies of ConfigMaps and Secrets that belong to one revision: always `true`. */
  configurationCopy: 'sluice.dev/configuration-copy',
  /** Read from a Secret: it holds the kubeconfig of Istio's primary cluster. */
  istioPrimaryCluster: 'istio.argoproj.io/primary-cluster',
} as const;

/** Values of the label `rollout-type`. */
export const ROLLOUT_TYPE = {
  step: 'Step',
  background: 'Background',
  prePromotion: 'PrePromotion',
  postPromotion: 'PostPromotion',
} as const;

/** Annotation keys. */
export const ANNOTATION = {
  /** Revision number: on Rollout, ReplicaSet, AnalysisRun, Experiment. */
  revision: 'rollout.argoproj.io/revision',
  /** On ReplicaSets: earlier revision numbers, separated by commas. */
  revisionHistory: 'rollout.argoproj.io/revision-history',
  /** On ReplicaSets: the Rollout's `spec.replicas` when it was last scaled. */
  desiredReplicas: 'rollout.argoproj.io/desired-replicas',
  /** On Rollouts: generation of the workload that `spec.workloadRef` names. */
  workloadGeneration: 'rollout.argoproj.io/workload-generation',
  /** On ReplicaSets: JSON of the ephemeral labels and annotations that were put on its pods. */
  ephemeralMetadata: 'rollout.argoproj.io/ephemeral-metadata',
  /** On ReplicaSets: when to scale to zero, RFC 3339. */
  scaleDownDeadline: 'scale-down-deadline',
  /** On Services, DestinationRules and VirtualNodes: the name of the Rollout that writes them. */
  managedByRollouts: 'argo-rollouts.argoproj.io/managed-by-rollouts',
  /** Known to the API but not used by it. */
  restartedAfter: 'argo-rollouts.argoproj.io/restarted-after',
  /** On an Experiment's ReplicaSets and Services: the Experiment's name. */
  experimentName: 'experiment.argoproj.io/name',
  /** On an Experiment's ReplicaSets and Services: the template's name. */
  experimentTemplateName: 'experiment.argoproj.io/template-name',
  /** On Jobs of job metrics: the AnalysisRun's name. */
  analysisRunName: 'analysisrun.argoproj.io/name',
  /** On Jobs of job metrics: the AnalysisRun's namespace. */
  analysisRunNamespace: 'analysisrun.argoproj.io/namespace',
  /** On Jobs of job metrics: the metric's name. */
  analysisRunMetricName: 'analysisrun.argoproj.io/metric-name',
  /** On Ingresses: JSON map from Rollout name to the ALB annotations that it manages. */
  managedAlbAnnotations: 'rollouts.argoproj.io/managed-alb-annotations',
  /** The older name of `managedAlbAnnotations`. */
  managedAlbActions: 'rollouts.argoproj.io/managed-alb-actions',
  /** On Rollouts: which notifications were sent. */
  notified: 'notified.notifications.argoproj.io',
  /**
   * Ours, on every object that we write: the epoch of the decision that wrote it. A counter, see
   * `RolloutStatus.epoch`.
   */
  epoch: 'sluice.dev/epoch',
  /**
   * Ours, on ReplicaSets: `true` where it was stable and has kept its pods since, so that going back to it
   * needs no proof.
   */
  served: 'sluice.dev/served',
  /**
   * Ours, on Rollouts: who has seen the canary stays with it, by a cookie. `cookie`, or `cookie=NAME` where
   * the cookie is to have that name.
   */
  stickySessions: 'sluice.dev/sticky-sessions',
  /** Ours, on ReplicaSets: JSON of what the user's template says under the keys of `ephemeralMetadata`. */
  coveredMetadata: 'sluice.dev/covered-metadata',
  /**
   * Ours, on ReplicaSets: JSON of what some of its pods may still carry, whatever its template says by now,
   * with the generation before that.
   */
  formerMetadata: 'sluice.dev/former-metadata',
  /**
   * Ours, on Rollouts: `true` makes ConfigMaps and Secrets that the pods use part of a release.
   */
  versionedConfiguration: 'sluice.dev/versioned-configuration',
  /** Ours, on ReplicaSets: JSON map from copies, `ConfigMap/NAME`, to the names that the user gave. */
  configuration: 'sluice.dev/configuration',
  /**
   * Ours, on AnalysisRuns of steps: by how much the default `alpha` of comparisons is divided, where several
   * steps compare by the same template. A number from 2.
   */
  alphaParts: 'sluice.dev/alpha-parts',
  /** Ours, on copies of ConfigMaps and Secrets: the name of what was copied. */
  copyOf: 'sluice.dev/copy-of',
  /**
   * Ours, on a Deployment whose pods a Rollout has taken over: JSON of the Rollout's name, of the size from
   * which and to which it was scaled, and of when. Going back knows the size by it.
   */
  scaledDown: 'sluice.dev/scaled-down',
  /**
   * Ours, on a Rollout that is being deleted: since when its Services are as their users made them, RFC 3339.
   */
  handedBackAt: 'sluice.dev/handed-back-at',
  /** Ours, on what a Git reconciler applied: full hash of the commit that last changed the manifest. */
  commit: 'sluice.dev/commit',
  /** Who wrote that commit, as `Name <address>`. */
  commitAuthor: 'sluice.dev/commit-author',
  /** First line of that commit's message. */
  commitMessage: 'sluice.dev/commit-message',
} as const;

/**
 * Ours, on Rollouts whose workload has given its pods away: until it has them back, the Rollout stays.
 * See docs/adr/0020-leaving-safely.md.
 */
export const FINALIZER = 'sluice.dev/workload-without-pods';

/** Annotation keys that go on with a name of the user's. */
export const ANNOTATION_PREFIX = {
  /** Ours, on Rollouts: `<prefix><gate>.<person>`, what somebody says to a gate. */
  gate: 'gate.sluice.dev/',
  /** `<prefix><trigger>.<service>`: who is told of what. */
  notifySubscribe: 'notifications.argoproj.io/subscribe.',
  /** Default of `trafficRouting.nginx.annotationPrefix`; a slash and the key follow. */
  nginx: 'nginx.ingress.kubernetes.io',
  /** Default of `trafficRouting.alb.annotationPrefix`; a slash and the key follow. */
  alb: 'alb.ingress.kubernetes.io',
} as const;
