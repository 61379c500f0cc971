// Run by cancel.test.ts in a process of its own, as a mistake would hang it: a write is begun and cancelled in
// one turn of the event loop, and a request after it on the same connection must be answered.
import { resources } from '../../../src/api/resources.ts';
import { bench } from './bench.ts';

const { client } = await bench(() => ({ body: { metadata: { name: 'a' } } }));
const a = { namespace: 'n', name: 'a' };
await client.get(resources.leases, a);
const cancel = new AbortController();
const told = Promise.withResolvers<string>();
setTimeout(() => {
  const update = client.update(resources.leases, a, { metadata: { name: 'a' } }, { signal: cancel.signal });
  update.then(
    () => told.resolve('answered'),
    (failure: unknown) => told.resolve(String(failure)),
  );
}, 10);
setTimeout(() => cancel.abort(), 11);
// Both timers are due in the same turn.
for (const until = performance.now() + 50; performance.now() < until; );
process.stdout.write(`${await told.promise}\n`);
await client.get(resources.leases, a);
process.stdout.write('and the next one was answered\n');
process.exit(0);
