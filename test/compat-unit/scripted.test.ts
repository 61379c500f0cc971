import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/shell/clock.ts';
import { listen } from '../compat/loopback.ts';
import { type Scripted, startScripted } from '../compat/scripted.ts';

let scripted: Scripted;
before(async () => {
  const metrics = {
    one: [1, 2],
    many: [[1, 'nan']],
    scalar: [{ scalar: 2.5 }],
    bad: ['error400'],
    down: ['error500'],
  };
  const web = { '/json': [{ ok: true }, 'text'], '/busy': [{ status: 503, body: { a: 1 } }] };
  scripted = await startScripted({ metrics, web }, { clock: systemClock, host: listen });
});
after(() => scripted.stop());

async function query(name: string, method = 'GET'): Promise<{ status: number; body: string }> {
  const form = new URLSearchParams({ query: name });
  const url = `${scripted.metricsUrl}/api/v1/query`;
  const answer = await (method === 'GET'
    ? fetch(`${url}?${form.toString()}`)
    : fetch(url, { method, body: form }));
  return { status: answer.status, body: await answer.text() };
}

/** The values of a successful answer, as texts. */
async function values(name: string, method = 'GET'): Promise<unknown> {
  const { data } = JSON.parse((await query(name, method)).body) as { data: { result: unknown } };
  const result = data.result as readonly unknown[];
  return result.map((sample) =>
    typeof sample === 'object' ? (sample as { value: [number, string] }).value[1] : sample,
  );
}

void test('answers come one after the other, the last one again and again', async () => {
  assert.deepEqual(
    [await values('one'), await values('one', 'POST'), await values('one')],
    [['1'], ['2'], ['2']],
  );
});

void test('a list is a vector, an unknown query an empty one', async () => {
  assert.deepEqual([await values('many'), await values('unknown')], [['1', 'NaN'], []]);
});

void test('a scalar is a scalar', async () => {
  assert.match((await query('scalar')).body, /"resultType":"scalar","result":\[[\d.]+,"2.5"\]/);
});

void test('errors are errors', async () => {
  assert.equal((await query('down')).status, 500);
  assert.deepEqual(await query('bad'), {
    status: 400,
    body: '{"status":"error","errorType":"bad_data","error":"scripted failure"}',
  });
});

void test('new answers begin from their first', async () => {
  scripted.replace('metrics', { many: [7, 8] });
  assert.deepEqual([await values('many'), await values('many')], [['7'], ['8']]);
});

void test('web answers by path, with their status', async () => {
  const get = async (path: string): Promise<readonly [number, string]> => {
    const answer = await fetch(scripted.webUrl + path);
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await get('/json?x=1'), [200, '{"ok":true}']);
  assert.deepEqual(await get('/json'), [200, 'text']);
  assert.deepEqual(await get('/busy'), [503, '{"a":1}']);
  assert.deepEqual((await get('/missing'))[0], 404);
});

void test('what was asked is kept', () => {
  const asked = scripted.served.map((one) => `${one.server} ${one.asked}`);
  assert.ok(asked.includes('web GET /json?x=1') && asked.includes('metrics unknown'), asked.join());
});
