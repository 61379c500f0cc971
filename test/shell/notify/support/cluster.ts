import { pino } from 'pino';
import type { Rollout, RolloutStatus } from '../../../../src/api/rollout.ts';
import type { HttpClient } from '../../../../src/providers/http.ts';
import type { Clock } from '../../../../src/shell/clock.ts';
import { Failure } from '../../../../src/shell/kube/failure.ts';
import type { KubeObject } from '../../../../src/shell/kube/object.ts';
import type { WatchEvent } from '../../../../src/shell/kube/options.ts';
import type { RestClient } from '../../../../src/shell/kube/rest.ts';
import { type Notifier, type NotifyOutcome, notifier } from '../../../../src/shell/notify/notifier.ts';
import { makeStores, type Stores } from '../../../../src/shell/stores.ts';
import { replicaSet, rollout } from '../../../notify/support/release.ts';

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

/** The notification objects, as texts. */
export interface ConfigTexts {
  readonly map: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

/**
 * What the API server would hold for one rollout, with its rules for writes: a resourceVersion is a precondition, and
 * every write raises it. Watchers hear of a write `lagMs` later.
 */
export class FakeCluster {
  readonly clock: Clock;
  lagMs = 0;
  /** What happens to the next patches; each is used once. */
  readonly patchFaults: ('refused' | 'applied and lost')[] = [];
  patches = 0;
  rollout: Rollout;
  readonly #members: Stores[] = [];
  readonly #configWatchers: ((event: WatchEvent) => void)[] = [];
  #version = 1;
  #config: ConfigTexts;

  constructor(clock: Clock, annotations: Readonly<Record<string, string>>, config: ConfigTexts) {
    this.clock = clock;
    this.#config = config;
    this.rollout = rollout({ currentStepIndex: 0, duration: {} }, { annotations });
  }

  get notified(): Readonly<Record<string, number>> {
    const text = this.rollout.metadata.annotations?.['notified.notifications.argoproj.io'];
    return JSON.parse(text ?? '{}') as Record<string, number>;
  }

  /** Stores another status, as the controller does. */
  setStatus(status: RolloutStatus): void {
    this.#store({ ...this.rollout, status });
  }

