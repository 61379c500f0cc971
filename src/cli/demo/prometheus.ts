import { request as send } from 'node:http';
import type { Manifest } from '../../api/meta.ts';
import type { Clock } from '../../shell/clock.ts';
import { kinds } from '../../sim/kinds.ts';
import type { Pod } from '../../sim/kubelet/pod.ts';
import type { Door, Doors } from '../../sim/kubelet/serve/doors.ts';
import { portsOf } from '../../sim/kubelet/serve/server.ts';
import type { Objects } from '../../sim/mesh/data-plane.ts';
import { createPrometheus } from '../../sim/metrics/http.ts';
import type { LabelRecord } from '../../sim/metrics/labels.ts';
import { DEFAULT_SETTINGS } from '../../sim/metrics/promql/query.ts';
import { createScraper, type Scraper } from '../../sim/metrics/scrape.ts';
import { createSeriesStore } from '../../sim/metrics/series.ts';
import { type Loopback, serveLoopback } from './loopback.ts';

/** What a Prometheus is started with. */
export interface PrometheusOptions {
  readonly objects: Objects;
  readonly doors: Doors;
  readonly clock: Clock;
  /** From one scrape to the next. */
  readonly everyMs: number;
}

/** A Prometheus that scrapes every pod. */
export interface Prometheus extends Loopback {
  /** Down it answers 503 to whoever asks, and goes on scraping. */
  setUp(isUp: boolean): void;
}

const PATIENCE_MS = 1_000;
const MOST_PAGE = 1024 * 1024;

/** Starts it on a socket of its own: pods are scraped over HTTP, and queries are answered by its HTTP API. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const store = createSeriesStore();
  const answer = createPrometheus({ source: store, settings: DEFAULT_SETTINGS });
  const scraping = new Scraping(options, createScraper(store, { honorLabels: false }));
  let isUp = true;
  const server = await serveLoopback(({ method, path, headers, body }) => {
    if (!isUp) return { status: 503, headers: {}, body: 'Service Unavailable\n' };
    const [plain = '', query = ''] = path.split(/\?(.*)/s);
    const known = Object.entries(headers).flatMap(([name, value = '']) => [[name, value] as const]);
    const request = { method, path: plain, query, body, headers: Object.fromEntries(known) };
    return answer(request, options.clock.now());
  });
  scraping.start();
  return {
    url: server.url,
    setUp: (up) => {
      isUp = up;
    },
    close: async () => {
      scraping.stop();
      await server.close();
    },
  };
}

class Scraping {
  readonly #options: PrometheusOptions;
  readonly #scraper: Scraper;
  /** By instance: those of the last round. */
  #targets = new Map<string, LabelRecord>();
  readonly #stop = new AbortController();
  #cancel: () => void = () => {};

  constructor(options: PrometheusOptions, scraper: Scraper) {
    this.#options = options;
    this.#scraper = scraper;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(this.#options.everyMs, () => {
      this.start();
      void this.#round();
    });
  }

  stop(): void {
    this.#cancel();
    this.#stop.abort();
  }

  async #round(): Promise<void> {
    const { objects, clock } = this.#options;
    const pods = objects.list(kinds.pods).filter(isRunning);
    const targets = new Map(pods.map((pod) => [instanceOf(pod), targetOf(pod)]));
    for (const [instance, labels] of this.#targets)
      if (!targets.has(instance)) this.#scraper.forget(labels, clock.now());
    this.#targets = targets;
    await Promise.all(pods.map((pod) => this.#scrape(pod)));
  }

  async #scrape(pod: Manifest): Promise<void> {
    const { doors, clock } = this.#options;
    const atMs = clock.now();
    const page = await pageOf(doors.of(doorOf(pod)), this.#stop.signal);
    // It may have gone meanwhile.
    if (this.#targets.has(instanceOf(pod))) this.#scraper.scrape({ target: targetOf(pod), page, atMs });
  }
}

function isRunning(pod: Manifest): boolean {
  const { status, metadata } = pod as unknown as Pod;
  const isUp = status?.phase === 'Running' && status.podIP !== undefined;
  return isUp && metadata.deletionTimestamp === undefined;
}

function doorOf(pod: Manifest): Door {
  const { status } = pod as unknown as Pod;
  return { host: status?.podIP ?? '', port: portsOf(pod as unknown as Pod)[0] ?? 0 };
}

function instanceOf(pod: Manifest): string {
  const { host, port } = doorOf(pod);
  return `${host}:${port}`;
}

/** As Prometheus labels pods with the usual relabelling: every label of the pod is one of the target. */
function targetOf(pod: Manifest): LabelRecord {
  const { name, namespace = '', labels = {} } = pod.metadata;
  const mapped = Object.entries(labels).map(([key, value]) => [key.replace(/[^a-zA-Z0-9_]/g, '_'), value]);
  return { ...Object.fromEntries(mapped), job: 'pods', instance: instanceOf(pod), namespace, pod: name };
}

/** Null where it does not come in time, or not whole. */
function pageOf({ host, port }: Door, stop: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  const asked = send({ host, port, path: '/metrics', agent: false, signal }, (response) => {
    let page = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      page += part;
      if (page.length > MOST_PAGE) response.destroy();
    });
    response.on('error', () => resolve(null));
    response.on('close', () => resolve(response.complete && response.statusCode === 200 ? page : null));
  });
  asked.on('error', () => resolve(null));
  asked.end();
  return promise;
}
