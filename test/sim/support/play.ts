import { VirtualClock } from '../../../src/sim/clock.ts';
import { PlannedWeather, type Strike } from '../../../src/sim/faults.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { Misfortune } from '../../../src/sim/kubelet/misfortune.ts';
import type { Visitors } from '../../../src/sim/visitors.ts';
import { BEGINNING_MS, loadAhead, World } from '../../../src/sim/world.ts';
import { Controllers } from './controllers.ts';
import { STORM_MS } from './draw/storm.ts';
import { type End, isShutForGood, judgeAborted, judgeEnd, judgeFailed } from './laws/endings.ts';
import type { Broken, Law } from './laws/law.ts';
import { leftBy } from './laws/left.ts';
import { People } from './people.ts';
import { rolloutOf } from './reading.ts';
import { stateOf } from './report.ts';
import type { Script, Trouble } from './script.ts';
import { visit } from './visit.ts';
import { Witness } from './witness.ts';

/** What came of a script. */
export interface Played {
  readonly broken: readonly Broken[];
  /** Which faults struck what, and in which state the rollouts were. */
  readonly strikes: readonly (Strike & { readonly state: string })[];
  /** Requests of all controllers to the API server. */
  readonly requests: number;
  /** Writes among them that can be struck, up to the clearing. */
  readonly writes: number;
  /** How long the simulated life was. */
  readonly virtualMs: number;
}

/** Nothing is written for longer than the longest deadline: nothing will be. */
const CALM_MS = 150_000;
const LONGEST_MS = 7_200_000;
/** The Lease of the one before runs out, and every object is looked at. */
const BEGIN_ANEW_MS = 40_000;
/** Who asks more often than this is in a circle, and would be for hours. */
const MOST_REQUESTS = 20_000;

/**
 * Plays a script: a storm, in which safety must hold, and then fair weather, in which all must come to its
 * end. Ends early where a law is broken that `isEnough` says is the one looked for.
 */
export async function play(
  script: Script,
  onWorld: (world: World<VirtualClock>) => void = () => {},
  isEnough: (law: Law) => boolean = () => false,
): Promise<Played> {
  await loadAhead();
  const life = new Playing(script, isEnough);
  onWorld(life.world);
  try {
    await life.storm();
    await life.clearing();
    return life.played();
  } catch (error) {
    if (error instanceof Enough) return life.played();
    throw error;
  } finally {
    await life.end();
  }
}

/** Thrown where nothing more is to be seen of a life. */
class Enough extends Error {}

class Playing {
  readonly #script: Script;
  readonly world: World<VirtualClock>;
  readonly #witness: Witness;
  readonly #people: People;
  readonly #controllers: Controllers;
  readonly #end: End;
  readonly #weather: PlannedWeather;
  readonly #strikes: (Strike & { readonly state: string })[] = [];
  readonly #visitors: Visitors | null;
  #writes = 0;
  #isStormy = true;
  readonly #isEnough: (law: Law) => boolean;

