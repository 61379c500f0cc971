import type { Manifest } from '../../../src/api/meta.ts';
import type { RolloutLine } from './story.ts';

/** What the copies of `side-by-side` carry, so that testers can ask them. */
export const TRIED = { tried: 'yes' };

/** True where an analysis of a rollout makes copies of both versions. */
export function isTried({ words }: RolloutLine): boolean {
  return words.some((phrase) => phrase.endsWith(' by side-by-side'));
}

/** A pod of each version, both fresh, for a minute; that of the new one is judged by `errors`. */
export function sideBySide(): Manifest {
  const copy = (name: string, specRef: string) => ({ name, specRef, metadata: { labels: TRIED } });
  const args = [{ name: 'hash', value: '{{templates.trial.podTemplateHash}}' }];
  const config = {
    duration: '1m',
    scaleDownDelaySeconds: 10,
    templates: [copy('baseline', 'stable'), copy('trial', 'canary')],
    analyses: [{ name: 'errors', templateName: 'errors', args }],
  };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'side-by-side', namespace: 'default' },
    spec: { metrics: [{ name: 'side-by-side', provider: { plugin: { 'sluice/experiment': config } } }] },
  };
}
