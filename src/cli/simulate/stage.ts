import type { Manifest } from '../../api/meta.ts';
import type { Controller } from '../../shell/controller.ts';
import type { Settings } from '../../shell/settings.ts';
import { VirtualClock } from '../../sim/clock.ts';
import type { Misfortune } from '../../sim/kubelet/misfortune.ts';
import type { Pod } from '../../sim/kubelet/pod.ts';
import { Process } from '../../sim/process.ts';
import { Timeline } from '../../sim/timeline.ts';
import type { Application } from '../../sim/traffic/application.ts';
import type { StepReport, Totals } from '../../sim/traffic/ledger.ts';
import type { Target } from '../../sim/traffic/metrics.ts';
import type { Load } from '../../sim/traffic/traffic.ts';
import { siteOf, startVisitors, type Visitors } from '../../sim/visitors.ts';
import { fairWeather } from '../../sim/wire.ts';
import { loadAhead, World } from '../../sim/world.ts';
import { startInside } from './controller.ts';
import { Network } from './network.ts';

/** What is played, and how. */
export interface StageOptions {
  readonly seed: string;
  /** Namespace of the controller, where its notifications are configured. */
  readonly controllerNamespace: string;
  readonly misfortune: (pod: Pod) => Misfortune;
  readonly applicationOf: (pod: Manifest) => Application;
  readonly relabel: (targets: readonly Target[]) => readonly Target[];
  /** The body of every answer to a web metric. */
  readonly webAnswer: string;
  /** Which rollout a message is about, as `namespace/name`. */
  readonly aboutOf: (text: string) => string;
}

/** How closely traffic is looked at, in milliseconds. */
export interface Grain {
  readonly stepMs: number;
  readonly scrapeMs: number;
}

/** The usual one. */
export const FINE: Grain = { stepMs: 1_000, scrapeMs: 5_000 };

/** When worlds begin: so that what matters in them can begin at noon. */
const BEGINNING_MS = Date.UTC(2026, 0, 1, 11, 55);
/** The name of Prometheus for metrics that give no address. */
const PROMETHEUS = 'http://prometheus.monitoring:9090';

/**
 * A world with the whole production controller in it, users, and somebody who writes down what happens. In
 * virtual time: nothing happens until it runs.
 */
export class Stage {
  readonly world: World<VirtualClock>;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly #options: StageOptions;
  #visitors: Visitors | null = null;
  #process: Process | null = null;
  #started = 0;
  /** Lines of the controller's log that are warnings or worse. */
  readonly troubles: string[] = [];

  constructor(options: StageOptions) {
    const { seed, misfortune, webAnswer, aboutOf } = options;
    this.#options = options;
    this.world = new World({ clock: new VirtualClock(BEGINNING_MS), seed, misfortune });
    const { api, clock } = this.world;
    this.timeline = new Timeline({ api, clock });
    this.network = new Network({
      prometheus: (request) => {
        const visitors = this.#visitors;
        return visitors === null ? null : siteOf(visitors.prometheus, () => clock.now())(request);
      },
      webAnswer,
      onMessage: (message) => this.timeline.notification(aboutOf(`${message.to} ${message.text}`), message),
    });
    api.onChange(({ kind, before, after }) => {
      if (kind.kind === 'AnalysisRun' && before === null && after !== null) this.network.learn(after);
      if (kind.kind === 'Rollout' && after !== null) this.network.learnGates(after);
    });
  }

  /** Users come from now on. */
  visit(loads: readonly Load[], grain: Grain, onStep: (report: StepReport) => void = () => {}): void {
    const { applicationOf, relabel } = this.#options;
    this.#visitors = startVisitors(this.world, {
      loads,
      applicationOf,
      relabel,
      ...grain,
      onStep: (report) => {
        this.timeline.traffic(report);
        onStep(report);
      },
    });
  }

  /** What became of all requests. */
  totals(): Totals | null {
    return this.#visitors?.traffic.totals() ?? null;
  }

  /** Starts the controller, or another one when it was killed. */
  start(settings: Partial<Settings> = {}): Controller {
    const { clock, api, seed } = this.world;
    const name = `sluice-${this.#started++}`;
    const process = new Process(
      { clock, server: api, site: () => this.network.site },
      { name, seed, weather: fairWeather, onCrash: () => {} },
    );
    this.#process = process;
    const { controllerNamespace } = this.#options;
    const env = { ARGO_ROLLOUTS_PROMETHEUS_ADDRESS: PROMETHEUS };
    return startInside(process, { controllerNamespace, ...settings }, (line) => this.#hear(line), env);
  }

  /** Ends the controller as `kill -9` does. */
  kill(): void {
    this.#process?.kill();
    this.#process = null;
  }

  /** Lets so much time pass, or less where it is over sooner, which is asked after every moment. */
  async pass(forMs: number, isOver: () => boolean = () => false): Promise<boolean> {
    const { clock } = this.world;
    await loadAhead();
    return clock.run(clock.elapsed() + forMs, isOver);
  }

  async end(): Promise<void> {
    this.kill();
    this.#visitors?.stop();
    this.timeline.stop();
    await this.world.stop();
  }

  #hear(line: string): void {
    if (this.troubles.length < MOST_TROUBLES) this.troubles.push(line);
  }
}

const MOST_TROUBLES = 1000;
