import type { App, Script } from '../support/script.ts';

type Need = (script: Script) => boolean;

/** What a life must have for some defects to show. */
export const NEEDS = {
  blueGreen: ofApp(isBlueGreen),
  judged: ({ apps, deeds }) =>
    apps.some((app) => app.rate > 0 && JSON.stringify(app).includes('templateName')) &&
    deeds.some(({ deed }) => deed.kind === 'image' && deed.tag.includes('errors')),
  preAnalysis: ofApp(({ blueGreen = {} }) => 'prePromotionAnalysis' in blueGreen),
  postAnalysis: ofApp(({ blueGreen = {} }) => 'postPromotionAnalysis' in blueGreen),
  autoPause: ofApp(({ blueGreen = {} }) => 'autoPromotionSeconds' in blueGreen),
  manual: ofApp(({ blueGreen = {} }) => blueGreen['autoPromotionEnabled'] === false),
  workload: ofApp(({ workload = 'never' }) => workload !== 'never'),
  dynamic: ofApp(({ canary }) => 'dynamicStableScale' in canary),
  pingPong: ofApp(({ canary }) => 'pingPong' in canary),
  routed: ofApp(({ routing, steps }) => routing !== 'none' && steps.length > 0),
  configured: ({ apps, deeds }) =>
    apps.some(({ isConfigured }) => isConfigured === true) &&
    deeds.some(({ deed }) => deed.kind === 'configure'),
  gate: ofPlugin('sluice/gate'),
  window: ofPlugin('sluice/window'),
  job: ofPlugin('sluice/job'),
  analysisStep: ofApp(({ steps }) => steps.some((step) => 'analysis' in step)),
  background: ofApp(({ canary, steps }) => 'analysis' in canary && steps.length > 0),
  restart: ({ deeds }) => deeds.some(({ deed }) => deed.kind === 'restart'),
  skips: ({ apps, deeds }) =>
    apps.some(({ routing }) => routing !== 'none') &&
    deeds.some(({ deed }) => deed.kind === 'promote' && deed.how !== 'full'),
  /** Two work at once for long. */
  contest: ({ troubles }) => troubles.some((one) => one.kind === 'second' && one.forMs >= 100_000),
} satisfies Readonly<Record<string, Need>>;

function ofApp(has: (app: App) => boolean): Need {
  return ({ apps }) => apps.some(has);
}

function ofPlugin(name: string): Need {
  return ofApp(({ steps }) => steps.some((step) => 'plugin' in step && step.plugin.name === name));
}

function isBlueGreen({ blueGreen }: App): boolean {
  return blueGreen !== undefined;
}
