import { isObject } from '../api/path.ts';
import type { CanaryStep } from '../api/rollout.ts';
import type { GateConfig, JobStepConfig, ProveConfig, WindowConfig } from '../api/step-plugins.ts';
import { describeStep } from '../core/rollout/life.ts';

/**
 * A step in words for people: what events call it, but for steps that ship with Sluice, and for routes,
 * of which events tell the name only. The index counts from 0.
 */
export function sayStep(step: CanaryStep, index: number): string {
  if (step.setHeaderRoute !== undefined) {
    const { name = '', match = [] } = step.setHeaderRoute;
    return match.length === 0 ? `header route ${name} ends` : `header route ${name}`;
  }
  if (step.setMirrorRoute !== undefined) {
    const { name, match = [], percentage } = step.setMirrorRoute;
    const share = percentage === undefined ? '' : `, ${percentage}% of what it matches`;
    return match.length === 0 ? `mirror route ${name} ends` : `mirror route ${name}${share}`;
  }
  const { name = '', config } = step.plugin ?? {};
  const said = PLUGINS[name]?.(isObject(config) ? config : {}, index);
  return said ?? describeStep(step);
}

type Config = Readonly<Record<string, unknown>>;

const PLUGINS: Readonly<Record<string, (config: Config, index: number) => string>> = {
  'sluice/gate': (config, index) => sayGate(config as GateConfig, index),
  'sluice/job': (config) => sayJob(config as Partial<JobStepConfig>),
  'sluice/prove': (config) => sayProof(config as ProveConfig),
  'sluice/window': (config) => sayWindow(config as Partial<WindowConfig>),
};

/** `gate qa: 2 approvals`, `gate step-3: a webhook`. */
function sayGate(config: GateConfig, index: number): string {
  const { name = `step-${index + 1}`, approvals, annotation, webhook, require } = config;
  const { required = 1 } = approvals ?? {};
  const ofPeople = required === 1 ? '1 approval' : `${required} approvals`;
  const keys = [
    ...(approvals !== undefined || (annotation === undefined && webhook === undefined) ? [ofPeople] : []),
    ...(annotation === undefined ? [] : ['an annotation']),
    ...(webhook === undefined ? [] : ['a webhook']),
  ];
  return `gate ${name}: ${keys.join(require === 'any' ? ' or ' : ' and ')}`;
}

function sayJob({ from, pointOfNoReturn }: Partial<JobStepConfig>): string {
  const what = from === undefined ? 'a Job' : `a Job of CronJob ${from.cronJob}`;
  return pointOfNoReturn === true ? `${what}, behind which nothing goes back by itself` : what;
}

/** `proof of health, at most 30m`. */
function sayProof({ max = '30m', otherwise = 'pause' }: ProveConfig): string {
  const then = { continue: ', then on all the same', abort: ', then back', pause: '' }[otherwise];
  return `proof of health, at most ${max}${then}`;
}

/** `window Mon-Thu 09:00-17:00 or Fri 09:00-12:00 (Europe/Berlin)`. */
function sayWindow({ timeZone = 'UTC', open = [] }: Partial<WindowConfig>): string {
  const hours = open.map(({ days = [], from = '00:00', to = '24:00' }) =>
    [...(days.length === 0 ? [] : [days.join(', ')]), `${from}-${to}`].join(' '),
  );
  return `window ${hours.join(' or ')} (${timeZone})`;
}
