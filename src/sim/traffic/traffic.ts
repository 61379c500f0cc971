import type { Manifest } from '../../api/meta.ts';
import type { LocalApi } from '../api-server/api.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { MeshRequest } from '../mesh/data-plane.ts';
import { isReady } from '../mesh/endpoints.ts';
import type { DataPlanes } from '../mesh/mesh.ts';
import type { View } from '../mesh/view.ts';
import type { Random } from '../random.ts';
import {
  type Answering,
  type Application,
  answering,
  applicationOf,
  type Incident,
  isListening,
  readySinceMs,
} from './application.ts';
import { binomial } from './draw.ts';
import { drawLatencies } from './latency.ts';
import { Ledger, type StepReport, type Totals, versionKey, versionOf } from './ledger.ts';
import { IngressMetrics, PodMetrics, type Scraped, type Target } from './metrics.ts';
import { expectedIn, type Rate } from './rate.ts';
import { type Course, courseOf, type Delivery, type Lost, spread } from './spread.ts';

/** Users who all ask for the same. */
export interface Load {
  readonly name: string;
  readonly rate: Rate;
  readonly request: MeshRequest;
}

/** What traffic is made with. */
export interface TrafficOptions {
  /** The truth. */
  readonly api: LocalApi;
  /** What the data planes know of it. */
  readonly view: View;
  readonly planes: DataPlanes;
  readonly clock: Clock;
  readonly random: Random;
  readonly loads: readonly Load[];
  readonly incidents: readonly Incident[];
  /** How the application in a pod behaves; mostly `applicationOf`. */
  readonly applicationOf: (pod: Manifest) => Application;
  /** Requests are counted so often, in milliseconds. */
  readonly stepMs: number;
  /** Told after each step. */
  readonly onStep: (report: StepReport) => void;
  /** Where metrics go, and how often; null: nobody looks at them. */
  readonly scrape: { readonly everyMs: number; readonly to: Scraped } | null;
}

/** What one load sends in a step. */
interface Sent {
  readonly load: Load;
  readonly course: Course;
  readonly deliveries: readonly Delivery[];
  readonly lost: readonly Lost[];
}

