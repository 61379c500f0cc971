import { appendFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type KubeletOptions, runKubelet } from './kubelet.ts';

const { options, logFile } = workerData as { readonly options: KubeletOptions; readonly logFile: string };

await runKubelet(options, (line) => appendFileSync(logFile, `${new Date().toISOString()} ${line}\n`));
parentPort?.postMessage('ready');
