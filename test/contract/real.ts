import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import type { Bed } from '../cluster/bed/bed.ts';
import type { Answer, Opened, Request, Subject } from './subject.ts';

/** The real one, and the end of its connections. */
export type RealSubject = Subject & { close(): Promise<void> };

/** The API server of a test bed. kubectl keeps what it learns of it in the folder of the bed. */
export function realSubject(
  bed: Pick<Bed, 'server' | 'caFile' | 'tokens' | 'kubeconfig' | 'folder'>,
): RealSubject {
  const connect = { ca: readFileSync(bed.caFile, 'utf8') };
  const calls = new Agent({ connect, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const watches = new Agent({ connect, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const authorization = `Bearer ${bed.tokens.admin}`;
  const ask = ({ method, path, headers, body }: Request, dispatcher: Agent) =>
    request(bed.server + path, {
      method: method as Dispatcher.HttpMethod,
      dispatcher,
      headers: { ...headers, authorization },
      body,
    });
  return {
    send: async (asked): Promise<Answer> => {
      const { statusCode, headers, body } = await ask(asked, calls);
      return { code: statusCode, headers: single(headers), text: await body.text() };
    },
    open: async (asked): Promise<Opened> => {
      const { statusCode, headers, body } = await ask(asked, watches);
      const lines: string[] = [];
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      void readLines(body, lines).then(end, end);
      return {
        code: statusCode,
        headers: single(headers),
        lines,
        isOver: () => isOver,
        cancel: () => body.destroy(),
      };
    },
    pass: (milliseconds) => pause(milliseconds),
    now: () => Date.now(),
    kubectl: ['--kubeconfig', bed.kubeconfig('admin'), '--cache-dir', join(bed.folder, 'kubectl')],
    close: async () => {
      await Promise.all([calls.destroy(), watches.destroy()]);
    },
  };
}

function single(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  ) as Record<string, string | undefined>;
}

async function readLines(body: AsyncIterable<unknown>, lines: string[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk as Buffer, { stream: true });
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  }
}