/**
 * Users, as far as numbers tell: in steps of virtual time every load sends as many requests as the seed
 * draws, the data planes spread them over pods, and these answer as they behave. A step costs the same
 * whether it stands for five requests or for fifty thousand.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #ledger = new Ledger();
  readonly #ingress = new IngressMetrics();
  /** By uid of the pod and restarts of its containers: a new process counts from nothing. */
  readonly #pods = new Map<string, PodMetrics>();
  readonly #courses = new Map<Load, { readonly version: number; readonly course: Course }>();
  readonly #startMs: number;
  #steppedMs = 0;
  #scrapedMs = 0;
  #cancel: Cancel;

  /** Begins at once, with the first step after `stepMs`. */
  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#startMs = options.clock.elapsed();
    this.#cancel = options.clock.after(options.stepMs, () => this.#tick());
  }

  /** Everything up to the last step. */
  totals(): Totals {
    return this.#ledger.totals();
  }

  /** What a scrape of all ready pods and of the ingress controller would bring now, up to the last step. */
  targets(): readonly Target[] {
    const pods = this.#options.api.list(kinds.pods).filter(isReady);
    const alive = new Set(pods.map(processOf));
    for (const key of this.#pods.keys()) if (!alive.has(key)) this.#pods.delete(key);
    const targets = pods.map((pod) => ({
      labels: { job: 'pods', instance: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}` },
      samples: this.#metricsOf(pod).samples(),
    }));
    return [...targets, this.#ingress.target()];
  }

  /** No request comes after this. */
  stop(): void {
    this.#cancel();
  }

  #tick(): void {
    const { clock, stepMs, scrape } = this.#options;
    this.#cancel = clock.after(stepMs, () => this.#tick());
    const toMs = clock.elapsed() - this.#startMs;
    const report = this.#step({ fromMs: this.#steppedMs, toMs });
    this.#steppedMs = toMs;
    this.#ledger.add(report);
    this.#options.onStep(report);
    if (scrape !== null && toMs - this.#scrapedMs >= scrape.everyMs) {
      this.#scrapedMs = toMs;
      scrape.to(this.targets(), clock.now());
    }
  }

  #step(stretch: { readonly fromMs: number; readonly toMs: number }): StepReport {
    const { random, loads } = this.#options;
    const truth = this.#truth();
    const isOpen = (pod: Manifest): boolean => truth(pod) !== null;
    const sent = loads.map((load): Sent => {
      const course = this.#courseOf(load);
      const count = random.poisson(expectedIn(load.rate, stretch));
      const { deliveries, lost } = spread(course, count, { random, isOpen });
      const present = deliveries.map((one) => ({ ...one, pod: truth(one.pod) ?? one.pod }));
      return { load, course, deliveries: present, lost };
    });
    const unserved = sent.flatMap((one) => this.#lose(one));
    return { ...stretch, served: this.#serve(sent, stretch), unserved };
  }

  #courseOf(load: Load): Course {
    const { view, planes } = this.#options;
    const known = this.#courses.get(load);
    if (known?.version === view.version) return known.course;
    const course = courseOf(planes, view, load.request);
    this.#courses.set(load, { version: view.version, course });
    return course;
  }

  /** A pod of the view as it is in truth; null where it takes no connections. Each is looked up once. */
  #truth(): (pod: Manifest) => Manifest | null {
    const { api, clock } = this.#options;
    const known = new Map<string, Manifest | null>();
    return ({ metadata: { namespace = '', name, uid = '' } }) => {
      const found = known.get(uid);
      if (found !== undefined) return found;
      const now = api.get(kinds.pods, { namespace, name });
      const isOpen = now !== null && now.metadata.uid === uid && isListening(now, clock.now());
      known.set(uid, isOpen ? now : null);
      return isOpen ? now : null;
    };
  }

  #lose({ load, course, lost }: Sent): readonly { status: number; reason: string; requests: number }[] {
    return lost.map(({ status, reason, count, backend }) => {
      if (course.routing.kind === 'backends' && course.routing.via.kind === 'Ingress') {
        const latencies = drawLatencies(this.#options.random, count, 0);
        const answers = { method: load.request.method, status, count, latencies };
        this.#ingress.count(course.routing.via, backend, load.request, answers);
      }
      return { status, reason, requests: count };
    });
  }

  #serve(
    sent: readonly Sent[],
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): StepReport['served'] {
    const all = sent.flatMap((one) => one.deliveries.map((delivery) => ({ ...one, delivery })));
    const byPod = Map.groupBy(all, ({ delivery }) => delivery.pod.metadata.uid ?? '');
    const byVersion = new Map<string, StepReport['served'][number]>();
    for (const group of byPod.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { pod } = first.delivery;
      const total = group.reduce((sum, { delivery }) => sum + delivery.count, 0);
      const answers = this.#answering(pod, (1000 * total) / Math.max(toMs - fromMs, 1), toMs);
      const key = versionKey(versionOf(pod));
      const before = byVersion.get(key);
      let { requests = 0, failures = 0, copies = 0 } = before ?? {};
      for (const { load, course, delivery } of group) {
        const failed = this.#answer(load, course, delivery, answers);
        if (delivery.backend === null) copies += delivery.count;
        else [requests, failures] = [requests + delivery.count, failures + failed];
      }
      const mostPerPod = Math.max(before?.mostPerPod ?? 0, total);
      const pods = (before?.pods ?? 0) + 1;
      byVersion.set(key, { version: versionOf(pod), requests, failures, copies, pods, mostPerPod });
    }
    return [...byVersion.values()];
  }

  #answering(pod: Manifest, perSecond: number, toMs: number): Answering {
    const { clock, incidents } = this.#options;
    const readyForMs = clock.now() - (readySinceMs(pod) ?? clock.now());
    const now = incidents.filter(({ fromMs, untilMs }) => fromMs < toMs && toMs <= untilMs);
    return answering(this.#options.applicationOf(pod), { perSecond, readyForMs, incidents: now });
  }

  /** Counts answers wherever they are counted, and says how many of them failed. */
  #answer(load: Load, { routing }: Course, { pod, count, backend }: Delivery, answers: Answering): number {
    const { random } = this.#options;
    const failed = binomial(random, count, answers.errorRate);
    const metrics = this.#metricsOf(pod);
    const { method } = load.request;
    for (const [status, part] of [[200, count - failed] as const, [500, failed] as const]) {
      if (part === 0) continue;
      const latencies = drawLatencies(random, part, answers.latencyMs);
      metrics.count({ method, status, count: part });
      metrics.time(latencies);
      if (backend !== null && routing.kind === 'backends' && routing.via.kind === 'Ingress') {
        this.#ingress.count(routing.via, backend, load.request, { method, status, count: part, latencies });
      }
    }
    return failed;
  }

  #metricsOf(pod: Manifest): PodMetrics {
    const key = processOf(pod);
    const found = this.#pods.get(key) ?? new PodMetrics(pod);
    this.#pods.set(key, found);
    return found;
  }
}

/** The usual behaviour of an application: what its container says. */
export const USUAL = { applicationOf, incidents: [], stepMs: 1_000, onStep: () => undefined } as const;

function processOf(pod: Manifest): string {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as {
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
  const restarts = containerStatuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return `${pod.metadata.uid ?? ''} ${restarts}`;
}