  constructor(script: Script, isEnough: (law: Law) => boolean) {
    this.#script = script;
    this.#isEnough = isEnough;
    this.world = new World({
      clock: new VirtualClock(BEGINNING_MS),
      seed: script.seed,
      misfortune: () => this.#misfortune(),
    });
    const { api, clock } = this.world;
    this.#witness = new Witness(script, api, clock);
    this.#people = new People(this.world, this.#witness);
    this.#end = { api, tell: (law, what) => this.#witness.tell(law, what) };
    this.#weather = new PlannedWeather(script.faults, (strike) =>
      this.#strikes.push({ ...strike, state: this.#state() }),
    );
    const means = { world: this.world, witness: this.#witness, weather: this.#weather };
    this.#controllers = new Controllers(means, script.seed);
    api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
    this.#visitors = visit(this.world, script, {
      onStep: (report) => this.#witness.served(report),
      isDown: () => this.#isTrouble('metrics-down'),
    });
  }

  async storm(): Promise<void> {
    const { clock } = this.world;
    for (const app of this.#script.apps) this.#people.put(app, '1');
    for (const { atMs, app, deed } of this.#script.deeds)
      clock.after(atMs, () => this.#people.act(app, deed));
    for (const trouble of this.#script.troubles) clock.after(trouble.atMs, () => this.#strike(trouble));
    this.#controllers.start();
    await this.#run(STORM_MS + 5_000, () => this.#controllers.requests > MOST_REQUESTS);
  }

  /** All is well again: it must come to rest, and then a last good release must arrive. */
  async clearing(): Promise<void> {
    this.#isStormy = false;
    this.#writes = this.#weather.writes;
    this.#weather.heal();
    this.#controllers.killOthers();
    await this.#judgeDone();
    this.#people.replaceBadPods();
    this.world.api.restart();
    await this.#rest('after the storm');
    for (const app of this.#script.apps) judgeFailed(this.#end, app);
    await this.#judgeAbort();
    for (const { name } of this.#script.apps) this.#people.act(name, { kind: 'promote', how: 'full' });
    await this.#rest('after the last release');
    for (const app of this.#script.apps) judgeEnd(this.#end, app);
    await this.#judgeGone();
  }

  /**
   * Who has nothing more to do begins anew: what it does now was left undone, or is done twice. A watch
   * that has lost an event knows no better until it is listed again.
   */
  async #judgeDone(): Promise<void> {
    const { clock } = this.world;
    if (this.#script.faults.some(({ kind }) => kind === 'missed')) return;
    if (!(await this.#isAtRest())) return;
    const works: string[] = [];
    this.#controllers.works = works;
    this.#controllers.killMain();
    await this.#run(clock.elapsed() + BEGIN_ANEW_MS);
    this.#controllers.works = null;
    const [first] = works;
    if (first !== undefined) this.#witness.tell('done', `a controller that begins anew writes ${first}`);
  }

  /** Everything is deleted in the middle of another release. */
  async #judgeGone(): Promise<void> {
    const { clock, api } = this.world;
    const { apps } = this.#script;
    for (const app of apps) this.#people.put(app, '10');
    await this.#run(clock.elapsed() + 20_000);
    for (const { name } of apps) this.#people.act(name, { kind: 'delete' });
    await this.#rest('after the deletion');
    for (const app of apps)
      for (const left of leftBy(api, app))
        this.#witness.tell('left', `${app.name} is gone, and left ${left}`);
  }

  /** The last release is aborted, and begun again. */
  async #judgeAbort(): Promise<void> {
    const { clock } = this.world;
    const { apps } = this.#script;
    await this.#putLast();
    await this.#run(clock.elapsed() + 20_000);
    for (const { name } of apps) this.#people.act(name, { kind: 'abort' });
    await this.#rest('after the abort');
    for (const app of apps) judgeAborted(this.#end, app);
    const abortedAt = (name: string) => rolloutOf(this.world.api, name)?.status?.abortedAt;
    const before = new Map(apps.map(({ name }) => [name, abortedAt(name)]));
    for (const { name } of apps) this.#people.act(name, { kind: 'retry' });
    await this.#run(clock.elapsed() + 60_000);
    // What has failed once more by then has been tried.
    for (const { name, steps } of apps) {
      const isAsBefore = abortedAt(name) !== undefined && abortedAt(name) === before.get(name);
      if (isAsBefore && !steps.some(isShutForGood)) this.#witness.tell('heard', `${name} is not tried again`);
    }
  }

  /** What still waited for a good version of its Deployment in order to go goes now, and is made anew. */
  async #putLast(): Promise<void> {
    const { apps } = this.#script;
    for (const app of apps) this.#people.put(app, '9');
    const going = apps.filter(
      ({ name }) => rolloutOf(this.world.api, name)?.metadata.deletionTimestamp !== undefined,
    );
    if (going.length === 0) return;
    await this.#rest('after a deletion');
    for (const app of going) this.#people.put(app, '9');
  }

  played(): Played {
    const virtualMs = this.world.clock.elapsed();
    return {
      broken: this.#witness.broken,
      strikes: this.#strikes,
      requests: this.#controllers.requests,
      writes: this.#writes,
      virtualMs,
    };
  }

  async end(): Promise<void> {
    this.#controllers.end();
    this.#visitors?.stop();
    await this.world.stop();
  }

  #misfortune(): Misfortune {
    if (this.#isTrouble('no-starts')) return { kind: 'stuck' };
    if (this.#isTrouble('flap')) return { kind: 'flaps', upMs: 4_000, downMs: 2_000 };
    return { kind: 'none' };
  }

  #isTrouble(kind: 'metrics-down' | 'no-starts' | 'flap'): boolean {
    const now = this.world.clock.elapsed();
    return (
      this.#isStormy &&
      this.#script.troubles.some(
        (trouble) => trouble.kind === kind && trouble.atMs <= now && now < trouble.atMs + trouble.forMs,
      )
    );
  }

  #strike(trouble: Trouble): void {
    const { api, clock } = this.world;
    switch (trouble.kind) {
      case 'api-restart':
        api.restart();
        return;
      case 'compact':
        api.compact(Number.POSITIVE_INFINITY);
        return;
      case 'clock-jump':
        clock.jump(trouble.byMs);
        return;
      case 'asleep':
        this.#controllers.main?.life.sleep(trouble.forMs);
        return;
      case 'second': {
        const second = this.#controllers.start({ isSecond: true, isMain: false });
        clock.after(trouble.forMs, () => this.#controllers.kill(second));
        return;
      }
      case 'standby':
        this.#controllers.start({ isSecond: false, isMain: false });
        return;
      case 'annotate':
        this.#people.annotate();
        return;
      case 'kill':
        this.#controllers.killMain();
        return;
      case 'metrics-down':
      case 'no-starts':
      case 'flap':
        return;
      default:
        trouble satisfies never;
    }
  }

  async #rest(when: string): Promise<void> {
    if (await this.#isAtRest()) return;
    this.#witness.tell(
      'calm',
      `${when} something is written again and again, at last ${this.#controllers.lastWrite}`,
    );
  }

  /** Whether there comes a time in which nothing is written for long. */
  async #isAtRest(): Promise<boolean> {
    const { clock } = this.world;
    this.#controllers.lastWriteMs = clock.elapsed();
    const most = this.#controllers.requests + MOST_REQUESTS;
    const isCalm = (): boolean => clock.elapsed() - this.#controllers.lastWriteMs > CALM_MS;
    const isOver = (): boolean => isCalm() || this.#controllers.requests > most;
    return (await this.#run(clock.elapsed() + LONGEST_MS, isOver)) && isCalm();
  }

  /** Says whether it was over before its time. */
  async #run(toMs: number, isOver: () => boolean = () => false): Promise<boolean> {
    const { broken } = this.#witness;
    const isFound = (): boolean => broken.some(({ law }) => this.#isEnough(law));
    const wasOver = await this.world.clock.run(toMs, () => isOver() || isFound());
    if (isFound()) throw new Enough();
    return wasOver;
  }

  #state(): string {
    return this.#script.apps.map(({ name }) => stateOf(rolloutOf(this.world.api, name))).join(' & ');
  }
}
