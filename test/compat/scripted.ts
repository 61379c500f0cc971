import type { Clock } from '../../src/shell/clock.ts';
import { asObject, isList, isObject, type Json, type JsonObject } from './json.ts';
import type { Asked, Place, Reply } from './place.ts';

/** One answer that was fetched. */
export interface Served {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly server: 'metrics' | 'web';
  /** The query, or method, path with query string, and body. */
  readonly asked: string;
  readonly answer: Json;
}

/** The scripted servers of one scenario. */
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

/** What the servers answer: by query, and by path. */
export interface Answers {
  readonly metrics: JsonObject;
  readonly web: JsonObject;
}

/** Starts both servers. Source: the recordings' README, "Scripted metrics" and "Scripted web answers". */
export async function startScripted(
  { metrics, web }: Answers,
  { clock, host }: Pick<Place, 'clock' | 'host'>,
): Promise<Scripted> {
  const served: Served[] = [];
  const scripts = { metrics: new Script(metrics), web: new Script(web) };
  const note = (server: 'metrics' | 'web', asked: string, answer: Json): void => {
    served.push({ at: clock.now(), server, asked, answer });
  };
  const metricsHost = await host((asked) => {
    const query = queryOf(asked);
    const answer = scripts.metrics.next(query) ?? 'empty';
    note('metrics', query, answer);
    return metricsReply(answer, clock);
  });
  const webHost = await host(({ method, path, body }) => {
    const answer = scripts.web.next(path.split('?')[0] ?? path) ?? { status: 404 };
    note('web', `${method} ${path}${body === '' ? '' : ` ${body}`}`, answer);
    return webReply(answer);
  });
  return {
    metricsUrl: metricsHost.url,
    webUrl: webHost.url,
    served,
    replace: (server, answers) => scripts[server].replace(answers),
    skip: (query) => scripts.metrics.next(query),
    stop: async () => {
      await Promise.all([metricsHost.stop(), webHost.stop()]);
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

function queryOf({ path, body }: Asked): string {
  const url = new URL(path, 'http://scripted');
  return url.searchParams.get('query') ?? new URLSearchParams(body).get('query') ?? '';
}

function metricsReply(answer: Json, clock: Clock): Reply {
  if (answer === 'error500') return { status: 500, type: 'text/plain', body: 'scripted failure' };
  if (answer === 'error400') {
    return jsonReply(400, { status: 'error', errorType: 'bad_data', error: 'scripted failure' });
  }
  return jsonReply(200, { status: 'success', data: resultOf(answer, clock.now() / 1000) });
}

function resultOf(answer: Json, now: number): JsonObject {
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
