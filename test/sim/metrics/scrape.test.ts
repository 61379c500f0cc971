import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showLabels } from '../../../src/sim/metrics/labels.ts';
import { createScraper, type Scrape } from '../../../src/sim/metrics/scrape.ts';
import { createSeriesStore, DEFAULT_LIMITS } from '../../../src/sim/metrics/series.ts';

const target = { job: 'pods', instance: '10.0.0.1:80' };

type Step = Pick<Scrape, 'page'> | 'forget';

/** Scrapes once each second, and says what is in the store: each series with its values, `x` for an end. */
function after(steps: readonly Step[], honorLabels = false): readonly string[] {
  const store = createSeriesStore(DEFAULT_LIMITS);
  const scraper = createScraper(store, { honorLabels });
  for (const [i, step] of steps.entries()) {
    const atMs = 10_000_000 + i * 1000;
    if (step === 'forget') scraper.forget(target, atMs);
    else scraper.scrape({ target, page: step.page, atMs });
  }
  return store
    .select([], 0, 1e12)
    .map(({ labels, times, values, stale }) => {
      const shown = [...values].map((value, i) => {
        return `${stale[i] === 1 ? 'x' : value}@${((times[i] ?? 0) - 10_000_000) / 1000}`;
      });
      return [showLabels(labels), ...shown].join(' ');
    })
    .map((line) => line.replace('instance="10.0.0.1:80", job="pods"', 'T'));
}

const rows: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'a page',
    [{ page: 'a 1\nb{x="y"} 2' }],
    ['{__name__="a", T} 1@0', '{__name__="b", T, x="y"} 2@0', '{__name__="up", T} 1@0'],
  ],
  [
    'structured samples',
    [{ page: [{ labels: { __name__: 'a' }, value: 1, atMs: null }] }],
    ['{__name__="a", T} 1@0', '{__name__="up", T} 1@0'],
  ],
  [
    'a series that goes',
    [{ page: 'a 1\nb 1' }, { page: 'a 2' }],
    ['{__name__="a", T} 1@0 2@1', '{__name__="b", T} 1@0 x@1', '{__name__="up", T} 1@0 1@1'],
  ],
  [
    'a series that comes back',
    [{ page: 'a 1' }, { page: '' }, { page: '' }, { page: 'a 2' }],
    ['{__name__="a", T} 1@0 x@1 2@3', '{__name__="up", T} 1@0 1@1 1@2 1@3'],
  ],
  [
    'a target that does not answer',
    [{ page: 'a 1' }, { page: null }],
    ['{__name__="a", T} 1@0 x@1', '{__name__="up", T} 1@0 0@1'],
  ],
  [
    'a page that cannot be read',
    [{ page: 'a 1' }, { page: 'a 2\nnonsense' }],
    ['{__name__="a", T} 1@0 x@1', '{__name__="up", T} 1@0 0@1'],
  ],
  [
    'a target that is forgotten',
    [{ page: 'a 1' }, 'forget'],
    ['{__name__="a", T} 1@0 x@1', '{__name__="up", T} 1@0 x@1'],
  ],
  ['a series twice', [{ page: 'a 1\na 1' }], ['{__name__="a", T} 1@0', '{__name__="up", T} 1@0']],
  [
    'times of the page, which end nothing',
    [{ page: 'a 1 9999500' }, { page: '' }],
    ['{__name__="a", T} 1@-0.5', '{__name__="up", T} 1@0 1@1'],
  ],
  [
    'times too far ahead',
    [{ page: 'a 1 10600001\nb 1 10600000' }],
    ['{__name__="b", T} 1@600', '{__name__="up", T} 1@0'],
  ],
  [
    'labels that clash',
    [{ page: 'a{job="own",exported_job="older"} 1' }],
    ['{__name__="a", exported_exported_job="own", exported_job="older", T} 1@0', '{__name__="up", T} 1@0'],
  ],
];

for (const [name, steps, expected] of rows) {
  void test(`scrapes ${name}`, () => assert.deepEqual(after(steps), expected));
}

void test('labels of the page win where they are honored', () => {
  assert.deepEqual(after([{ page: 'a{job="own"} 1' }], true), [
    '{__name__="a", instance="10.0.0.1:80", job="own"} 1@0',
    '{__name__="up", T} 1@0',
  ]);
});

void test('says what was kept, what was refused, and why the target is down', () => {
  const scraper = createScraper(createSeriesStore(DEFAULT_LIMITS), { honorLabels: false });
  const scrape = (page: Scrape['page'], atMs: number) => scraper.scrape({ target, page, atMs });
  assert.deepEqual(scrape('a 1\na 2\nb 1', 1000), { kept: 2, refused: 1, failure: null });
  assert.deepEqual(scrape(null, 2000), { kept: 0, refused: 0, failure: 'the target did not answer' });
  assert.match(scrape('?', 3000).failure ?? '', /line 1 cannot be read/);
});
