import { type Resource, resources } from '../../api/resources.ts';
import { Refusal } from '../refusal.ts';
import { kinds } from './kinds.ts';

/** What is to be migrated. */
export interface Target {
  readonly kind: 'deployment' | 'rollout' | 'canary';
  readonly name: string;
}

const NAMES: Readonly<Record<Target['kind'], readonly string[]>> = {
  deployment: ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  rollout: ['rollout', 'rollouts', 'ro', 'rollout.argoproj.io', 'rollouts.argoproj.io'],
  canary: ['canary', 'canaries', 'canary.flagger.app', 'canaries.flagger.app'],
};

/** Reads `deployment/shop`, `ro/shop`, `canary/shop`. Throws a Refusal where it is none of these. */
export function targetOf(text: string): Target {
  const slash = text.indexOf('/');
  const [noun, name] = [text.slice(0, slash).toLowerCase(), text.slice(slash + 1)];
  const kind = (Object.keys(NAMES) as Target['kind'][]).find((one) => NAMES[one].includes(noun));
  if (slash < 1 || name === '' || kind === undefined || name.includes('/'))
    throw new Refusal(`${text}: say deployment/NAME, rollout/NAME or canary/NAME`);
  return { kind, name };
}

/** What may be typed for a target, as the user has begun it. */
export const TARGET_NOUNS = ['deployment', 'rollout', 'canary'] as const;

/** Where objects of a target's kind live. */
export function resourceOf(kind: Target['kind']): Resource {
  return { deployment: resources.deployments, rollout: resources.rollouts, canary: kinds.canaries }[kind];
}
