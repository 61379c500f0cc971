import assert from 'node:assert/strict';
import type { AnalysisRun, AnalysisRunSpec } from '../../../src/api/analysis.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import { startInside } from '../../../src/cli/simulate/controller.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { type Fault, PlannedWeather, type Strike, WRITE_FAULTS } from '../../../src/sim/faults.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { BEGINNING_MS, loadAhead, World } from '../../../src/sim/world.ts';

/** The namespace of the run. */
export const NAMESPACE = 'shop';
/** The namespace of the controller. */
export const HOME = 'sluice';
/** The run. */
export const KEY = { namespace: NAMESPACE, name: 'run' };

/** What is there, what happens, and what goes wrong. */
export interface RunPlot {
  readonly spec: AnalysisRunSpec;
  readonly labels?: Readonly<Record<string, string>>;
  /** There before the run is. */
  readonly templates?: readonly Manifest[];
  readonly faults?: readonly Fault[];
  /** The environment of the controller, and its flags. */
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: object;
  /** How long it is looked at, in seconds. */
  readonly seconds?: number;
}

/** An AnalysisRun in a world of its own; whoever controls it is replaced when he dies. */
export abstract class RunLife {
  readonly world: World<VirtualClock>;
  readonly strikes: Strike[] = [];
  readonly weather: PlannedWeather;
  readonly #plot: RunPlot;
  #started = 0;

  constructor(plot: RunPlot, seed: string) {
    this.#plot = plot;
    this.world = new World({ clock: new VirtualClock(BEGINNING_MS), seed });
    this.weather = new PlannedWeather(plot.faults ?? [], (strike) => this.strikes.push(strike));
    for (const name of [NAMESPACE, HOME])
      this.world.api.create(kinds.namespaces, { metadata: { name } }, { manager: 'kubectl' });
  }

  abstract play(): Promise<void>;

  /** `prepare` is called when the run is there, and no controller yet. */
  protected async live(prepare: () => void): Promise<void> {
    await loadAhead();
    const { clock, user } = this.world;
    const { spec, labels = {}, templates = [], seconds = 120 } = this.#plot;
    for (const template of templates) user.put(kinds.analysisTemplates, template);
    const metadata = { ...KEY, labels };
    const apiVersion = 'argoproj.io/v1alpha1';
    user.put(kinds.analysisRuns, {
      apiVersion,
      kind: 'AnalysisRun',
      metadata,
      spec,
    } as unknown as Manifest);
    prepare();
    this.#start();
    await clock.run(clock.elapsed() + seconds * 1000);
    await this.world.stop();
  }

  run(): AnalysisRun {
    return this.world.api.get(kinds.analysisRuns, KEY) as unknown as AnalysisRun;
  }

  terminate(): void {
    this.world.api.merge(kinds.analysisRuns, KEY, { spec: { terminate: true } }, { manager: 'kubectl' });
  }

  removeRun(): void {
    this.world.api.delete(kinds.analysisRuns, KEY, { propagation: 'Background' });
  }

  #start(): void {
    const process = this.world.process(`sluice-${this.#started++}`, this.weather, () =>
      this.world.clock.after(1_000, () => this.#start()),
    );
    const { settings, env = {} } = this.#plot;
    startInside(process, { controllerNamespace: HOME, leaderElect: false, ...settings }, () => {}, env);
  }
}

/** A life that must come to the same whatever becomes of each of its writes. */
export interface Trial<L extends RunLife> {
  readonly live: (faults: readonly Fault[]) => L;
  readonly line: (life: L) => string;
  readonly expected: string;
  /** Writes that it has at least. */
  readonly fewest: number;
}

/** Plays it with the controller dying, or a write going astray, at each write in turn. */
export async function tryEachWrite<L extends RunLife>({
  live,
  line,
  expected,
  fewest,
}: Trial<L>): Promise<void> {
  const calm = live([]);
  await calm.play();
  assert.equal(line(calm), expected);
  assert.ok(calm.weather.writes >= fewest, `only ${calm.weather.writes} writes`);
  for (let nth = 0; nth < calm.weather.writes; nth++)
    for (const kind of WRITE_FAULTS) {
      const life = live([{ at: 'write', nth, kind }]);
      await life.play();
      assert.equal(life.strikes.length, 1, `${kind} ${nth} did not strike`);
      assert.equal(line(life), expected, `${kind} at write ${nth}: ${life.strikes[0]?.what}`);
    }
}
