import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../bed/api.ts';
import type { KubeObject, WatchEvent } from '../bed/client.ts';

/** One watch event. `version` is its resourceVersion as a number: one order for all kinds of a cluster. */
export interface Sighting {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly name: string;
  readonly object: KubeObject;
}

/** Everything that happened to some kinds of one namespace since it was opened. */
export interface Chronicle {
  /** In the order in which the API server committed them. */
  sightings(): readonly Sighting[];
  /** Those of one object, in order. */
  of(kind: string, name: string): readonly Sighting[];
  /** The object as last seen, null when it is not there. */
  latest(kind: string, name: string): KubeObject | null;
  /** Those that are there, by name. */
  present(kind: string): readonly KubeObject[];
  /** Waits until a claim about what was seen is true; throws after `seconds` (60), with `what` was waited for. */
  until(what: string, claim: () => boolean, seconds?: number): Promise<void>;
  /**
   * Waits until everything that is there now has been seen. Kinds are watched apart, so one may be behind
   * another: nothing can be said of all of them together before this.
   */
  catchUp(): Promise<void>;
  /** Calls back with each further sighting. Returns how to stop. */
  follow(onSighting: (sighting: Sighting) => void): () => void;
  close(): void;
}

/** What `openChronicle` may watch. */
export const KINDS = {
  Rollout: 'argoproj.io/v1alpha1',
  AnalysisRun: 'argoproj.io/v1alpha1',
  ReplicaSet: 'apps/v1',
  Pod: 'v1',
  Service: 'v1',
  Ingress: 'networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Event: 'v1',
} as const;

type Kind = keyof typeof KINDS;

/** Begins to record. A watch that ends is begun again, so a restart of the API server leaves no gap. */
export async function openChronicle(api: Api, namespace: string, kinds: readonly Kind[]): Promise<Chronicle> {
  const seen = new Map<string, Sighting>();
  const now = new Map<string, Sighting>();
  const followers = new Set<(sighting: Sighting) => void>();
  const take = (kind: Kind, { type, object }: WatchEvent) => {
    if (type === 'BOOKMARK' || type === 'ERROR') return;
    const { name, resourceVersion = '0' } = object.metadata;
    const sighting = { version: Number(resourceVersion), type, kind, name, object };
    const key = `${kind}/${name}`;
    if (seen.has(`${key}@${resourceVersion}`)) return;
    seen.set(`${key}@${resourceVersion}`, sighting);
    now.set(key, sighting);
    for (const follower of followers) follower(sighting);
  };
  const replace = (kind: Kind, names: ReadonlySet<string>) => {
    for (const [key, one] of now) if (one.kind === kind && !names.has(one.name)) now.delete(key);
  };
  const stops = await Promise.all(
    kinds.map((kind) =>
      watchOn(
        api,
        { apiVersion: KINDS[kind], kind, namespace },
        { take: (event) => take(kind, event), replace: (names) => replace(kind, names) },
      ),
    ),
  );
  const sightings = () => [...seen.values()].sort((a, b) => a.version - b.version);
  const there = (sighting: Sighting | undefined) =>
    sighting === undefined || sighting.type === 'DELETED' ? null : sighting.object;
  return {
    sightings,
    of: (kind, name) => sightings().filter((one) => one.kind === kind && one.name === name),
    latest: (kind, name) => there(now.get(`${kind}/${name}`)),
    present: (kind) =>
      [...now.values()].filter((one) => one.kind === kind).flatMap((one) => there(one) ?? []),
    until: (what, claim, seconds = 60) => waitFor(followers, what, claim, seconds),
    catchUp: async () => {
      for (const kind of kinds) {
        const there = await api.list({ apiVersion: KINDS[kind], kind, namespace });
        await waitFor(
          followers,
          `all ${kind}s are as listed`,
          () =>
            there.every(({ metadata: { name, resourceVersion = '0' } }) => {
              return (now.get(`${kind}/${name}`)?.version ?? 0) >= Number(resourceVersion);
            }),
          30,
        );
      }
    },
    follow: (onSighting) => {
      followers.add(onSighting);
      return () => followers.delete(onSighting);
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

function waitFor(
  followers: Set<(sighting: Sighting) => void>,
  what: string,
  claim: () => boolean,
  seconds: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      followers.delete(look);
      clearTimeout(timer);
      settle();
    };
    const look = () => {
      if (claim()) end(resolve);
    };
    const late = () => end(() => reject(new Error(`not so after ${seconds} s: ${what}`)));
    const timer = setTimeout(late, seconds * 1000);
    followers.add(look);
    look();
  });
}

interface Watched {
  readonly take: (event: WatchEvent) => void;
  /** The server has forgotten what happened since: only these are there now. */
  readonly replace: (names: ReadonlySet<string>) => void;
}

async function watchOn(
  api: Api,
  ref: { readonly apiVersion: string; readonly kind: string; readonly namespace: string },
  { take, replace }: Watched,
): Promise<() => void> {
  let last: string | undefined;
  let stopped = false;
  const begin = () =>
    api.watch(
      ref,
      (event) => {
        // A server that was restarted does not know the versions before.
        last = event.type === 'ERROR' ? undefined : (event.object.metadata.resourceVersion ?? last);
        take(event);
      },
      last === undefined ? {} : { resourceVersion: last },
    );
  let watching = await begin();
  void (async () => {
    while (!stopped) {
      await watching.done;
      await pause(100);
      if (stopped) return;
      if (last === undefined) {
        const there = await api.list(ref).catch(() => null);
        if (there !== null) replace(new Set(there.map(({ metadata }) => metadata.name)));
      }
      watching = await begin().catch(() => watching);
    }
  })();
  return () => {
    stopped = true;
    watching.stop();
  };
}
