import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import type { KubeletOptions } from './kubelet.ts';

/** The running fake kubelet of a bed. */
export interface FakeKubelet {
  /** Ends it: pods stay as they are, their servers are gone. */
  stop(): Promise<void>;
}

/**
 * Starts the fake kubelet in a thread of its own, so that pods keep their times whatever the test does. Its
 * faults go to `logFile`. Throws when traffic is wanted and pod addresses cannot be bound.
 */
export async function startKubelet(
  options: KubeletOptions & { readonly logFile: string },
): Promise<FakeKubelet> {
  if (options.traffic && !(await canBindPodAddresses())) {
    throw new Error(
      'test bed: pods with traffic need a network namespace in which all of 10.0.0.0/8 is local; ' +
        'run the test by "node test/run.ts cluster FILE", which makes one',
    );
  }
  const { logFile, ...rest } = options;
  writeFileSync(logFile, '');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { options: rest, logFile },
  });
  const started = Promise.withResolvers<void>();
  worker.once('message', () => started.resolve());
  worker.on('error', (error) => {
    started.reject(error);
    process.stderr.write(`test bed: the fake kubelet has ended: ${String(error)}\n`);
  });
  await started.promise;
  worker.unref();
  return {
    stop: async () => {
      worker.ref();
      await worker.terminate();
    },
  };
}

/** True in a network namespace in which pod addresses are local. */
export function canBindPodAddresses(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '10.255.255.2', () => server.close(() => resolve(true)));
  });
}
