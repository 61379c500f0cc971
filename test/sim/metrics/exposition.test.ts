import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestMetrics } from '../../../src/sim/kubelet/serve/metrics.ts';
import { MAX_PAGE_LENGTH, parseExposition } from '../../../src/sim/metrics/exposition.ts';

const up = { __name__: 'up' };

// A page, its samples as labels, value and time.
const pages: readonly (readonly [string, readonly (readonly [object, number, number | null])[]])[] = [
  ['', []],
  ['# HELP up is it?\n# TYPE up gauge\n\n  \n# a comment', []],
  ['up 1', [[up, 1, null]]],
  [
    'up 1\r\nup2 2\n',
    [
      [up, 1, null],
      [{ __name__: 'up2' }, 2, null],
    ],
  ],
  ['\tup  1.5e3  ', [[up, 1500, null]]],
  ['up{} -0.5', [[up, -0.5, null]]],
  ['up 1 1395066363000', [[up, 1, 1_395_066_363_000]]],
  ['up 1 -5', [[up, 1, -5]]],
  ['up NaN', [[up, Number.NaN, null]]],
  ['up +Inf', [[up, Number.POSITIVE_INFINITY, null]]],
  ['up -Inf', [[up, Number.NEGATIVE_INFINITY, null]]],
  ['up{a="b"} 1', [[{ ...up, a: 'b' }, 1, null]]],
  ['up { a = "b" , c="d", } 1', [[{ ...up, a: 'b', c: 'd' }, 1, null]]],
  ['up{a="q\\"u\\\\o\\nte\\x{},"} 1', [[{ ...up, a: 'q"u\\o\nte\\x{},' }, 1, null]]],
  ['up{a=""} 1', [[up, 1, null]]],
  ['up{a="größe"} 1', [[{ ...up, a: 'größe' }, 1, null]]],
  ['job:rate:5m 3', [[{ __name__: 'job:rate:5m' }, 3, null]]],
];

for (const [page, samples] of pages) {
  void test(`reads ${JSON.stringify(page)}`, () => {
    const exposed = parseExposition(page);
    assert.equal(exposed.kind, 'samples');
    const read = exposed.kind === 'samples' ? exposed.samples : [];
    assert.deepEqual(
      read.map(({ labels, value, atMs }) => [labels, value, atMs]),
      samples,
    );
  });
}

// A page that is wrong, and the line that is said to be.
const wrong: readonly (readonly [string, RegExp])[] = [
  ['up', /line 1 cannot be read: "up"/],
  ['up 1\nup one', /line 2/],
  ['1up 1', /line 1/],
  ['up{a="b" 1', /line 1/],
  ['up{a=b} 1', /line 1/],
  ['up{a="b} 1', /line 1/],
  ['up{a="b"c="d"} 1', /line 1/],
  ['up{1a="b"} 1', /line 1/],
  ['up{a="b",a="c"} 1', /line 1/],
  ['up{__name__="down"} 1', /line 1/],
  ['up 1 2 3', /line 1/],
  ['up 1 1.5', /line 1/],
  ['<html>', /line 1/],
  ['x'.repeat(MAX_PAGE_LENGTH + 1), /longer than/],
  ['up 1\n'.repeat(20_001), /more than 20000 samples/],
];

for (const [page, message] of wrong) {
  void test(`refuses ${JSON.stringify(page.slice(0, 40))}`, () => {
    const exposed = parseExposition(page);
    assert.match(exposed.kind === 'error' ? exposed.message : 'no error', message);
  });
}

void test('reads what our pods say', () => {
  const metrics = requestMetrics({ pod: 'a', path: '/"x"\\\n' });
  metrics.observe(200, 0.004);
  metrics.observe(500, 20);
  const exposed = parseExposition(metrics.text());
  const samples = exposed.kind === 'samples' ? exposed.samples : [];
  assert.equal(samples.length, 16);
  assert.deepEqual(samples[0]?.labels, {
    __name__: 'http_requests_total',
    pod: 'a',
    path: '/"x"\\\n',
    code: '200',
  });
  assert.deepEqual(samples.at(-1)?.value, 2);
});
