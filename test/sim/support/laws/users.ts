import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import { isUsers, type Rule } from '../reading.ts';

/** Labels and annotations that the controller writes, as of the API and of the plugin for Gateway API. */
const OURS = /^sluice\.dev\/|managed-by-rollouts$|\/canary|\/gatewayapi-(canary|active-rollouts)$/;

/** What of an object is not the controller's to write. */
export function usersPart(object: Manifest): unknown {
  const { metadata, ...rest } = object;
  const { annotations = {}, labels = {} } = metadata;
  const ofUsers = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).filter(([key]) => !OURS.test(key));
  const plain = JSON.parse(JSON.stringify(rest)) as { spec?: Record<string, unknown> };
  if (object.kind === 'Service')
    delete ((plain.spec?.['selector'] ?? {}) as Record<string, unknown>)[LABEL.podTemplateHash];
  if (object.kind === 'HTTPRoute') {
    // Shares of experiments are ours, whole backends of them.
    const rules = ((plain.spec?.['rules'] ?? []) as readonly Rule[]).filter(isUsers).map((rule) => ({
      ...rule,
      backendRefs: (rule.backendRefs ?? []).filter(({ name }) => !isExperiments(name)),
    }));
    for (const backend of backendsIn(rules))
      if (/-(stable|canary)$/.test(String(backend['name']))) {
        delete backend['weight'];
        delete backend['filters'];
      }
    plain.spec = { ...plain.spec, rules };
  }
  const { status: _, ...kept } = plain as Record<string, unknown>;
  return { annotations: ofUsers(annotations), labels: ofUsers(labels), ...kept };
}

/** The Service of a template, `<rollout>-<hash>-<revision>-<step>-<template>`, or of a run's fresh copy. */
function isExperiments(service: string): boolean {
  return /-\d+-\d+(-\d+)?-trial$|-baseline-baseline$/.test(service);
}

function backendsIn(rules: readonly Rule[]): readonly Record<string, unknown>[] {
  return rules.flatMap((rule) => (rule.backendRefs ?? []) as unknown as readonly Record<string, unknown>[]);
}
