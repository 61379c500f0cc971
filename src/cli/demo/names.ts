/** Which traffic router the demo shows. */
export type RouterName = 'nginx' | 'gateway';

/** How versions follow one another. */
export type StrategyName = 'canary' | 'blueGreen';

/** The application, for which nearly everything is named. */
export const APP = 'shop';
/** Where the rollout and all that belongs to it live. */
export const NAMESPACE = 'default';
/** The host that users ask for. */
export const HOST = 'shop.example.com';
/** The host that testers ask for, who look at a preview. */
export const PREVIEW_HOST = 'preview.shop.example.com';
/** Port of the application in its pods. */
export const PORT = 8080;
/** The Slack channel that is told. */
export const CHANNEL = 'releases';
