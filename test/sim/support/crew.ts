import { Worker } from 'node:worker_threads';
import type { Told } from './worker.ts';

/**
 * Plays seeds in as many threads as asked for, and tells of each as it comes, in no order. Ends early where
 * `onTold` says false. A thread that dies tells of its seed as a crash.
 */
export async function playAll(
  seeds: readonly string[],
  threads: number,
  onTold: (told: Told) => boolean,
): Promise<void> {
  const waiting = seeds[Symbol.iterator]();
  let goesOn = true;
  const one = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let next = waiting.next(); goesOn && next.done !== true; next = waiting.next()) {
        const told = await ask(worker, next.value);
        goesOn = goesOn && onTold(told);
        if (told.crash !== null) return await one();
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, seeds.length)) }, one));
}

function ask(worker: Worker, seed: string): Promise<Told> {
  return new Promise((resolve) => {
    const finish = (told: Told): void => {
      worker.off('message', finish).off('error', broke).off('exit', ended);
      resolve(told);
    };
    const crashed = (crash: string): void => finish({ seed, played: null, crash });
    const broke = (error: unknown): void =>
      crashed(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const ended = (code: number): void => crashed(`the thread ended with ${code}`);
    worker.on('message', finish).on('error', broke).on('exit', ended);
    worker.postMessage(seed);
  });
}
