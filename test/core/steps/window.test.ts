import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowConfig } from '../../../src/api/step-plugins.ts';
import { isOpen, nextOpening, openingOf } from '../../../src/core/steps/opening.ts';

/** Windows: times of day in a zone, and the instants in UTC at which they open. */

const office: WindowConfig = {
  timeZone: 'Europe/Berlin',
  open: [{ days: ['Mon-Thu'], from: '09:00', to: '16:30' }],
  closed: ['2026-12-24/2027-01-01'],
};

function row(name: string, config: WindowConfig, at: string, opens: string): void {
  void test(name, () => {
    const now = Date.parse(at);
    const next = nextOpening(config, now);
    assert.equal(next === null ? null : new Date(next).toISOString().replace('.000', ''), opens);
    assert.equal(isOpen(config, now), opens === at);
    if (next !== null) assert.ok(isOpen(config, next));
    if (next !== null && next > now) assert.ok(!isOpen(config, next - 1000));
  });
}

// In November Berlin is an hour ahead of UTC, in summer two.
row('open', office, '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z');
row('a minute before', office, '2026-11-23T07:59:00Z', '2026-11-23T08:00:00Z');
row('open until the last minute', office, '2026-11-23T15:29:59Z', '2026-11-23T15:29:59Z');
row('then until the next day', office, '2026-11-23T15:30:00Z', '2026-11-24T08:00:00Z');
row('over the weekend', office, '2026-11-26T15:30:00Z', '2026-11-30T08:00:00Z');
row('in summer an hour earlier', office, '2026-07-03T12:00:00Z', '2026-07-06T07:00:00Z');
row('over holidays and the rest of their week', office, '2026-12-23T16:00:00Z', '2027-01-04T08:00:00Z');

const always: WindowConfig = { open: [{}] };
row('every day, the whole day, in UTC', always, '2026-11-21T23:59:59Z', '2026-11-21T23:59:59Z');
row(
  'but on closed days',
  { ...always, closed: ['2026-11-21'] },
  '2026-11-21T10:00:00Z',
  '2026-11-22T00:00:00Z',
);

const night: WindowConfig = { open: [{ days: ['Fri'], from: '22:00', to: '06:00' }] };
row(
  'over midnight it counts to the day on which it began',
  night,
  '2026-11-21T05:59:00Z',
  '2026-11-21T05:59:00Z',
);
row('and no longer', night, '2026-11-21T06:00:00Z', '2026-11-27T22:00:00Z');
row(
  'a night that begins on a closed day',
  { ...night, closed: ['2026-11-20'] },
  '2026-11-21T01:00:00Z',
  '2026-11-27T22:00:00Z',
);
row(
  'a night that ends on a closed day',
  { ...night, closed: ['2026-11-21'] },
  '2026-11-21T01:00:00Z',
  '2026-11-27T22:00:00Z',
);
const nights: WindowConfig = { open: [{ from: '22:00', to: '06:00' }], closed: ['2026-11-21'] };
row('closed until the evening after', nights, '2026-11-21T01:00:00Z', '2026-11-22T22:00:00Z');

const week: WindowConfig = { open: [{ days: ['Sat-Mon'], from: '08:00', to: '09:00' }, { days: ['Wed'] }] };
row('days around the end of the week', week, '2026-11-20T12:00:00Z', '2026-11-21T08:00:00Z');
row('the earliest of several', week, '2026-11-23T09:00:00Z', '2026-11-25T00:00:00Z');
row(
  'the same hour as long as possible',
  { open: [{ from: '08:00', to: '08:00' }] },
  '2026-11-21T07:00:00Z',
  '2026-11-21T07:00:00Z',
);

// On 29 March 2026 clocks in Berlin jump from 02:00 to 03:00 (01:00 UTC), on 25 October from 03:00 to 02:00.
const berlin = (from: string, to: string): WindowConfig => ({
  timeZone: 'Europe/Berlin',
  open: [{ from, to }],
});
row(
  'summer begins: hours that are left out',
  berlin('02:15', '02:45'),
  '2026-03-29T00:00:00Z',
  '2026-03-30T00:15:00Z',
);
row(
  'a window that begins in them opens after the jump',
  berlin('02:30', '05:00'),
  '2026-03-29T00:30:00Z',
  '2026-03-29T01:00:00Z',
);
row(
  'one that ends in them ends at the jump',
  berlin('01:00', '02:30'),
  '2026-03-29T01:00:00Z',
  '2026-03-29T23:00:00Z',
);
row(
  'summer ends: the hour that comes twice',
  berlin('02:30', '02:45'),
  '2026-10-25T00:00:00Z',
  '2026-10-25T00:30:00Z',
);
row('is open twice', berlin('02:30', '02:45'), '2026-10-25T00:45:00Z', '2026-10-25T01:30:00Z');
row('and is over then', berlin('02:30', '02:45'), '2026-10-25T01:45:00Z', '2026-10-26T01:30:00Z');
row('through both', berlin('02:30', '04:00'), '2026-10-25T01:10:00Z', '2026-10-25T01:30:00Z');
row(
  'midnight in Santiago that is left out',
  { timeZone: 'America/Santiago', open: [{ days: ['Sun'] }] },
  '2026-09-05T12:00:00Z',
  '2026-09-06T04:00:00Z',
);
row(
  'half an hour in Lord Howe',
  { timeZone: 'Australia/Lord_Howe', open: [{ from: '02:00', to: '02:45' }] },
  '2026-10-03T15:00:00Z',
  '2026-10-03T15:30:00Z',
);
row(
  'east of UTC it is tomorrow already',
  { timeZone: 'Pacific/Kiritimati', open: [{ days: ['Sun'] }] },
  '2026-11-21T12:00:00Z',
  '2026-11-21T12:00:00Z',
);

void test('a window that never opens', () => {
  const config: WindowConfig = { open: [{}], closed: ['2026-01-01/2099-12-31'] };
  assert.equal(nextOpening(config, Date.parse('2026-11-21T00:00:00Z')), null);
});

void test('of something that is no window nothing is known', () => {
  const broken = [undefined, null, 7, {}, { open: [{}], timeZone: 'Europe/Atlantis' }, { open: 'Mon' }];
  assert.deepEqual(
    broken.map((config) => openingOf(config, 0)),
    broken.map(() => null),
  );
});
