import type { AnalysisRun } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { find, isObject } from '../../api/path.ts';
import { resolveMetrics } from '../../core/analysis/resolve.ts';
import type { Site } from '../../sim/process.ts';
import { NOWHERE } from './providers.ts';

type HttpRequest = Parameters<Site>[0];

/** What came of one PromQL query, by its text. */
export interface Asked {
  readonly query: string;
  /** How often it was asked, and how often nothing came back. */
  times: number;
  empty: number;
  /** Why it cannot be evaluated; null: it can. */
  fault: string | null;
}

/** A message that somebody would have got. */
export interface Message {
  /** `Slack #team-web`, `https://ci.example.com/releases`. */
  readonly to: string;
  readonly text: string;
}

/** What answers on the network of a simulation. */
export interface NetworkOptions {
  readonly prometheus: Site;
  /** The body of every answer to a web metric. */
  readonly webAnswer: string;
  readonly onMessage: (message: Message) => void;
}

/** More different queries than these are not remembered. */
const MOST_QUERIES = 200;

/**
 * Everything beside the API server, whatever its name: Prometheus, what web metrics ask, and who gets
 * messages. Nothing leaves the process.
 */
export class Network {
  /** Prometheus does not answer. */
  isPrometheusDown = false;
  /** Web metrics were asked and got the answer that was given for all of them. */
  isWebAsked = false;
  readonly #options: NetworkOptions;
  readonly #queries = new Map<string, Asked>();
  /** Addresses of web metrics, without their queries. */
  readonly #metrics = new Set<string>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Queries in the order in which they were first asked. */
  get queries(): readonly Asked[] {
    return [...this.#queries.values()];
  }

  /** Takes note of what an analysis will ask. */
  learn(run: Manifest): void {
    const { spec } = run as Manifest as AnalysisRun;
    const resolved = resolveMetrics(spec, null);
    for (const { provider } of resolved.kind === 'metrics' ? resolved.metrics : []) {
      const url = provider.web?.url;
      if (url !== undefined) this.#metrics.add(addressOf(url));
    }
  }

  /** Takes note of what the gates of a rollout will ask: they get the answer of web metrics, too. */
  learnGates(rollout: Manifest): void {
    for (const { value } of find(rollout, 'spec.strategy.canary.steps[].plugin.config.webhook.url'))
      if (typeof value === 'string') this.#metrics.add(addressOf(value));
  }

  readonly site: Site = (request) => {
    if (/\/api\/v1\/query(_range)?$/.test(new URL(request.url).pathname)) return this.#ask(request);
    if (request.url === NOWHERE) return { status: 200, body: this.#options.webAnswer };
    if (this.#metrics.has(addressOf(request.url))) {
      this.isWebAsked = true;
      return { status: 200, body: this.#options.webAnswer };
    }
    if (isTokenRequest(request)) return { status: 200, body: TOKEN };
    this.#options.onMessage(messageIn(request));
    return { status: 200, body: '{"ok":true}' };
  };

  #ask(request: HttpRequest): ReturnType<Site> {
    if (this.isPrometheusDown) return null;
    const answer = this.#options.prometheus(request);
    const query = queryIn(request);
    const asked = this.#queries.get(query) ?? { query, times: 0, empty: 0, fault: null };
    if (this.#queries.size < MOST_QUERIES) this.#queries.set(query, asked);
    asked.times++;
    const { fault, isEmpty } = judged(answer?.body ?? '');
    asked.fault ??= fault;
    if (isEmpty) asked.empty++;
    return answer;
  }
}

/** Tokens of OAuth2 are given to everybody. */
const TOKEN = '{"access_token":"simulated","token_type":"bearer","expires_in":3600}';

function isTokenRequest({ method, body }: HttpRequest): boolean {
  return method === 'POST' && (body ?? '').includes('grant_type=client_credentials');
}

function addressOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : parsed.origin + parsed.pathname;
}

function queryIn({ url, body }: HttpRequest): string {
  const inUrl = new URL(url).searchParams.get('query');
  return inUrl ?? new URLSearchParams(body ?? '').get('query') ?? '';
}

function judged(body: string): { readonly fault: string | null; readonly isEmpty: boolean } {
  const answer = parsed(body);
  const { status, error, data } = isObject(answer) ? answer : {};
  if (status === 'error') return { fault: String(error), isEmpty: false };
  const result = isObject(data) ? data['result'] : undefined;
  return { fault: null, isEmpty: Array.isArray(result) && result.length === 0 };
}

const LONGEST_TEXT = 300;

function messageIn({ url, body }: HttpRequest): Message {
  const content = parsed(body ?? '');
  const { channel, text } = isObject(content) ? content : {};
  const isSlack = url.endsWith('/chat.postMessage') || new URL(url).hostname === 'hooks.slack.com';
  const to = isSlack ? `Slack${typeof channel === 'string' ? ` ${channel}` : ''}` : addressOf(url);
  const said = typeof text === 'string' ? text.replaceAll('*', '') : (body ?? '');
  return { to, text: said.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
