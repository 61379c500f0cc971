import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asObject, isList, isObject, type Json, type JsonObject } from './json.ts';

/** One answer that was fetched. */
export interface Served {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly server: 'metrics' | 'web';
  /** The query, or method, path with query string, and body. */
  readonly asked: string;
  readonly answer: Json;
}

/** The scripted servers of one scenario: real HTTP on loopback. */
export interface Scripted {
  readonly metricsUrl: string;
  readonly webUrl: string;
  readonly served: readonly Served[];
  /** Replaces the answers of the names given; they begin from their first answer again. */
  replace(server: 'metrics' | 'web', answers: JsonObject): void;
  /** Leaves out the next answer to a query. */
  skip(query: string): void;
  stop(): Promise<void>;
}

/** Starts both servers. Source: the recordings' README, "Scripted metrics" and "Scripted web answers". */
export async function startScripted(metrics: JsonObject, web: JsonObject): Promise<Scripted> {
  const served: Served[] = [];
  const scripts = { metrics: new Script(metrics), web: new Script(web) };
  const note = (server: 'metrics' | 'web', asked: string, answer: Json): void => {
    served.push({ at: Date.now(), server, asked, answer });
  };
  const metricsServer = await listen((request, body) => {
    const query = queryOf(request, body);
    const answer = scripts.metrics.next(query) ?? 'empty';
    note('metrics', query, answer);
    return metricsReply(answer);
  });
  const webServer = await listen((request, body) => {
    const url = request.url ?? '/';
    const answer = scripts.web.next(url.split('?')[0] ?? url) ?? { status: 404 };
    note('web', `${request.method ?? ''} ${url}${body === '' ? '' : ` ${body}`}`, answer);
    return webReply(answer);
  });
  return {
    metricsUrl: urlOf(metricsServer),
    webUrl: urlOf(webServer),
    served,
    replace: (server, answers) => scripts[server].replace(answers),
    skip: (query) => scripts.metrics.next(query),
    stop: async () => {
      await Promise.all([close(metricsServer), close(webServer)]);
    },
  };
}

/** Successive answers by name; the last one repeats. */
class Script {
  readonly #answers = new Map<string, { readonly list: readonly Json[]; next: number }>();

  constructor(answers: JsonObject) {
    this.replace(answers);
  }

  replace(answers: JsonObject): void {
    for (const [name, list] of Object.entries(answers)) {
      this.#answers.set(name, { list: isList(list) ? list : [list], next: 0 });
    }
  }

  next(name: string): Json | undefined {
    const script = this.#answers.get(name);
    if (script === undefined) return undefined;
    const answer = script.list[Math.min(script.next, script.list.length - 1)];
    script.next += 1;
    return answer;
  }
}

type Handle = (request: IncomingMessage, body: string) => Reply;

async function listen(handle: Handle): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, type, body } = handle(request, Buffer.concat(chunks).toString('utf8'));
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

function queryOf(request: IncomingMessage, body: string): string {
  const url = new URL(request.url ?? '/', 'http://scripted');
  return url.searchParams.get('query') ?? new URLSearchParams(body).get('query') ?? '';
}

/** An HTTP reply. */
interface Reply {
  readonly status: number;
  readonly type: 'text/plain' | 'application/json';
  readonly body: string;
}

function metricsReply(answer: Json): Reply {
  if (answer === 'error500') return { status: 500, type: 'text/plain', body: 'scripted failure' };
  if (answer === 'error400') {
    return jsonReply(400, { status: 'error', errorType: 'bad_data', error: 'scripted failure' });
  }
  return jsonReply(200, { status: 'success', data: resultOf(answer) });
}

function resultOf(answer: Json): JsonObject {
  const now = Date.now() / 1000;
  const scalar = asObject(answer)['scalar'];
  if (scalar !== undefined) return { resultType: 'scalar', result: [now, String(scalar as number)] };
  const values = answer === 'empty' ? [] : isList(answer) ? answer : [answer];
  const words: Readonly<Record<string, string>> = { nan: 'NaN', inf: '+Inf' };
  const sample = (value: Json, index: number): JsonObject => {
    const text = typeof value === 'string' ? (words[value] ?? value) : String(value as number);
    return { metric: values.length > 1 ? { n: String(index) } : {}, value: [now, text] };
  };
  return { resultType: 'vector', result: values.map(sample) };
}

function webReply(answer: Json): Reply {
  const wrapped = isObject(answer) && typeof answer['status'] === 'number' ? answer : null;
  const status = wrapped === null ? 200 : Number(wrapped['status']);
  const body = wrapped === null ? answer : (wrapped['body'] ?? '');
  return typeof body === 'string' ? { status, type: 'text/plain', body } : jsonReply(status, body);
}

function jsonReply(status: number, body: Json): Reply {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
