import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import type { ClusterFlags } from '../../src/cli/flags.ts';
import type { Api, Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/program.ts';
import { accessThrough, startInside } from '../../src/cli/simulate/controller.ts';
import { RestClient } from '../../src/shell/kube/rest.ts';
import type { Kind } from '../../src/sim/api-server/api.ts';
import type { ApiRequest } from '../../src/sim/api-server/http.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { kinds } from '../../src/sim/kinds.ts';
import type { Misfortune } from '../../src/sim/kubelet/misfortune.ts';
import type { Pod } from '../../src/sim/kubelet/pod.ts';
import type { Totals } from '../../src/sim/traffic/ledger.ts';
import { startVisitors, type Visitors } from '../../src/sim/visitors.ts';
import { fairWeather, type Weather } from '../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';
import { Recorder } from './support/harness.ts';

const NAMESPACE = 'default';
const CRDS = join(import.meta.dirname, '../../crds');

/** An image with this tag never gets ready. */
export const BROKEN = 'broken';

const misfortune = ({ spec }: Pod): Misfortune =>
  spec.containers.some(({ image }) => image?.endsWith(`:${BROKEN}`) === true)
    ? { kind: 'unready' }
    : { kind: 'none' };

/** What came of a command: its exit code is null where it was ended, as by `kill -9`, before it had one. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** How many writes it had sent. */
  readonly writes: number;
}

/** What befalls a command: how it is ended early, and what it reads. */
export interface Early {
  /** It dies as soon as it has sent so many writes. */
  readonly diesAfter?: number;
  /** Somebody presses Ctrl-C when this has been printed. */
  readonly interruptAt?: RegExp;
  /** What comes on standard input. */
  readonly stdin?: string;
}

/**
 * A simulated cluster with the production controller in it and users of one application, in virtual time, and
 * the plugin as a process of its own.
 */
export class MigrationWorld {
  readonly world: World<VirtualClock>;
  readonly #visitors: Visitors[] = [];
  #commands = 0;

  constructor(seed: string) {
    const definitions = globSync('*.yaml', { cwd: CRDS }).map(
      (file) => parse(readFileSync(join(CRDS, file), 'utf8')) as Manifest,
    );
    this.world = new World({ clock: new VirtualClock(BEGINNING_MS), seed, definitions, misfortune });
    startInside(this.world.process('sluice'));
  }

  put(kind: Kind, name: string, body: object, metadata: object = {}): void {
    const { version, group } = kind;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const object = {
      apiVersion,
      kind: kind.kind,
      metadata: { name, namespace: NAMESPACE, ...metadata },
      ...body,
    };
    this.world.user.put(kind, object as Manifest);
  }

  get(kind: Kind, name: string): Manifest | null {
    return this.world.api.get(kind, { namespace: NAMESPACE, name });
  }

  /** Users come through this address, from now on: so many a second. */
  visit(host: string, perSecond = 50): void {
    const request = { host, path: '/', method: 'GET', headers: {} };
    const loads = [{ name: host, rate: { kind: 'constant', perSecond } as const, request }];
    this.#visitors.push(startVisitors(this.world, { loads, stepMs: 100 }));
  }

  /** What became of all requests. */
  totals(): readonly Totals[] {
    return this.#visitors.map(({ traffic }) => traffic.totals());
  }

  async pass(seconds: number, isOver: () => boolean = () => false): Promise<boolean> {
    const { clock } = this.world;
    await loadAhead();
    return clock.run(clock.elapsed() + seconds * 1000, isOver);
  }

  /** Runs one command line to its end. */
  async run(argv: readonly string[], early: Early = {}): Promise<Ended> {
    const name = `plugin-${this.#commands++}`;
    let writes = 0;
    let died = false;
    const die = (): void => {
      died = true;
    };
    const weather: Weather = {
      ...fairWeather,
      request: (request: ApiRequest) => {
        if (request.method === 'GET') return { kind: 'well' };
        writes += 1;
        return writes === early.diesAfter ? { kind: 'crash', isDone: true } : { kind: 'well' };
      },
    };
    const process = this.world.process(name, weather, die);
    const api: Api = new RestClient(accessThrough(process), { userAgent: name, clock: process.life });
    const [out, err, ended] = [new Recorder(), new Recorder(), new AbortController()];
    const hear: Io['out'] = {
      isTerminal: false,
      size: () => null,
      write: (text) => {
        out.write(text);
        if (early.interruptAt?.test(text) === true) ended.abort();
      },
    };
    const io: Io = {
      out: hear,
      err,
      env: {},
      clock: process.life,
      ended: ended.signal,
      readStdin: () => Promise.resolve(early.stdin ?? ''),
      connect: (flags: ClusterFlags) =>
        Promise.resolve({
          api,
          namespace: flags.config.namespace ?? NAMESPACE,
          server: 'http://simulated',
          close: () => Promise.resolve(),
        }),
    };
    let code: number | null = null;
    // Of a process that dies nothing is heard any more, so its promise may stay open.
    void main(argv, io).then((result) => {
      code = result;
    });
    const over = await this.pass(3600, () => died || code !== null);
    process.kill();
    if (!over) throw new Error(`it takes longer than an hour: ${out.text}`);
    return { code, out: out.text, err: err.text, writes };
  }

  async end(): Promise<void> {
    for (const visitors of this.#visitors) visitors.stop();
    await this.world.stop();
  }
}

export { kinds };
