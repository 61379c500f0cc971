import type { Issue } from '../meta.ts';
import type { BlueGreenStrategy, CanaryStrategy, Rollout, RolloutSpec, Strategy } from '../rollout.ts';
import { checkShape, withoutNulls } from '../shape.ts';
import { when } from './issue.ts';
import { podTemplateWarnings } from './pod-template.ts';

const SCALE_DOWN: readonly (string | undefined)[] = [undefined, '', 'never', 'onsuccess', 'progressively'];

/**
 * What a Rollout asks for and will not get, in the order of the spec. It is followed all the same, as by the
 * original. Nothing of a Rollout of a wrong shape.
 */
export function rolloutWarnings(rollout: Rollout): readonly Issue[] {
  if (checkShape(rollout).wrong.length > 0) return [];
  const { spec } = withoutNulls(rollout);
  return [
    ...(spec.template === undefined ? [] : podTemplateWarnings('spec.template', spec.template)),
    ...scaleDownWarnings(spec),
    ...strategyWarnings(spec.strategy ?? {}),
  ];
}

function scaleDownWarnings({ workloadRef }: RolloutSpec): readonly Issue[] {
  const word: string | undefined = workloadRef?.scaleDown;
  const path = 'spec.workloadRef.scaleDown';
  const message = `${JSON.stringify(word)} is none of never, onsuccess and progressively, and counts as never`;
  return when(!SCALE_DOWN.includes(word), { path, message });
}

/** With both strategies neither is looked at. */
function strategyWarnings({ canary, blueGreen }: Strategy): readonly Issue[] {
  if (canary !== undefined && blueGreen !== undefined) return [];
  if (canary !== undefined) return canaryWarnings(canary);
  return blueGreen === undefined ? [] : blueGreenWarnings(blueGreen);
}

function canaryWarnings(canary: CanaryStrategy): readonly Issue[] {
  if (canary.trafficRouting !== undefined) return [];
  const fields = ['abortScaleDownDelaySeconds', 'minPodsPerReplicaSet'] as const;
  return fields.flatMap((field) =>
    when(canary[field] !== undefined, {
      path: `spec.strategy.canary.${field}`,
      message: 'has no effect without trafficRouting',
    }),
  );
}

function blueGreenWarnings(blueGreen: BlueGreenStrategy): readonly Issue[] {
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0 } = blueGreen;
  return when(!autoPromotionEnabled && autoPromotionSeconds > 0, {
    path: 'spec.strategy.blueGreen.autoPromotionSeconds',
    message: 'has no effect while autoPromotionEnabled is false',
  });
}
