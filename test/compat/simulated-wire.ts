import type { Process } from '../../src/sim/process.ts';
import { refusal, tellEvents, type Wire } from '../cluster/bed/client.ts';

/** The test client's way to the simulated API server, through the network of a simulated process. */
export function wireOf({ wire }: Process): Wire {
  return {
    async send<T>(method: string, path: string, body?: unknown, type = 'application/json') {
      const headers = { accept: 'application/json', 'content-type': type };
      const sent = body === undefined ? null : JSON.stringify(body);
      const answer = await wire.request({ method, path, headers, body: sent });
      const text = await textOf(answer.body);
      if (answer.statusCode >= 400) throw refusal(answer.statusCode, text, `${method} ${path}`);
      return JSON.parse(text) as T;
    },
    follow(path, onEvent) {
      const stop = new AbortController();
      const read = async (): Promise<void> => {
        const headers = { accept: 'application/json' };
        const answer = await wire.request({ method: 'GET', path, headers, signal: stop.signal });
        if (answer.statusCode < 400) return tellEvents(answer.body, onEvent);
        throw refusal(answer.statusCode, await textOf(answer.body), `watch ${path}`);
      };
      return { done: read().catch(() => {}), stop: () => stop.abort() };
    },
    close: () => Promise.resolve(wire.close()),
  };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
