import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CanaryStep } from '../../src/api/rollout.ts';
import { sayStep } from '../../src/view/steps.ts';

/** Steps in words for people; events call those of the original as it does. */
const plugin = (name: string, config: object): CanaryStep => ({ plugin: { name, config: config as never } });
const header = [{ headerName: 'x', headerValue: { exact: 'y' } }];

const rows: readonly (readonly [step: CanaryStep, says: string])[] = [
  [{ setWeight: 20 }, 'setWeight: 20'],
  [{ pause: {} }, 'pause'],
  [{ setHeaderRoute: { name: 'testers', match: header } }, 'header route testers'],
  [{ setHeaderRoute: { name: 'testers' } }, 'header route testers ends'],
  [
    { setMirrorRoute: { name: 'shadow', percentage: 10, match: [{ method: { exact: 'GET' } }] } },
    'mirror route shadow, 10% of what it matches',
  ],
  [{ setMirrorRoute: { name: 'shadow' } }, 'mirror route shadow ends'],
  [plugin('sluice/gate', {}), 'gate step-3: 1 approval'],
  [plugin('sluice/gate', { name: 'qa', approvals: { required: 2 } }), 'gate qa: 2 approvals'],
  [plugin('sluice/gate', { name: 'ci', webhook: {} }), 'gate ci: a webhook'],
  [
    plugin('sluice/gate', { name: 'all', approvals: {}, annotation: 'a', webhook: {} }),
    'gate all: 1 approval and an annotation and a webhook',
  ],
  [
    plugin('sluice/gate', { name: 'any', annotation: 'a', webhook: {}, require: 'any' }),
    'gate any: an annotation or a webhook',
  ],
  [plugin('sluice/job', { template: {} }), 'a Job'],
  [
    plugin('sluice/job', { from: { cronJob: 'nightly' }, pointOfNoReturn: true }),
    'a Job of CronJob nightly, behind which nothing goes back by itself',
  ],
  [
    plugin('sluice/window', {
      timeZone: 'Europe/Berlin',
      open: [{ days: ['Mon-Thu', 'Sat'], from: '09:00', to: '16:30' }, { to: '06:00' }],
    }),
    'window Mon-Thu, Sat 09:00-16:30 or 00:00-06:00 (Europe/Berlin)',
  ],
  [plugin('sluice/prove', {}), 'proof of health, at most 30m'],
  [
    plugin('sluice/prove', { max: '1h', otherwise: 'continue' }),
    'proof of health, at most 1h, then on all the same',
  ],
  [plugin('team/own', {}), 'plugin: team/own'],
  [{ plugin: { name: 'sluice/gate' } }, 'gate step-3: 1 approval'],
];

for (const [step, says] of rows) void test(`a step: ${says}`, () => assert.equal(sayStep(step, 2), says));
