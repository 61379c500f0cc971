/** Where a server listens. */
export interface Door {
  readonly host: string;
  readonly port: number;
}

/** Whether an error of `listen` says that the address is not there, or that somebody else has it. */
export function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EADDRNOTAVAIL' || code === 'EADDRINUSE' || code === 'EACCES';
}

/**
 * Where the servers of pods really listen. On Linux that is each pod's own address. Other systems have of
 * 127.x.y.z only 127.0.0.1, and anybody's server may have the port on all addresses: then it is a free port
 * of 127.0.0.1, and whoever wants to reach the pod asks here.
 */
export class Doors {
  readonly #others = new Map<string, Door>();

  /** The door behind the address and port of a pod. */
  of(wanted: Door): Door {
    return this.#others.get(keyOf(wanted)) ?? wanted;
  }

  /** How many pods' ports are elsewhere than their address says. */
  get moved(): number {
    return this.#others.size;
  }

  move(wanted: Door, real: Door): void {
    this.#others.set(keyOf(wanted), real);
  }

  forget(wanted: Door): void {
    this.#others.delete(keyOf(wanted));
  }
}

function keyOf({ host, port }: Door): string {
  return `${host}:${port}`;
}
