export { analysisSpecIssues, validateAnalysis } from './analysis.ts';
export { experimentPodIssues, validateExperiment } from './experiment.ts';
export { notSupportedYet } from './not-supported-yet.ts';
export { podTemplateIssues, podTemplateWarnings } from './pod-template.ts';
export { validateRollout } from './rollout.ts';
export { rolloutWarnings } from './warnings.ts';
