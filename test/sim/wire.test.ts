import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiAnswer, Stream } from '../../src/sim/api-server/http.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { type Fault, PlannedWeather, type Strike } from '../../src/sim/faults.ts';
import { Life } from '../../src/sim/life.ts';
import { Random } from '../../src/sim/random.ts';
import { Wire } from '../../src/sim/wire.ts';

/** A wire to a server that counts writes and answers with their number, and a watch that is fed by hand. */
function wired(faults: readonly Fault[] = []) {
  const clock = new VirtualClock(0);
  const life = new Life(clock);
  const strikes: Strike[] = [];
  const weather = new PlannedWeather(faults, (strike) => strikes.push(strike));
  const handled: string[] = [];
  let feed: (line: string) => void = () => {};
  const stream: Stream = {
    onLine: (listener) => {
      feed = listener;
    },
    onEnd: () => {},
    cancel: () => handled.push('cancelled'),
  };
  const handle = ({ method, path }: { method: string; path: string }): ApiAnswer => {
    handled.push(`${method} ${path}`);
    const body = path.includes('watch=') ? stream : `answer ${handled.length}`;
    return { status: 200, headers: {}, body };
  };
  const ended: string[] = [];
  const onCrash = () => {
    life.end();
    ended.push(`crash after ${handled.length}`);
  };
  const wire = new Wire({ server: { handle }, clock, life, random: new Random('w'), weather, onCrash });
  const ask = async (method: string, path: string, signal?: AbortSignal) => {
    const heard = await wire.request({ method, path, signal });
    let text = '';
    for await (const chunk of heard.body) text += Buffer.from(chunk).toString();
    return `${heard.statusCode} ${text}`;
  };
  return { clock, wire, weather, strikes, handled, ended, ask, feed: (line: string) => feed(line) };
}

/** What becomes of a promise in so much time: its value, its error, or nothing. */
async function outcome(clock: VirtualClock, promise: Promise<string>, withinMs = 100): Promise<string> {
  let told = 'nothing';
  promise.then(
    (value) => (told = value),
    (error: unknown) => (told = String(error)),
  );
  await clock.run(clock.elapsed() + withinMs);
  return told;
}

const PATH = '/apis/apps/v1/namespaces/a/replicasets/b';
const write = (kind: (Fault & { at: 'write' })['kind'], nth = 0): Fault => ({ at: 'write', nth, kind });

const rows: readonly (readonly [string, readonly Fault[], string, number, readonly string[]])[] = [
  ['well', [], '200 answer 1', 1, []],
  ['lost', [write('lost')], 'Error: the connection was lost', 0, []],
  ['unheard: it was done, nothing is heard', [write('unheard')], 'nothing', 1, []],
  ['a crash before it has left', [write('crash-before')], 'nothing', 0, ['crash after 0']],
  ['a crash after it was done', [write('crash-after')], 'nothing', 1, ['crash after 1']],
  ['late', [write('late')], 'nothing', 0, []],
  ['the second write is not struck by the fault of the first', [write('lost', 1)], '200 answer 1', 1, []],
];

for (const [name, faults, heard, done, ended] of rows)
  void test(`a write: ${name}`, async () => {
    const world = wired(faults);
    assert.equal(await outcome(world.clock, world.ask('PATCH', PATH)), heard);
    assert.deepEqual([world.handled.length, world.ended], [done, ended]);
  });

for (const [kind, status] of [
  ['conflict', 409],
  ['throttled', 429],
  ['error', 500],
] as const)
  void test(`a write: ${kind} is answered in the server's place`, async () => {
    const { clock, ask, handled, strikes } = wired([write(kind)]);
    const heard = await outcome(clock, ask('PATCH', `${PATH}/status`));
    assert.match(heard, new RegExp(`^${status} .*"kind":"Status"`));
    assert.deepEqual([handled, strikes.map(({ what }) => what)], [[], ['patch replicasets/status']]);
  });

void test('a late write arrives even if its sender is gone', async () => {
  const { clock, ask, handled, wire } = wired([{ at: 'write', nth: 0, kind: 'late', lateMs: 5_000 }]);
  void ask('PATCH', PATH);
  await clock.run(1_000);
  wire.close();
  assert.deepEqual(handled, []);
  await clock.run(6_000);
  assert.deepEqual(handled, [`PATCH ${PATH}`]);
});

void test('Leases and Events are neither counted nor struck', async () => {
  const { clock, ask } = wired([write('lost')]);
  const path = '/apis/coordination.k8s.io/v1/namespaces/a/leases/b';
  assert.equal(await outcome(clock, ask('PUT', path)), '200 answer 1');
  assert.equal(await outcome(clock, ask('PATCH', PATH)), 'Error: the connection was lost');
});

void test('lines of a watch keep their order; one is missed, one comes twice, one is late', async () => {
  const line = (nth: number, kind: 'missed' | 'twice' | 'late'): Fault => ({ at: 'line', nth, kind });
  const world = wired([line(1, 'missed'), line(2, 'twice'), line(3, 'late')]);
  const { clock, wire, feed } = world;
  const heard: string[] = [];
  const read = async () => {
    const { body } = await wire.request({ method: 'GET', path: `${PATH}?watch=true` });
    for await (const chunk of body)
      heard.push(`${Buffer.from(chunk).toString().trim()} @${clock.elapsed() > 1_000}`);
  };
  void read();
  await clock.run(10);
  for (const name of ['a', 'b', 'c', 'd', 'e']) feed(`${name}\n`);
  await clock.run(20_000);
  assert.deepEqual(heard.join(' ').replaceAll('\n', ''), 'a @false c @false c @false d @true e @true');
  world.weather.heal();
});

void test('who has gone away is not written to', async () => {
  const { clock, ask, handled } = wired();
  const gone = new AbortController();
  const reading = ask('GET', `${PATH}?watch=true`, gone.signal);
  await clock.run(50);
  gone.abort();
  assert.equal(await outcome(clock, reading), 'AbortError: aborted');
  assert.equal(handled.at(-1), 'cancelled');
});
