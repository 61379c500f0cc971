import type { KubeObject } from '../cluster/bed/client.ts';
import type { Exchange } from './exchange.ts';
import { printed, runKubectl } from './kubectl.ts';
import { pathOf } from './paths.ts';
import type { Answer, Request, Subject } from './subject.ts';
import { follow, type Watching } from './watching.ts';

/** How a patch is meant. */
export type PatchKind = 'merge' | 'json' | 'strategic' | 'apply';

/** What may be said with any request. */
export interface Options {
  readonly type?: string;
  readonly accept?: string;
  readonly agent?: string;
  /** What the request is called where its path is of this run only. */
  readonly as?: string;
  /** What of the body is compared; default all of it. Of a watch: of each event. Errors are always whole. */
  readonly show?: (body: KubeObject) => unknown;
}

/** An answer, parsed; what is no JSON has an empty object as its body. */
export interface Reply {
  readonly code: number;
  readonly body: KubeObject;
  readonly text: string;
}

/** Whether a body is what was waited for. */
export type Holds = (body: KubeObject, code: number) => boolean;

/** Sends what a case asks, and keeps what was answered. Paths as in `paths.ts`. */
export interface Session {
  /** The namespace of the case, which is there. */
  readonly namespace: string;
  /** The same, but what it answers is not compared. */
  readonly aside: Session;
  readonly get: (path: string, options?: Options) => Promise<Reply>;
  readonly post: (path: string, body: unknown, options?: Options) => Promise<Reply>;
  readonly put: (path: string, body: unknown, options?: Options) => Promise<Reply>;
  readonly patch: (path: string, kind: PatchKind, body: unknown, options?: Options) => Promise<Reply>;
  readonly delete: (path: string, body?: unknown, options?: Options) => Promise<Reply>;
  readonly send: (method: string, path: string, body?: unknown, options?: Options) => Promise<Reply>;
  readonly watch: (path: string, options?: Options) => Promise<Watching>;
  /** Asks again and again until it holds (20 s at most), and compares the last answer. */
  readonly until: (
    path: string,
    holds: Holds,
    options?: Options & { readonly seconds?: number },
  ) => Promise<Reply>;
  readonly pass: (milliseconds: number) => Promise<void>;
  /** Has something compared that follows from answers. */
  readonly tell: (what: string, value: unknown) => void;
  /** Runs kubectl in the namespace of the case; returns what it printed. */
  readonly kubectl: (
    args: readonly string[],
    input?: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<string>;
}

const PATCHES: Readonly<Record<PatchKind, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Who asks, unless a case says otherwise: the field manager of all that is written. */
const AGENT = 'contract/1';
const POLL_MS = 40;

/** Opens a session for one case; what is asked and answered is appended to `trace` (null: to nothing). */
export function openSession(subject: Subject, namespace: string, trace: Exchange[] | null): Session {
  const keep = (exchange: Exchange): Exchange => {
    trace?.push(exchange);
    return exchange;
  };
  const send: Session['send'] = async (method, path, body, options = {}) => {
    const answer = await subject.send(requestOf(namespace, { method, path, body, options }));
    const reply = parsed(answer);
    const note = method === 'PATCH' ? ` ${options.type?.replace('application/', '') ?? ''}` : '';
    const asked = `${method} ${options.as ?? path}${note}`;
    keep({ asked, ...headOf(answer), body: shownOf(answer, reply, options) });
    return reply;
  };
  return {
    namespace,
    get aside() {
      return openSession(subject, namespace, null);
    },
    send,
    get: (path, options) => send('GET', path, undefined, options),
    post: (path, body, options) => send('POST', path, body, options),
    put: (path, body, options) => send('PUT', path, body, options),
    delete: (path, body, options) => send('DELETE', path, body, options),
    patch: (path, kind, body, options) => send('PATCH', path, body, { type: PATCHES[kind], ...options }),
    watch: async (path, options = {}) => {
      const opened = await subject.open(requestOf(namespace, { method: 'GET', path, options }));
      const exchange = keep({ asked: `WATCH ${options.as ?? path}`, ...headOf(opened), body: [] });
      return follow(subject, opened, { exchange, show: options.show ?? ((event) => event) });
    },
    until: async (path, holds, options = {}) => {
      const request = requestOf(namespace, { method: 'GET', path, options });
      const { answer, reply, isSo } = await polled(subject, request, {
        holds,
        seconds: options.seconds ?? 20,
      });
      const body = shownOf(answer, reply, options);
      keep({ asked: `UNTIL ${path}`, ...headOf(answer), ...(isSo ? {} : { never: true }), body });
      return reply;
    },
    pass: (milliseconds) => subject.pass(milliseconds),
    tell: (what, value) => {
      keep({ asked: what, code: 0, body: value });
    },
    kubectl: async (args, input = '', env = {}) => {
      if (subject.kubectl === null) throw new Error('contract: kubectl needs a socket');
      const { code, out, errors } = await runKubectl(
        [...subject.kubectl, '--namespace', namespace, ...args],
        input,
        env,
      );
      keep({
        asked: `kubectl ${args.join(' ')}`,
        code,
        body: { out: printed(out), errors: printed(errors) },
      });
      return out;
    },
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly options: Options;
}

function requestOf(namespace: string, { method, path, body, options }: Asked): Request {
  const { type = 'application/json', accept = 'application/json', agent = AGENT } = options;
  const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const contentType = sent === null ? {} : { 'content-type': type };
  const headers = { accept, 'user-agent': agent, ...contentType };
  return { method, path: pathOf(path, namespace), headers, body: sent };
}

interface Patience {
  readonly holds: Holds;
  readonly seconds: number;
}

async function polled(subject: Subject, request: Request, { holds, seconds }: Patience) {
  const deadline = subject.now() + seconds * 1000;
  for (;;) {
    const answer = await subject.send(request);
    const reply = parsed(answer);
    const isSo = holds(reply.body, reply.code);
    if (isSo || subject.now() > deadline) return { answer, reply, isSo };
    await subject.pass(POLL_MS);
  }
}

function headOf({ code, headers }: Pick<Answer, 'code' | 'headers'>) {
  const { 'content-type': type = '', warning, 'retry-after': retryAfter } = headers;
  return {
    code,
    type,
    ...(warning === undefined ? {} : { warning }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function parsed({ code, text }: Answer): Reply {
  try {
    return { code, text, body: JSON.parse(text) as KubeObject };
  } catch {
    return { code, text, body: { apiVersion: '', kind: '', metadata: { name: '' } } };
  }
}

function shownOf(answer: Answer, reply: Reply, { show }: Options): unknown {
  const isJson = answer.headers['content-type']?.includes('json') === true && answer.text !== '';
  if (show !== undefined && reply.code < 300) return show(reply.body);
  return isJson ? reply.body : answer.text;
}
