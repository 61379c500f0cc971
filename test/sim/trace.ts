// Plays a script from a file and prints what was written to rollouts, ReplicaSets and routes: node test/sim/trace.ts FILE
import { readFileSync } from 'node:fs';
import { play } from './support/play.ts';
import type { Script } from './support/script.ts';
import { trace } from './support/trace.ts';

const [file = ''] = process.argv.slice(2);
const script = JSON.parse(readFileSync(file, 'utf8')) as Script;
const played = await play(script, (world) => trace(world, (line) => process.stdout.write(`${line}\n`)));
for (const { atMs, law, what } of played.broken) process.stdout.write(`${atMs / 1000} s ${law}: ${what}\n`);