  /** Changes annotations, as a user does. */
  annotate(annotations: Readonly<Record<string, string>>): void {
    const { metadata } = this.rollout;
    this.#store({
      ...this.rollout,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    });
  }

  setConfig(config: ConfigTexts): void {
    this.#config = config;
    for (const tell of this.#configWatchers)
      for (const kind of ['ConfigMap', 'Secret'])
        for (const object of this.#configObjects(kind)) tell({ type: 'MODIFIED', object });
  }

  /** Stores that are filled from here, as those of one process are. */
  join(stores: Stores): void {
    stores.rollouts.replace([this.rollout as never], String(this.#version));
    for (const store of [stores.replicaSets, stores.runs]) store.replace([], '1');
    for (const one of [replicaSet(4, 9), replicaSet(5, 1)]) {
      const owner = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        name: 'checkout',
        uid: 'ro-1',
        controller: true,
      };
      stores.replicaSets.upsert({
        ...one,
        metadata: { ...one.metadata, resourceVersion: '1', ownerReferences: [owner] },
      } as never);
    }
    this.#members.push(stores);
  }

  leave(stores: Stores): void {
    this.#members.splice(this.#members.indexOf(stores), 1);
  }

  /** The client of one process. */
  client(): Pick<RestClient, 'list' | 'watch' | 'patch'> {
    const objectsOf = (kind: string) => this.#configObjects(kind);
    const version = () => String(this.#version);
    const patchWith = (body: unknown) => this.#patch(body);
    const watchers = this.#configWatchers;
    return {
      async list(resource, _selection, project) {
        return {
          items: objectsOf(resource.kind).map(project),
          resourceVersion: version(),
        };
      },
      async *watch(resource, _selection, options) {
        const events: WatchEvent[] = [];
        let wake = (): void => {};
        watchers.push((event) => {
          if (event.object.kind === resource.kind) events.push(event);
          wake();
        });
        options.signal?.addEventListener('abort', () => wake());
        while (options.signal?.aborted !== true) {
          for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async patch<T extends KubeObject>(
        _resource: unknown,
        _place: unknown,
        patch: { readonly body: unknown },
      ) {
        return patchWith(patch.body) as unknown as T;
      },
    };
  }

  #patch(body: unknown): Rollout {
    this.patches++;
    const fault = this.patchFaults.shift();
    if (fault === 'refused') throw new Failure('transient', 'kube: patch: refused');
    const { metadata } = body as {
      readonly metadata: {
        readonly resourceVersion: string;
        readonly annotations: Readonly<Record<string, string>>;
      };
    };
    if (metadata.resourceVersion !== this.rollout.metadata.resourceVersion)
      throw new Failure('conflict', 'kube: patch: conflict');
    this.annotate(metadata.annotations);
    if (fault === 'applied and lost') throw new Failure('transient', 'kube: patch: the answer was lost');
    return this.rollout;
  }

  #store(next: Rollout): void {
    this.#version++;
    const stored = { ...next, metadata: { ...next.metadata, resourceVersion: String(this.#version) } };
    this.rollout = stored;
    for (const stores of this.#members)
      this.clock.after(this.lagMs, () => stores.rollouts.upsert(stored as never));
  }

  #configObjects(kind: string): readonly KubeObject[] {
    const { map, secret = {} } = this.#config;
    const encoded = Object.entries(secret).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    const data = kind === 'Secret' ? Object.fromEntries(encoded) : map;
    const name =
      kind === 'Secret' ? 'argo-rollouts-notification-secret' : 'argo-rollouts-notification-configmap';
    const metadata = {
      name,
      namespace: 'argo-rollouts',
      uid: kind,
      resourceVersion: String(++this.#version),
    };
    return [{ apiVersion: 'v1', kind, metadata, data } as KubeObject];
  }
}

/** One controller process, as far as notifications go. */
export class Process {
  readonly lines: Line[] = [];
  readonly outcomes: NotifyOutcome[] = [];
  readonly notifier: Notifier;
  readonly #cluster: FakeCluster;
  readonly #stores: Stores;
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();

  constructor(
    cluster: FakeCluster,
    io: {
      readonly fetch: HttpClient;
      readonly client?: ReturnType<FakeCluster['client']>;
      readonly reader?: ReturnType<FakeCluster['client']>;
    },
  ) {
    this.#cluster = cluster;
    let onChange = (_key: string): void => {};
    this.#stores = makeStores((_store, key) => onChange(key));
    const log = pino(
      { level: 'debug', base: null },
      { write: (line) => this.lines.push(JSON.parse(line) as Line) },
    );
    this.notifier = notifier({
      stores: this.#stores,
      client: io.client ?? cluster.client(),
      reader: io.reader ?? cluster.client(),
      rng: Math.random,
      clock: cluster.clock,
      log,
      fetch: io.fetch,
      settings: { namespace: null, controllerNamespace: 'argo-rollouts', selfService: false },
      onOutcome: (outcome) => this.outcomes.push(outcome),
    });
    onChange = () => this.notifier.onRolloutChange('shop/checkout');
  }

  start(): void {
    this.#cluster.join(this.#stores);
    const running = [
      this.notifier.watch(this.#stop.signal),
      this.notifier.run(this.#stop.signal, this.#kill.signal),
    ];
    this.#ended = Promise.all(running);
  }

  /** Ends as a cluster asks for it: work in hand is finished. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    this.#cluster.leave(this.#stores);
  }

  /** Ends at once; whatever is in hand is lost. */
  die(): void {
    this.#kill.abort();
    this.#stop.abort();
    this.#cluster.leave(this.#stores);
  }

  /** Log lines with this message. */
  said(msg: string): readonly Line[] {
    return this.lines.filter((line) => line.msg === msg);
  }
}
