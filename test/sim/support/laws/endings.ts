import { isDeepStrictEqual } from 'node:util';
import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import type { LocalApi } from '../../../../src/sim/api-server/api.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { canaryWeight, ownedBy, presentApp, rolloutOf, selectedBy } from '../reading.ts';
import type { App, Step } from '../script.ts';
import { failedExperiment, restlessExperiments } from './experiments.ts';
import type { Law } from './law.ts';

/** What is looked at when all has come to rest, and how it is told. */
export interface End {
  readonly api: LocalApi;
  tell(law: Law, what: string): void;
}

/** A release of which an analysis has failed is given up, unless a person wants it all the same. */
export function judgeFailed(end: End, app: App): void {
  const { name } = app;
  const { spec, status = {} } = rolloutOf(end.api, name) ?? {};
  const { canary, blueGreen, abort, promoteFull, stableRS, currentPodHash } = status;
  const verdicts = [
    canary?.currentStepAnalysisRunStatus,
    canary?.currentBackgroundAnalysisRunStatus,
    blueGreen?.prePromotionAnalysisRunStatus,
    blueGreen?.postPromotionAnalysisRunStatus,
  ];
  const failed = verdicts.find((verdict) => verdict?.status === 'Failed' || verdict?.status === 'Error');
  const isOver = stableRS === undefined || stableRS === currentPodHash || promoteFull === true;
  if (failed !== undefined && !isOver && abort !== true)
    end.tell('verdicts', `${name} goes on, and ${failed.name} is ${failed.status}`);
  const experiment = failedExperiment(end.api, app, status);
  if (experiment !== null && !isOver && abort !== true)
    end.tell('verdicts', `${name} goes on, and ${experiment}`);
  const active = selectedBy(end.api, `${name}-stable`);
  // Without a hash it is as its user applied it, and what nobody serves takes nothing back.
  const isBack = active === undefined || active === stableRS || available(end, name, stableRS ?? '') === 0;
  // A status has a part about blue-green whatever the strategy is.
  if (spec?.strategy?.blueGreen !== undefined && abort === true && !isOver && !isBack)
    end.tell('heard', `${name} is aborted, and its users see ${active}`);
}

/** What was promoted before it could be aborted has nothing to go back to. */
export function judgeAborted(end: End, drawn: App): void {
  const { api } = end;
  const rollout = rolloutOf(end.api, drawn.name);
  const { abort, abortedAt, stableRS, phase } = rollout?.status ?? {};
  if (rollout === null || abort !== true) return;
  const app = presentApp(drawn, rollout);
  const { replicas = 1 } = rollout.spec;
  const tell = (what: string) => end.tell('heard', `${app.name} is aborted, ${what}`);
  if (abortedAt === undefined || phase !== 'Degraded') tell(`and does not say so: it is ${phase}`);
  const sets = ownedBy(api, kinds.replicaSets, rollout) as readonly Manifest[] as readonly ReplicaSet[];
  const stable = sets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS);
  const most = mostAfterAbort(app, replicas, stable?.status?.availableReplicas ?? 0);
  if (app.routing !== 'none' && canaryWeight(api, app) > most)
    tell(`the canary keeps ${canaryWeight(api, app)} %`);
  if ((stable?.spec.replicas ?? 1) < replicas)
    tell(`stable has ${stable?.spec.replicas} of ${replicas} pods`);
  // What never got ready, as a version without an image, cannot take anything back.
  if ((stable?.status?.availableReplicas ?? 0) < replicas) return;
  const active = selectedBy(api, `${app.name}-stable`);
  if (app.blueGreen !== undefined && active !== stableRS) tell(`the active Service selects ${active}`);
  const isKept = { ...app.canary, ...app.blueGreen }['abortScaleDownDelaySeconds'] === 0;
  const left = sets.filter((set) => set !== stable && (set.spec.replicas ?? 1) > 0);
  if (!isKept && left.length > 0) tell(`${left[0]?.metadata.name} keeps ${left[0]?.spec.replicas} pods`);
  for (const what of restlessExperiments(api, app)) tell(what);
}

