import type { Manifest } from '../api/meta.ts';
import { loadDriver } from '../providers/prometheus-driver.ts';
import { ApiServer } from './api-server/server.ts';
import type { Clock } from './clock.ts';
import { type ControllerOptions, startControllers } from './controllers/start.ts';
import { kinds } from './kinds.ts';
import { type Kubelet, type Span, startKubelet } from './kubelet/kubelet.ts';
import type { Misfortune } from './kubelet/misfortune.ts';
import type { Pod } from './kubelet/pod.ts';
import type { Doors } from './kubelet/serve/doors.ts';
import { Process, type Site } from './process.ts';
import { Random } from './random.ts';
import { User } from './user.ts';
import { fairWeather, type Weather } from './wire.ts';

/** What a simulated world is made from. */
export interface WorldOptions<Time extends Clock> {
  /** Virtual for simulations; on the machine's own clock the world can be served on real sockets. */
  readonly clock: Time;
  /** Decides everything that is left to chance. */
  readonly seed: string;
  /** CustomResourceDefinitions to begin with. */
  readonly definitions?: readonly Manifest[];
  readonly controllers?: ControllerOptions;
  /** How long pods take. Default: 300 to 900 ms to start, 50 to 200 ms to go. */
  readonly pace?: Pace;
  /** What befalls a pod, asked once, when it is bound. */
  readonly misfortune?: (pod: Pod) => Misfortune;
  /** Pods are real HTTP servers on loopback addresses. Only on the machine's own clock. */
  readonly serve?: boolean;
  /** Who knows where they listen, for systems that have 127.0.0.1 only. */
  readonly doors?: Doors;
}

/** How long pods take on the nodes of a world; see `KubeletOptions`. */
export interface Pace {
  readonly startMs: Span;
  readonly stopMs: Span;
}

const PACE: Pace = { startMs: { least: 300, most: 900 }, stopMs: { least: 50, most: 200 } };

/** To be done before virtual time passes: what production code loads when it is needed takes real time. */
export const loadAhead: () => Promise<unknown> = loadDriver;

/** The beginning of every world in virtual time: 2026-01-01T00:00:00Z. */
export const BEGINNING_MS = 1_767_225_600_000;

/**
 * A cluster: API server, controllers, nodes with pods, people, and processes that talk to it over a network.
 * In virtual time nothing happens until its clock runs.
 */
export class World<Time extends Clock> {
  readonly seed: string;
  readonly clock: Time;
  readonly api: ApiServer;
  readonly user: User;
  /** Hosts beside the API server, by name. */
  readonly sites = new Map<string, Site>();
  readonly #controllers: { stop(): void };
  readonly #kubelet: Kubelet;

  constructor(given: WorldOptions<Time>) {
    const { clock, seed, definitions = [], controllers = {}, misfortune, serve = false, doors } = given;
    const chance = (of: string): Random => new Random(`${seed}/${of}`);
    this.seed = seed;
    this.clock = clock;
    const api = new ApiServer({ clock, random: chance('api') });
    this.api = api;
    this.user = new User(api, () => clock.now());
    for (const definition of definitions) this.user.put(kinds.customResourceDefinitions, definition);
    const options = { events: false, ...controllers };
    this.#controllers = startControllers({ api, clock, random: chance('controllers'), options });
    this.#kubelet = startKubelet({
      api,
      clock,
      random: chance('kubelet'),
      ...(given.pace ?? PACE),
      serve,
      ...(doors === undefined ? {} : { doors }),
      ...(misfortune === undefined ? {} : { misfortune }),
    });
  }

  /** Starts a process with a name of its own. */
  process(name: string, weather: Weather = fairWeather, onCrash: () => void = () => {}): Process {
    const { clock, api, seed } = this;
    const site = (host: string): Site | null => this.sites.get(host) ?? null;
    return new Process({ clock, server: api, site }, { name, seed, weather, onCrash });
  }

  async stop(): Promise<void> {
    this.#controllers.stop();
    await this.#kubelet.stop();
    this.api.stop();
  }
}
