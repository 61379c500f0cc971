/** Event reasons that a transition can have, with the type of the Event that tells of it. */
export const REASONS = {
  RolloutAborted: 'Warning',
  RolloutCompleted: 'Normal',
  RolloutPaused: 'Normal',
  RolloutResumed: 'Normal',
  RolloutUpdated: 'Normal',
  RolloutStepCompleted: 'Normal',
  StepPluginTransition: 'Normal',
  TrafficWeightUpdated: 'Normal',
  SwitchService: 'Normal',
  ScalingReplicaSet: 'Normal',
  AnalysisRunRunning: 'Normal',
  AnalysisRunSuccessful: 'Normal',
  AnalysisRunFailed: 'Warning',
  AnalysisRunError: 'Warning',
  AnalysisRunInconclusive: 'Warning',
} as const;

/** Why somebody is told. */
export type Reason = keyof typeof REASONS;

/** The trigger of an event reason: `RolloutStepCompleted` is `on-rollout-step-completed`. */
export function triggerOf(reason: string): string {
  const dashed = reason.replace(/(.)([A-Z][a-z]+)/g, '$1-$2').replace(/([a-z0-9])([A-Z])/g, '$1-$2');
  return `on-${dashed.toLowerCase()}`;
}

/** Every trigger that is ever fired. */
export const TRIGGERS: ReadonlySet<string> = new Set(Object.keys(REASONS).map(triggerOf));
