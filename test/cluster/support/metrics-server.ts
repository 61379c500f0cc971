import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one query of Prometheus' HTTP API. */
export type Reply = (response: ServerResponse) => void;

/** A server that answers like Prometheus, or like something that only claims to be it. */
export interface MetricsServer {
  readonly url: string;
  /** What a query gets from now on. Queries without an answer get an empty vector. */
  answer(query: string, reply: Reply): void;
  /** Every query so far. */
  asked(): readonly string[];
  close(): Promise<void>;
}

/** Starts the server on a loopback port. */
export async function startMetricsServer(): Promise<MetricsServer> {
  const replies = new Map<string, Reply>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void queryOf(request).then((query) => {
      asked.push(query);
      (replies.get(query) ?? vector([]))(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (query, reply) => {
      replies.set(query, reply);
    },
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A vector with these values, as Prometheus prints numbers. */
export function vector(values: readonly (number | string)[]): Reply {
  const result = values.map((value, i) => ({ metric: { i: `${i}` }, value: [1_700_000_000, `${value}`] }));
  return text(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
}

/** Any body. */
export function text(body: string, contentType = 'application/json', status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType }).end(body);
  };
}

/** No answer, ever. */
export const silence: Reply = () => {};

async function queryOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://metrics');
  const body = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  return url.searchParams.get('query') ?? body.get('query') ?? '';
}
