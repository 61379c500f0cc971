import net, { type AddressInfo, type Socket } from 'node:net';

/** The network between a client and a server: passes bytes on, until it is told to swallow them. */
export class Relay {
  readonly #server: net.Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #scheme: string;

  /** Listens on a free port of 127.0.0.1 and passes on to `target`, a URL. */
  static async start(target: string): Promise<Relay> {
    const relay = new Relay(new URL(target));
    await new Promise<void>((resolve) => {
      relay.#server.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  private constructor(target: URL) {
    this.#scheme = target.protocol;
    this.#server = net.createServer((near) => {
      const far = net.connect(Number(target.port), target.hostname);
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      near.pipe(far);
      far.pipe(near);
      for (const socket of pair) {
        socket.setNoDelay(true);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#pairs.delete(pair);
          for (const end of pair) end.destroy();
        });
      }
    });
  }

  get url(): string {
    return `${this.#scheme}//127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing passes on the connections that are open, and neither side is told. New ones work. */
  freeze(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).resume();
      far.unpipe(near).resume();
    }
  }

  async stop(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
