import { clusterFlags, type GivenFlags } from '../../flags.ts';
import type { Cluster, Io } from '../../io.ts';

/** A cluster that is opened when it is first needed, and only then. */
export class Access {
  readonly #io: Pick<Io, 'connect'>;
  readonly #flags: GivenFlags;
  #opened: Promise<Cluster> | null = null;

  constructor(io: Pick<Io, 'connect'>, flags: GivenFlags) {
    this.#io = io;
    this.#flags = flags;
  }

  /** Whether the command line names it, or asked for something that only it has. Else it is let alone. */
  get isWanted(): boolean {
    const { kubeconfig, context, cluster, user, namespace, server } = this.#flags;
    const named = [kubeconfig, context, cluster, user, namespace, server];
    return this.#opened !== null || named.some((flag) => flag !== undefined);
  }

  /** The namespace that the command line names. */
  get namespace(): string | null {
    return this.#flags.namespace ?? null;
  }

  /** Throws a Failure where there is no cluster to talk to. */
  open(): Promise<Cluster> {
    this.#opened ??= this.#io.connect(clusterFlags(this.#flags), 'calls');
    return this.#opened;
  }

  /** Cuts connections, if there are any. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null);
    await opened?.close();
  }
}
