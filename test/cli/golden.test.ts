import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { formatInstant } from '../../src/core/time.ts';
import { ago, NOW, pod, replicaSet, rollout } from '../view/support/objects.ts';
import { LISTS, ROLLOUTS } from './support/cases.ts';
import { EXPLAINED } from './support/explained.ts';
import { harness } from './support/harness.ts';

/**
 * What the commands print, over fixed objects at a fixed time: `<case>.txt` without colours, `<case>.ansi`
 * with them (ESC written as `\e`). `UPDATE=1` rewrites both; the diff is the review.
 */
const GOLDEN = join(import.meta.dirname, '../golden/cli');

const now = formatInstant(NOW);
const cases = [
  ...ROLLOUTS.map(({ name, objects }) => ({ name: `get-${name}`, args: ['get', 'rollout', 'app'], objects })),
  ...EXPLAINED.map(({ name, objects }) => ({ name: `explain-${name}`, args: ['explain', 'app'], objects })),
  ...LISTS.map(({ name, args, objects }) => ({
    name: `list-${name}`,
    args: ['list', 'rollouts', ...args],
    objects,
  })),
];

for (const { name, args, objects } of cases) {
  void test(name, async () => {
    const plain = await harness({ objects, now }).run(...args);
    const coloured = await harness({ objects, now, env: { FORCE_COLOR: '1' } }).run(...args);
    assert.equal(plain.code, 0, plain.err);
    matchFile(`${name}.txt`, plain.out + plain.err);
    matchFile(`${name}.ansi`, (coloured.out + coloured.err).replaceAll('\x1b', '\\e'));
  });
}

void test('colour changes nothing else, and is off where it is not wanted', async () => {
  for (const { args, objects } of cases) {
    const plain = await harness({ objects, now }).run(...args);
    const terminal = { columns: 200, rows: 50 };
    const coloured = await harness({ objects, now, terminal }).run(...args);
    assert.equal(stripVTControlCharacters(coloured.out), plain.out);
    if (plain.out !== '') assert.notEqual(coloured.out, plain.out);
    const asked = await harness({ objects, now, terminal }).run(...args, '--no-color');
    const environment = await harness({ objects, now, terminal, env: { NO_COLOR: '1' } }).run(...args);
    assert.deepEqual([asked.out, environment.out], [plain.out, plain.out]);
  }
});

for (const name of ['paused-for-a-time', 'aborted-by-analysis'])
  void test(`explain ${name}, for machines`, async () => {
    const { objects = [] } = EXPLAINED.find((one) => one.name === name) ?? {};
    const { code, out, err } = await harness({ objects, now }).run('explain', 'app', '-o', 'json');
    assert.deepEqual([code, err], [0, '']);
    assert.equal(typeof JSON.parse(out), 'object');
    matchFile(`explain-${name}.json`, out);
  });

void test('there is no file without a case', () => {
  const expected = cases.flatMap(({ name }) => [`${name}.ansi`, `${name}.txt`]);
  const files = readdirSync(GOLDEN).filter(
    (file) => /\.(txt|ansi)$/.test(file) && /^(get|list|explain)-/.test(file),
  );
  assert.deepEqual(files.sort(), expected.sort());
});

function matchFile(file: string, text: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, text);
  assert.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

/** What the original printed for these objects, recorded; blanks at line ends apart. */
const RECORDED = `
Name:            app
Namespace:       shop
Status:          ✔ Healthy
Strategy:        Canary
  Step:
  SetWeight:     100
  ActualWeight:  100
Images:          demo/app:1 (stable)
Replicas:
  Desired:       1
  Current:       1
  Updated:       1
  Ready:         1
  Available:     1

NAME                             KIND        STATUS         AGE  INFO
⟳ app                            Rollout     ✔ Healthy      4s
├──# revision:5
│  └──⧉ app-5db8665cdf           ReplicaSet  ✔ Healthy      4s   stable
│     └──□ app-5db8665cdf-frm8p  Pod         ✔ Running      1s   ready:1/1
├──# revision:4
│  └──⧉ app-5bf4c6669d           ReplicaSet  • ScaledDown   4s
│     └──□ app-5bf4c6669d-gx5fm  Pod         ◌ Terminating  2s   ready:1/1
└──# revision:3
   └──⧉ app-74f754d659           ReplicaSet  • ScaledDown   3s
`;

void test('the layout is that of the original, to the letter', async () => {
  const status = { currentPodHash: '5db8665cdf', stableRS: '5db8665cdf', phase: 'Healthy' } as const;
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  const made = rollout({ ...status, ...counts }, { replicas: 1, strategy: { canary: {} } });
  const stable = replicaSet('5db8665cdf', 5, { want: 1, age: 4 });
  const containers = [{ name: 'app', image: 'demo/app:1' }];
  const objects = [
    { ...made, metadata: { ...made.metadata, creationTimestamp: ago(4) } },
    { ...stable, spec: { ...stable.spec, template: { spec: { containers } } } },
    pod('5db8665cdf', 'frm8p', { age: 1 }),
    replicaSet('5bf4c6669d', 4, { want: 0, age: 4 }),
    pod('5bf4c6669d', 'gx5fm', { age: 2, leaving: true }),
    replicaSet('74f754d659', 3, { want: 0, age: 3 }),
  ];
  const { out } = await harness({ objects, now }).run('get', 'rollout', 'app', '--no-color');
  assert.equal(out.trim(), RECORDED.trim());
});

void test('what others wrote cannot move the cursor or add lines', async () => {
  const evil = 'up\x1b[2J\x07 and\nName:  other\u009b1A';
  const status = { phase: 'Degraded', message: evil, currentPodHash: 'new', stableRS: 'new' } as const;
  const bad = pod('new', '2xk7p', { waiting: evil });
  const objects = [rollout(status), replicaSet('new', 1, { want: 5, have: 0 }), bad];
  for (const args of [
    ['get', 'rollout', 'app'],
    ['status', 'app'],
    ['list', 'rollouts'],
    ['explain', 'app'],
  ]) {
    const { out, err } = await harness({ objects, now }).run(...args);
    assert.doesNotMatch(out + err, /[^\P{Cc}\n]/u);
    assert.equal(out.split('\nName:').length, 1);
  }
});
