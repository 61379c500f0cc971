import type { Manifest } from '../api/meta.ts';
import type { VirtualClock } from './clock.ts';
import { DATA_PLANES } from './mesh/mesh.ts';
import { type Lag, USUAL_LAG, View } from './mesh/view.ts';
import { type Answer, createPrometheus } from './metrics/http.ts';
import { DEFAULT_SETTINGS } from './metrics/promql/query.ts';
import { createScraper } from './metrics/scrape.ts';
import { createSeriesStore } from './metrics/series.ts';
import type { Site } from './process.ts';
import { Random } from './random.ts';
import { type Application, applicationOf, type Incident } from './traffic/application.ts';
import { feed } from './traffic/feed.ts';
import type { StepReport } from './traffic/ledger.ts';
import type { Target } from './traffic/metrics.ts';
import { type Load, Traffic } from './traffic/traffic.ts';
import type { World } from './world.ts';

/** Who comes, and how closely it is watched. */
export interface VisitorOptions {
  readonly loads: readonly Load[];
  readonly incidents?: readonly Incident[];
  /** How the application in a pod behaves. Default: as its container says. */
  readonly applicationOf?: (pod: Manifest) => Application;
  /** What Prometheus makes of what it reads. Default: it is kept as it is. */
  readonly relabel?: (targets: readonly Target[]) => readonly Target[];
  /** How far the data planes lag behind the objects. Default: as real ones do. */
  readonly lag?: Lag;
  /** Requests are counted, and pods scraped, so often, in milliseconds. Defaults 1,000 and 5,000. */
  readonly stepMs?: number;
  readonly scrapeMs?: number;
  /** Told after each step. */
  readonly onStep?: (report: StepReport) => void;
}

/** Users of everything that runs in a world, and a Prometheus that watches. */
export interface Visitors {
  readonly traffic: Traffic;
  readonly prometheus: Answer;
  stop(): void;
}

/** Sends users into a world in virtual time, from now on. */
export function startVisitors(world: World<VirtualClock>, options: VisitorOptions): Visitors {
  const { api, clock, seed } = world;
  const chance = (of: string): Random => new Random(`${seed}/${of}`);
  const store = createSeriesStore();
  const { relabel = (targets) => targets } = options;
  const scraped = feed(createScraper(store, { honorLabels: true }));
  const view = new View({ api, clock, random: chance('view'), lag: options.lag ?? USUAL_LAG });
  const traffic = new Traffic({
    api,
    view,
    planes: DATA_PLANES,
    clock,
    random: chance('traffic'),
    loads: options.loads,
    incidents: options.incidents ?? [],
    applicationOf: options.applicationOf ?? applicationOf,
    stepMs: options.stepMs ?? 1_000,
    onStep: options.onStep ?? ((): void => {}),
    scrape: {
      everyMs: options.scrapeMs ?? 5_000,
      to: (targets, nowMs) => scraped(relabel(targets), nowMs),
    },
  });
  return {
    traffic,
    prometheus: createPrometheus({ source: store, settings: DEFAULT_SETTINGS }),
    stop: () => {
      traffic.stop();
      view.stop();
    },
  };
}

/** A simulated Prometheus as a host on the network of a world. */
export function siteOf(prometheus: Answer, now: () => number): Site {
  return ({ method, url, headers, body }) => {
    const { pathname, search } = new URL(url);
    const request = { method, path: pathname, query: search.slice(1), body: body ?? '', headers };
    const answer = prometheus(request, now());
    return { status: answer.status, body: answer.body };
  };
}