/** In the end every rollout is healthy, with the pods of its stable version and no others. */
export function judgeEnd(end: End, app: App): void {
  const { api } = end;
  const rollout = rolloutOf(end.api, app.name);
  const { phase, message, stableRS, observedGeneration } = rollout?.status ?? {};
  const tell = (what: string) => end.tell('converges', `${app.name}: ${what}`);
  if (rollout === null || phase !== 'Healthy') {
    tell(`in the end it is ${phase}: ${message}`);
    return;
  }
  if (String(rollout.metadata.generation) !== observedGeneration) tell('its status is about an older spec');
  for (const what of restlessExperiments(api, app)) tell(what);
  const sets = ownedBy(api, kinds.replicaSets, rollout) as readonly Manifest[] as readonly ReplicaSet[];
  const sizes = sets.map(({ metadata, spec, status }) => {
    const isStable = metadata.labels?.[LABEL.podTemplateHash] === stableRS;
    return [isStable, spec.replicas ?? 1, status?.availableReplicas ?? 0] as const;
  });
  const { replicas = 1 } = rollout.spec;
  const wanted = sizes.map(([isStable]) => (isStable ? replicas : 0));
  if (
    !isDeepStrictEqual(
      sizes.map(([, size]) => size),
      wanted,
    ) ||
    !isDeepStrictEqual(
      sizes.map(([, , ready]) => ready),
      wanted,
    )
  )
    tell(`its ReplicaSets are ${JSON.stringify(sizes)}`);
  if (app.routing !== 'none' && canaryWeight(api, app) !== 0)
    tell(`the canary keeps ${canaryWeight(api, app)} %`);
  const active = selectedBy(api, `${app.name}-stable`);
  if (app.blueGreen !== undefined && active !== stableRS) tell(`the active Service selects ${active}`);
  judgeMetadata(end, app, stableRS ?? '');
  const workload = api.get(kinds.deployments, { namespace: NAMESPACE, name: app.name });
  const { replicas: kept } = (workload?.['spec'] ?? {}) as { readonly replicas?: number };
  const isGiven = app.workload !== undefined && app.workload !== 'never' && replicas > 0;
  if (isGiven && kept !== 0) tell(`its Deployment keeps ${kept} pods`);
}

/** Pods that are stable show that they are, and nothing of what they were before. */
function judgeMetadata(end: End, { name, canary, blueGreen = {} }: App, hash: string): void {
  const metadata = blueGreen['activeMetadata'] ?? canary['stableMetadata'];
  const role = (metadata as { readonly labels?: { readonly role?: string } } | undefined)?.labels?.role;
  const labels = { app: name, [LABEL.podTemplateHash]: hash };
  for (const pod of end.api.list(kinds.pods, { namespace: NAMESPACE, labels })) {
    const found = pod.metadata.labels?.['role'];
    if (found !== role && pod.metadata.deletionTimestamp === undefined)
      end.tell('converges', `${pod.metadata.name} has role ${found}, not ${role}`);
  }
}

function available(end: End, name: string, hash: string): number {
  const labels = { app: name, [LABEL.podTemplateHash]: hash };
  const sets = end.api.list(kinds.replicaSets, { namespace: NAMESPACE, labels });
  const [set] = sets as readonly Manifest[] as readonly ReplicaSet[];
  return set?.status?.availableReplicas ?? 0;
}

/**
 * The weight in percent that an aborted canary may keep for good. A stable version that shrinks with its
 * weight takes back what its available pods carry, and one that never serves takes nothing.
 */
function mostAfterAbort({ canary }: App, replicas: number, available: number): number {
  if (canary['dynamicStableScale'] !== true || replicas === 0) return 0;
  return Math.max(0, Math.ceil(100 - (100 * available) / replicas));
}

/** Whether a step gives up by itself where nobody comes. */
export function isShutForGood(step: Step): boolean {
  return 'plugin' in step && JSON.stringify(step.plugin.config).includes('"onTimeout":"abort"');
}
