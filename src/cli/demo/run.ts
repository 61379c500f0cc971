import { type Clock, sleep } from '../../shell/clock.ts';
import type { Client } from '../../sim/traffic/client.ts';
import type { Io } from '../io.ts';
import type { Paint } from '../text/paint.ts';
import { accountOf } from './account.ts';
import { actsOf, strategyOf } from './acts.ts';
import { type Display, displayFor } from './display.ts';
import { type Folder, makeFolder } from './folder.ts';
import { follow } from './follow.ts';
import { History } from './history.ts';
import { invitation } from './keep.ts';
import { Ledger } from './ledger.ts';
import { HOST, PREVIEW_HOST, type StrategyName } from './names.ts';
import { paceAt } from './pace.ts';
import { partsIn } from './parts.ts';
import { Interrupted, play } from './play.ts';
import type { DemoSettings } from './settings.ts';
import type { Posted } from './slack.ts';
import { openStage, type Stage } from './stage.ts';
import { summary } from './summary.ts';
import { tellChanges } from './telling.ts';

/** How a demo ended. */
export type Ended = 'done' | 'interrupted';

/** What a demo is run with. */
export interface RunOptions {
  readonly io: Io;
  readonly settings: DemoSettings;
  readonly paint: Paint;
  /** Ends it, at any moment. */
  readonly signal: AbortSignal;
}

/** How often the counts of users are read. */
const READ_MS = 100;
const HOUR_MS = 3_600_000;
/** For each tester there are so many users, but testers make at least so many requests a second. */
const USERS_A_TESTER = 4;
const FEWEST_TESTS = 10;

/**
 * Runs the demo from an empty folder to its summary, and leaves nothing behind, however it ends. Throws a
 * Refusal where something of the story does not come about.
 */
export async function runDemo(options: RunOptions): Promise<Ended> {
  const folder = makeFolder();
  try {
    return await new Run(options, folder).run();
  } finally {
    folder.remove();
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #folder: Folder;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #ledger = new Ledger();
  /** What testers got, who look at previews. */
  readonly #tested = new Ledger();
  readonly #posts: Posted[] = [];
  readonly #display: Display;
  #stage: Stage | null = null;
  #client: Client | null = null;
  #testers: Client | null = null;
  readonly #ends: (() => unknown)[] = [];

  constructor(options: RunOptions, folder: Folder) {
    this.#options = options;
    this.#folder = folder;
    this.#clock = options.io.clock;
    this.#startMs = this.#clock.elapsed();
    this.#display = displayFor({
      io: options.io,
      clock: this.#clock,
      paint: options.paint,
      elapsed: this.#elapsed,
      status: () => this.#status(),
    });
  }

  async run(): Promise<Ended> {
    try {
      await this.#play();
      return 'done';
    } catch (error) {
      if (error instanceof Interrupted || this.#options.signal.aborted) return 'interrupted';
      throw error;
    } finally {
      await this.#end();
    }
  }

  readonly #elapsed = (): number => this.#clock.elapsed() - this.#startMs;

  async #play(): Promise<void> {
    const { settings, signal } = this.#options;
    const { seed, speed, router, scenario, keep } = settings;
    if (signal.aborted) throw new Interrupted('interrupted');
    const pace = paceAt(speed);
    const strategy = strategyOf(scenario);
    const display = this.#display;
    const stage = await openStage({
      clock: this.#clock,
      folder: this.#folder,
      seed,
      pace,
      onPost: (posted) => {
        this.#posts.push(posted);
        display.post(posted);
      },
    });
    this.#stage = stage;
    const tell = display.tell.bind(display);
    const history = new History(stage.world.api, this.#elapsed);
    this.#ends.push(tellChanges(stage.world.api, tell));
    await play(actsOf(scenario), {
      stage,
      setting: { router, strategy, pace, prometheus: stage.prometheus.url },
      clock: this.#clock,
      history,
      posts: this.#posts,
      tell,
      signal,
      onFirstCommit: () => this.#follow(),
      onFirstVersion: () => this.#letIn(stage, strategy),
    });
    this.#read();
    display.print([
      '',
      ...summary(
        accountOf(history.chapters, { users: this.#ledger, testers: this.#tested }, this.#elapsed()),
        this.#options.paint,
      ),
    ]);
    if (keep) await this.#keep(stage);
  }

  async #keep(stage: Stage): Promise<void> {
    const { paint, signal } = this.#options;
    this.#display.print(['', ...invitation(this.#folder, stage, paint), '']);
    while (await sleep(this.#clock, HOUR_MS, signal));
    throw new Interrupted('interrupted');
  }

  async #follow(): Promise<void> {
    const { io } = this.#options;
    const tell = this.#display.tell.bind(this.#display);
    this.#ends.push(await follow({ folder: this.#folder, clock: this.#clock, env: io.env, tell }));
  }

  #letIn(stage: Stage, strategy: StrategyName): void {
    const { perSecond } = this.#options.settings;
    const begins = `requests a second begin, to ${stage.proxy.url}`;
    this.#client = stage.letIn({ host: HOST, perSecond });
    this.#display.tell({ who: 'users', text: `${perSecond} ${begins}`, look: null });
    if (strategy === 'blueGreen') {
      const few = Math.max(FEWEST_TESTS, Math.round(perSecond / USERS_A_TESTER));
      this.#testers = stage.letIn({ host: PREVIEW_HOST, perSecond: few });
      this.#display.tell({ who: 'testers', text: `${few} ${begins}, as ${PREVIEW_HOST}`, look: null });
    }
    this.#readOn();
  }

  #readOn(): void {
    this.#read();
    const cancel = this.#clock.after(READ_MS, () => {
      this.#ends.splice(this.#ends.indexOf(cancel), 1);
      this.#readOn();
    });
    this.#ends.push(cancel);
  }

  #read(): void {
    if (this.#client !== null) this.#ledger.read(this.#client.tally(), this.#elapsed());
    if (this.#testers !== null) this.#tested.read(this.#testers.tally(), this.#elapsed());
  }

  #status() {
    const stage = this.#stage;
    if (stage === null) return null;
    return { parts: partsIn(stage.world.api), ledger: this.#ledger, now: this.#clock.now() };
  }

  async #end(): Promise<void> {
    this.#display.close();
    for (const end of this.#ends.splice(0).reverse()) await end();
    await this.#stage?.close();
  }
}
