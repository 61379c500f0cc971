import { startInside } from '../../../src/cli/simulate/controller.ts';
import type { ApiRequest } from '../../../src/sim/api-server/http.ts';
import type { VirtualClock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { Process } from '../../../src/sim/process.ts';
import { Random } from '../../../src/sim/random.ts';
import type { Weather } from '../../../src/sim/wire.ts';
import type { World } from '../../../src/sim/world.ts';
import type { Witness } from './witness.ts';

/** Of a controller: whether it works beside others without asking, and whether it is begun again. */
export interface Role {
  readonly isSecond: boolean;
  readonly isMain: boolean;
}

/** The controllers of a life, all that they ask for, and how one that has died is begun again. */
export class Controllers {
  readonly #world: World<VirtualClock>;
  readonly #witness: Witness;
  readonly #weather: Weather;
  readonly #random: Random;
  readonly #processes = new Set<Process>();
  #started = 0;
  /** The one that is begun again; null: it is dead just now. */
  main: Process | null = null;
  /** Of all of them, to the API server. */
  requests = 0;
  /** What only the leader may write, while somebody listens. */
  works: string[] | null = null;
  lastWriteMs = 0;
  lastWrite = '';

  constructor(
    { world, witness, weather }: { world: World<VirtualClock>; witness: Witness; weather: Weather },
    seed: string,
  ) {
    this.#world = world;
    this.#witness = witness;
    this.#weather = weather;
    this.#random = new Random(`play/${seed}`);
  }

  start(options: Role = { isSecond: false, isMain: true }): Process {
    const name = `sluice-${this.#started++}`;
    const process = this.#world.process(name, this.#counted(name, options.isSecond), () =>
      this.#died(process),
    );
    const controller = startInside(process, { leaderElect: !options.isSecond }, (line) => this.#hear(line));
    void controller.lost.then(() => this.#died(process));
    this.#processes.add(process);
    if (options.isMain) this.main = process;
    return process;
  }

  #died(process: Process): void {
    this.kill(process);
    if (process !== this.main) return;
    this.#world.clock.after(this.#random.int(500, 5_000), () => this.start());
  }

  kill(process: Process): void {
    process.kill();
    this.#processes.delete(process);
  }

  /** Who a request is from is known only here, on its way. */
  #counted(name: string, isSecond: boolean): Weather {
    const weather = this.#weather;
    return {
      request: (request) => {
        this.requests++;
        if (isWork(request)) this.works?.push(wordsOf(request));
        if (!isSecond && isWork(request)) this.#judgeWriter(name, request);
        this.#witness.sends(request);
        if (request.method !== 'GET' && !request.path.includes('/leases')) {
          this.lastWriteMs = this.#world.clock.elapsed();
          this.lastWrite = wordsOf(request);
        }
        return weather.request(request);
      },
      line: (request, line) => weather.line(request, line),
    };
  }

  /**
   * An Election tells of the Lease a moment after the other side knows it; the Lease itself says who leads.
   */
  #judgeWriter(name: string, { method, path }: ApiRequest): void {
    const { api } = this.#world;
    const [lease] = api.list(kinds.leases, { namespace: 'sluice' });
    const { holderIdentity = '' } = (lease?.['spec'] ?? {}) as { readonly holderIdentity?: string };
    if (holderIdentity !== name)
      this.#witness.tell('lease', `${name} sends ${method} ${path}, ${holderIdentity} leads`);
  }

  #hear(line: string): void {
    if (line.includes('breaks a law')) this.#witness.tell('plan', line);
  }

  /** Ends the one that is begun again. */
  killMain(): void {
    if (this.main !== null) this.#died(this.main);
  }

  /** Ends all that are not begun again, for good. */
  killOthers(): void {
    for (const process of this.#processes) if (process !== this.main) this.kill(process);
  }

  /** Ends all of them for good. */
  end(): void {
    for (const process of this.#processes) process.kill();
  }
}

/** Whether it is a write that only the leader may make; Events are a courtesy. */
function isWork({ method, path }: ApiRequest): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|\?|$)/.test(path);
}

function wordsOf({ method, path, body }: ApiRequest): string {
  return `${method} ${path} ${body}`.slice(0, 300);
}
