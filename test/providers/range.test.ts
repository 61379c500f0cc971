import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrometheusRange } from '../../src/api/providers.ts';
import { rangeOf } from '../../src/providers/prometheus-range.ts';
import { now } from './support/ask.ts';

const whole = { start: 'now() - duration("1h")', end: 'now()', step: '1m' };

// The range, then start and end in seconds from now and the step; or what is wrong.
const rows: readonly (readonly [PrometheusRange, string])[] = [
  [whole, '-3600 0 60'],
  [{ ...whole, start: 'now() - duration("5m30s")' }, '-330 0 60'],
  [{ ...whole, end: 'now() + duration("1m")' }, '-3600 60 60'],
  [{ ...whole, start: 'date("2026-11-21T07:59:00Z")' }, '-60.25 0 60'],
  [{ ...whole, step: '1m30s' }, '-3600 0 90'],
  [{ ...whole, step: '500ms' }, '-3600 0 0.5'],
  [{}, 'rangeQuery.start: "": unexpected token EOF'],
  [{ ...whole, end: '' }, 'rangeQuery.end: "": unexpected token EOF'],
  [{ ...whole, start: 'later()' }, 'rangeQuery.start: "later()": unknown name later'],
  [{ ...whole, start: '5' }, 'rangeQuery.start: "5": expected a time, but got int'],
  [
    { ...whole, end: 'duration("1h")' },
    'rangeQuery.end: "duration("1h")": expected a time, but got time.Duration',
  ],
  [{ ...whole, step: '' }, 'rangeQuery.step: "" is not a duration above zero'],
  [{ ...whole, step: '60' }, 'rangeQuery.step: "60" is not a duration above zero'],
  [{ ...whole, step: '0s' }, 'rangeQuery.step: "0s" is not a duration above zero'],
  [{ ...whole, step: '-1m' }, 'rangeQuery.step: "-1m" is not a duration above zero'],
];

for (const [range, want] of rows) {
  void test(`the range ${JSON.stringify(range)}`, () => {
    const got = rangeOf(range, now);
    if (got.kind === 'error') assert.equal(got.message, want);
    else assert.equal(`${(got.start - now) / 1000} ${(got.end - now) / 1000} ${got.stepSeconds}`, want);
  });
}
